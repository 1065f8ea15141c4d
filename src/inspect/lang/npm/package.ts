// What all lists of Node packages share: the name, its package URL, and which of the lists lie where a project keeps its own.

import { purl } from '../../../lib/purl.ts'
import type { Package } from '../../../model/package.ts'
import type { Place } from '../../../model/scan.ts'
import { sourceOf } from './git-source.ts'

/** `name` with its scope: `@babel/core`. `vcsUrl`: of one that comes from Git. */
export function npmPackage(name: string, version: string, place: Place, vcsUrl?: string): Package {
  const lower = name.toLowerCase() // https://github.com/package-url/purl-spec/blob/main/types/npm-definition.json
  const slash = lower.lastIndexOf('/')
  const namespace = lower.slice(0, Math.max(0, slash))
  return {
    ecosystem: 'npm',
    name,
    version,
    purl: purl({ type: 'npm', namespace, name: lower.slice(slash + 1), version, qualifiers: { vcs_url: vcsUrl } }),
    place,
  }
}

/** Packages that a lock file names: each version once, however often it is installed. */
export class LockedNodePackages {
  #path: string
  #seen = new Set<string>()

  constructor(path: string) {
    this.#path = path
  }

  /** `resolved`: the address that it was taken from. */
  *add(name: string, version: string, line?: number, resolved = ''): Generator<Package> {
    const vcsUrl = sourceOf(resolved)?.vcsUrl
    const key = `${name}@${version} ${vcsUrl}`
    if (this.#seen.has(key)) return
    this.#seen.add(key)
    const place = line === undefined ? { path: this.#path } : { path: this.#path, line }
    yield { ...npmPackage(name, version, place, vcsUrl), declared: true }
  }
}

/** A lock file that a package was published with: it names what its authors worked with, not what is here. */
export function isOfDependency(path: string): boolean {
  return `/${path}`.includes('/node_modules/')
}

/** `lodash@4.17.21`, `@babel/core@^7`, `a@npm:b@1`: the name, and what stands behind its `@`. */
export function splitDescriptor(text: string): { name: string; wanted: string } | undefined {
  const at = text.indexOf('@', 1)
  const name = text.slice(0, Math.max(0, at))
  return isName(name) ? { name, wanted: text.slice(at + 1) } : undefined
}

/** Also the names of old, which have capitals. */
function isName(name: string): boolean {
  return name.length <= 1000 && /^(?:@[^\s/@:"]+\/)?[^\s/@:"]+$/.test(name)
}

/** Semantic versions begin with a digit; addresses, tags and protocols do not. */
export function isVersion(text: string): boolean {
  return text.length <= 1000 && /^\d[^\s/:@"]*$/.test(text)
}
