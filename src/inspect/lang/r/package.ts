// What all lists of packages of R share: names, package URLs, and where remotes took one from.

import { gitSource, type GitSource } from '../../../lib/git-address.ts'
import { purl } from '../../../lib/purl.ts'
import type { Package } from '../../../model/package.ts'
import type { Place } from '../../../model/scan.ts'

export type RRepository = 'CRAN' | 'Bioconductor'

/** `source`: of one that comes from Git. */
export function packageOfR(
  repository: RRepository,
  { name, version }: { name: string; version: string },
  place: Place,
  source?: GitSource,
): Package {
  const type = repository === 'CRAN' ? 'cran' : 'bioconductor'
  const qualifiers = { vcs_url: source?.vcsUrl }
  return { ecosystem: repository, name, version, purl: purl({ type, name, version, qualifiers }), place }
}

/** https://cran.r-project.org/doc/manuals/r-release/R-exts.html#The-DESCRIPTION-file */
export function isName(name: string | undefined): name is string {
  return name !== undefined && name.length <= 1000 && /^[A-Za-z][A-Za-z0-9.]*$/.test(name)
}

export function isVersion(version: string | undefined): version is string {
  return version !== undefined && version.length <= 1000 && /^\d+(?:[.-]\d+)*$/.test(version)
}

/** As the package remotes writes what it installed, and renv after it: `RemoteHost` is the host of an API. */
export function remoteSource(field: (name: string) => string | undefined): GitSource | undefined {
  const commit = field('RemoteSha')
  const [user, repository, url] = [field('RemoteUsername'), field('RemoteRepo'), field('RemoteUrl')]
  if (url !== undefined) return gitSource(url, commit)
  if (user === undefined || repository === undefined) return undefined
  const host = field('RemoteHost') ?? 'api.github.com'
  return gitSource(`https://${host.replace(/^api\./, '').replace(/\/.*$/, '')}/${user}/${repository}`, commit)
}
