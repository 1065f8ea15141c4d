// Addresses of Git repositories: as tools write them, in the one form by which they are compared, and inside a purl.
//   https://github.com/curl/curl.git   ssh://git@github.com/curl/curl   git@github.com:curl/curl.git   git+https://…
// https://git-scm.com/docs/git-clone#_git_urls

export interface GitAddress {
  /** `https`, `ssh`, `git`. */
  scheme: string
  /** In lower case, without user, password and port. */
  host: string
  /** As written, without `.git` and slashes at its ends: `curl/curl`. */
  path: string
  /** What stands behind `#`. */
  fragment?: string
}

/** No real one is longer; a list of packages may repeat one for each of them. */
const longest = { address: 500, revision: 200 }
const host = String.raw`(?:[^@/\s]*@)?(?<host>[a-z0-9][\w-]*(?:\.[\w-]+)+)`
const end = String.raw`(?<path>[^\s?#/][^\s?#]*)(?:\?[^\s#]*)?(?:#(?<fragment>\S*))?$`
const withScheme = new RegExp(String.raw`^(?:git\+)?(?<scheme>[a-z]+)://${host}(?::\d+)?/+${end}`, 'i')
const scp = new RegExp(String.raw`^(?:git\+)?${host}(?<colon>:(?!//)|/)/*${end}`, 'i')

/** Undefined for what is none on a host with a name, such as a folder. Query, user and password are left out. */
export function gitAddress(text: string): GitAddress | undefined {
  if (text.length > longest.address) return undefined
  const groups = (withScheme.exec(text) ?? scp.exec(text))?.groups
  if (!groups) return undefined
  const path = withoutEnd(groups['path']!)
  if (path === '') return undefined
  return {
    scheme: groups['scheme']?.toLowerCase() ?? (groups['colon'] === ':' ? 'ssh' : 'https'),
    host: groups['host']!.toLowerCase(),
    path,
    ...(groups['fragment'] ? { fragment: groups['fragment'] } : {}),
  }
}

function withoutEnd(path: string): string {
  const bare = withoutSlashes(path)
  return bare.endsWith('.git') ? withoutSlashes(bare.slice(0, -'.git'.length)) : bare
}

/** A pattern would begin anew at each slash. */
function withoutSlashes(path: string): string {
  let end = path.length
  while (path[end - 1] === '/') end--
  return path.slice(0, end)
}

/** Hosts on which paths are the same in any case. */
const caseless = new Set(['bitbucket.org', 'codeberg.org', 'github.com', 'gitlab.com'])

/** `github.com/curl/curl`: the same for all addresses of one repository on one host. */
export function repositoryName(address: string | GitAddress): string | undefined {
  const read = typeof address === 'string' ? gitAddress(address) : address
  if (!read) return undefined
  const name = read.host.replace(/^www\./, '')
  return `${name}/${caseless.has(name) ? read.path.toLowerCase() : read.path}`
}

/** The qualifier `vcs_url` of a purl; `revision`: a commit, or a tag. Undefined where one of them is none. */
export function vcsUrl(address: string, revision: string | undefined): string | undefined {
  const read = gitAddress(address)
  if (!read || (revision?.length ?? 0) > longest.revision) return undefined
  const suffix = /\.git\/*(?:[?#]|$)/.test(address) ? '.git' : ''
  const at = revision ? `@${revision}` : ''
  return `git+${read.scheme}://${read.host}/${read.path}${suffix}${at}`
}

/** A commit of a repository from which a package was taken. */
export interface GitSource {
  vcsUrl: string
  commit: string
}

/** Of what a document says. Undefined where one of them is missing or is none: a branch or a tag is no commit. */
export function gitSource(address: unknown, commit: unknown): GitSource | undefined {
  if (typeof address !== 'string' || typeof commit !== 'string' || !isCommit(commit)) return undefined
  const url = vcsUrl(address, commit)
  return url === undefined ? undefined : { vcsUrl: url, commit }
}

/** What `vcsUrl` wrote, or another tool in the same form. */
export function parseVcsUrl(text: string): { repository: string; revision?: string } | undefined {
  const read = gitAddress(text)
  if (!read) return undefined
  const [path = '', ...rest] = read.path.split('@')
  const repository = repositoryName({ ...read, path: withoutEnd(path) })
  const revision = rest.join('@')
  return repository === undefined || path === '' ? undefined : { repository, ...(revision ? { revision } : {}) }
}

/** Of SHA-1 or SHA-256, whole or so long that no other begins alike. */
export function isCommit(revision: string): boolean {
  return /^[0-9a-f]{12,64}$/.test(revision)
}
