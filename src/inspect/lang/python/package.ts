// What all lists of Python packages share: names and package URLs.

import type { GitSource } from '../../../lib/git-address.ts'
import { purl } from '../../../lib/purl.ts'
import type { Package } from '../../../model/package.ts'
import type { Place } from '../../../model/scan.ts'

/** Under its normal name, as advisories have it: `zope-interface` for `Zope.Interface`. `source`: of one that comes from Git. */
export function pythonPackage(written: string, version: string, place: Place, source?: GitSource): Package {
  const name = normalName(written)
  const qualifiers = { vcs_url: source?.vcsUrl }
  // https://github.com/package-url/purl-spec/blob/main/types/pypi-definition.json
  const url = purl({ type: 'pypi', name, version: version.toLowerCase(), qualifiers })
  return { ecosystem: 'PyPI', name, version, purl: url, place }
}

/** https://packaging.python.org/en/latest/specifications/name-normalization/ */
function normalName(name: string): string {
  return name.replaceAll(/[-_.]+/g, '-').toLowerCase()
}

/** https://packaging.python.org/en/latest/specifications/name-normalization/#name-format */
export function isName(name: string | undefined): name is string {
  return name !== undefined && name.length <= 1000 && /^[A-Z0-9](?:[A-Z0-9._-]*[A-Z0-9])?$/i.test(name)
}

/** One word; whether it is a version by the rules is for those who compare it. */
export function isVersion(version: string | undefined): version is string {
  return version !== undefined && version.length <= 1000 && /^[^\s,;]+$/.test(version)
}

/** And no folder of a project. https://packaging.python.org/en/latest/specifications/section-distribution-formats/ */
export function isArchive(path: string): boolean {
  return /\.(?:whl|zip|tar\.\w+|tgz)$/.test(path)
}

/** A list that a package was published with names what its authors worked with, not what is here. */
export function isOfDependency(path: string): boolean {
  return /(?:^|\/)(?:site|dist)-packages\//.test(path)
}
