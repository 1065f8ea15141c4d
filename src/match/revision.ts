// Which state of which Git repository a package is: a commit that a lock file pins, or the tag of a release. The purl tells it,
// in `vcs_url`; packages of Swift are repositories themselves.

import { isCommit, parseVcsUrl, repositoryName } from '../lib/git-address.ts'
import { parsePurl } from '../lib/purl.ts'
import type { Package } from '../model/package.ts'
import { git } from './versions/git.ts'
import { remembered } from './versions/shared/remembered.ts'

export interface Revision {
  /** As `repositoryName` has it. */
  repository: string
  /** At least 12 hexadecimal digits. */
  commit?: string
  release?: Release
}

export interface Release {
  /** What stands behind the project's prefix, in the order of tags: `8.4.0` of `curl-8_4_0`. */
  version: string
  /** The version of a tag that is written in the same way, or of a plain version. */
  read(tag: string): string | undefined
}

/** A distribution mends what it builds, and Go's database orders its modules: where they were developed judges neither. */
const judgedElsewhere = /^pkg:(?:alpm|apk|deb|golang|rpm)\//

/** Undefined for nearly all packages, at the cost of one look at each. */
export function revisionOf({ ecosystem, name, version, purl }: Package): Revision | undefined {
  const isTold = purl.includes('vcs_url=') && !judgedElsewhere.test(purl)
  const told = isTold ? parseVcsUrl(parsePurl(purl)?.qualifiers['vcs_url'] ?? '') : undefined
  if (ecosystem === 'SwiftURL') return ofSwift(name, version, told?.revision)
  if (!told) return undefined
  const { repository, revision } = told
  if (revision === undefined) return undefined
  const commit = revision.toLowerCase()
  if (isCommit(commit)) return { repository, commit }
  const release = releaseOf(revision)
  return release && { repository, release }
}

/** A version is the tag of that name, with or without a `v`; without a version, the commit stands in its place. */
function ofSwift(name: string, version: string, revision: string | undefined): Revision | undefined {
  const repository = repositoryName(name)
  if (repository === undefined) return undefined
  const release = releaseOf(version)
  const commit = [revision, version].find((one) => one !== undefined && isCommit(one))
  if (!release && commit === undefined) return undefined
  return { repository, ...(commit === undefined ? {} : { commit }), ...(release ? { release } : {}) }
}

/** The shortest prefix that leaves a version of two numbers or more: `OpenSSL_1_1_1w`, `log4j-2.17.0`, `v1.2.3`, `8.4`. */
function releaseOf(tag: string): Release | undefined {
  if (tag.length > longest) return undefined
  for (const { index } of tag.matchAll(/(?<![0-9])[0-9]/g)) {
    const separator = /^[0-9]+(?<separator>[._])[0-9]/.exec(tag.slice(index))?.groups?.['separator']
    if (separator === undefined) continue
    const prefix = tag.slice(0, index).replace(/(?<=^|[^a-z])v$/i, '')
    const read = reader(prefix, separator)
    const version = read(tag)
    if (version !== undefined) return { version, read }
  }
  return undefined
}

const longest = 200

/** The records of a repository list the same tags again and again. */
function reader(prefix: string, separator: string): Release['read'] {
  const read = remembered((tag): string | null => {
    const rest = tag.startsWith(prefix) ? tag.slice(prefix.length).replaceAll(separator, '.') : undefined
    const version = rest !== undefined && git.valid(rest) ? rest : git.valid(tag) ? tag : undefined
    return version?.replace(/^v/, '') ?? null
  })
  return (tag) => read(tag) ?? undefined
}
