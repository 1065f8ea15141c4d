// Packages of R as they lie installed: the DESCRIPTION in the folder of each, wherever a library of R lies. Fields are
// `Name: value`; a line that begins with a space goes on with the field before.
//   Package: mime
//   Version: 0.12
//   Repository: CRAN
//   Built: R 4.2.2; x86_64-pc-linux-gnu; 2024-01-20 18:24:23 UTC; unix     what installing adds
// Sources have the file as well, without Built. The packages of Bioconductor have `biocViews`, and no CRAN as repository.
// Format: https://cran.r-project.org/doc/manuals/r-release/R-exts.html#The-DESCRIPTION-file

import type { Package } from '../../model/package.ts'
import type { Scan } from '../../model/scan.ts'
import type { Extractor, ImageFile } from '../extractor.ts'
import { licenceOfR } from './r/licence.ts'
import { isName, isVersion, packageOfR, remoteSource } from './r/package.ts'

export const rPackage: Extractor = {
  id: 'r-package',
  ecosystem: 'CRAN',
  files: ['**/DESCRIPTION'],
  extract,
}

const wanted = /^(?:Package|Version|Built|License|Repository|biocViews|Remote(?:Sha|Host|Username|Repo|Url))$/
/** Bytes of one value that are kept; the list of authors is none of them. */
const longest = 2000

async function* extract(file: ImageFile, scan: Scan): AsyncGenerator<Package> {
  const fields = new Map<string, string>()
  for (const line of file.lines()) {
    const { name, value } = /^(?<name>\w+):[ \t]*(?<value>.*)$/.exec(line)?.groups ?? {}
    if (name !== undefined && wanted.test(name) && value!.length <= longest) fields.set(name, value!.trim())
  }
  const name = fields.get('Package')
  if (name === undefined || !fields.has('Built')) return // sources, or a file of others that has the same name
  const version = fields.get('Version')
  if (!isName(name) || !isVersion(version)) return scan.gap('a package of R without a name and a version')
  const isOfBioconductor = fields.has('biocViews') && fields.get('Repository') !== 'CRAN'
  const licence = fields.get('License')
  const source = remoteSource((field) => fields.get(field))
  yield {
    ...packageOfR(isOfBioconductor ? 'Bioconductor' : 'CRAN', { name, version }, { path: file.path }, source),
    ...(licence ? { licence: licenceOfR(licence) } : {}),
  }
}
