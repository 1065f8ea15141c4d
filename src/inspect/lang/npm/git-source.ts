// Where a Node package that comes from Git was taken from, as lock files write it:
//   git+ssh://git@github.com/o/r.git#COMMIT, github:o/r#COMMIT              npm, bun, yarn 1
//   https://github.com/o/r.git#commit=COMMIT                                later yarns
//   https://codeload.github.com/o/r/tar.gz/COMMIT                           pnpm, yarn 1
// What stands behind `#` in the address of a registry's archive is a checksum.

import { gitAddress, gitSource, type GitSource } from '../../../lib/git-address.ts'

const archive = /^https:\/\/codeload\.github\.com\/(?<path>[^/\s]+\/[^/\s]+)\/tar\.gz\/(?<commit>[0-9a-f]+)$/
const short = /^(?<host>github|gitlab|bitbucket):(?<path>[^/\s#]+\/[^\s#]+)#(?<commit>[0-9a-f]+)$/
const hosts: Readonly<Record<string, string>> = {
  github: 'github.com',
  gitlab: 'gitlab.com',
  bitbucket: 'bitbucket.org',
}

/** Undefined where it names no repository, or no whole commit. */
export function sourceOf(resolved: string): GitSource | undefined {
  const named = archive.exec(resolved)?.groups ?? short.exec(resolved)?.groups
  if (named) return gitSource(`https://${hosts[named['host'] ?? 'github']}/${named['path']}`, named['commit']!)
  const address = /^git[+:@]|\.git#/.test(resolved) ? gitAddress(resolved) : undefined
  return address?.fragment === undefined ? undefined : gitSource(resolved, address.fragment.replace(/^commit=/, ''))
}
