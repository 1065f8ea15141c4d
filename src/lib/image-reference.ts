// Names of images in registries: `registry.example:5000/team/app:1.2@sha256:…`.
//
// Grammar: https://github.com/distribution/reference/blob/main/reference.go; the short names are Docker's.

export interface ImageReference {
  /** Host and port: `docker.io`, `localhost:5000`. */
  registry: string
  /** `library/nginx`. */
  repository: string
  tag?: string
  /** When both are written, the digest counts. */
  digest?: string
}

const shape = /^(?<name>[^@]*?)(?::(?<tag>[^:/@]*))?(?:@(?<digest>.*))?$/
const host = /^(?:[a-z0-9](?:[a-z0-9.-]{0,252}[a-z0-9])?|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/i
const part = /^[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*$/
const tagForm = /^\w[\w.-]{0,127}$/
const digestForm = /^(?:sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128})$/

/** Without tag and digest it is the tag `latest`. Throws with one clause. */
export function parseImageReference(text: string): ImageReference {
  const { name = '', tag, digest } = shape.exec(text)?.groups ?? {}
  const { registry, repository } = splitName(name)
  if (!host.test(registry)) throw new Error(`${JSON.stringify(registry)} is no host name`)
  if (repository.length > 255 || !repository.split('/').every((piece) => part.test(piece))) {
    throw new Error(`${JSON.stringify(repository)} is no name of a repository`)
  }
  if (tag !== undefined && !tagForm.test(tag)) throw new Error(`${JSON.stringify(tag)} is no tag`)
  if (digest !== undefined && !digestForm.test(digest)) throw new Error(`${JSON.stringify(digest)} is no digest`)
  const tagged = tag ?? (digest === undefined ? 'latest' : undefined)
  return { registry, repository, ...(tagged ? { tag: tagged } : {}), ...(digest === undefined ? {} : { digest }) }
}

/** Whether a text that may be a path can only be meant as a reference: one with a tag or a digest. */
export function isTaggedReference(text: string): boolean {
  const { tag, digest } = shape.exec(text)?.groups ?? {}
  if (tag === undefined && digest === undefined) return false
  try {
    parseImageReference(text)
    return true
  } catch {
    return false
  }
}

export function formatReference({ registry, repository, tag, digest }: ImageReference): string {
  return `${registry}/${repository}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`
}

/** What comes before the first slash is a host when it cannot be a part of a repository's name. */
function splitName(name: string): { registry: string; repository: string } {
  const slash = name.indexOf('/')
  const first = name.slice(0, Math.max(slash, 0))
  const lower = first.toLowerCase()
  if (lower === 'localhost' || /[.:[]/.test(first)) return canonical(lower, name.slice(slash + 1))
  // `Build/app`: with its capitals it is a host, and without them it would be a part of a name.
  if (lower !== first) return canonical(first, name.slice(slash + 1))
  return canonical('docker.io', name)
}

/** Docker Hub has several names, and its own images a folder that nobody writes. */
function canonical(registry: string, repository: string): { registry: string; repository: string } {
  if (registry !== 'docker.io' && registry !== 'index.docker.io') return { registry, repository }
  return { registry: 'docker.io', repository: repository.includes('/') ? repository : `library/${repository}` }
}
