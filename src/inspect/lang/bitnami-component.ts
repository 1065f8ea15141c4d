// What Bitnami's images have below /opt/bitnami: each component has a bill of materials in SPDX beside it, that names the component
// and what was built into it.
//
//   opt/bitnami/postgresql/.spdx-postgresql.spdx   pkg:bitnami/postgresql@15.3.0-7?arch=amd64, pkg:bitnami/geos@3.8.3, …
//
// Modules of languages are listed there too: they lie beside it, where they are read by themselves.
// https://github.com/bitnami/vulndb, https://spdx.github.io/spdx-spec/v2.3/package-information/

import { GlobIndex } from '../../lib/glob.ts'
import { array, object, optional, text, unknown } from '../../lib/shape.ts'
import { parsePurl, purl } from '../../lib/purl.ts'
import type { Package } from '../../model/package.ts'
import type { Scan } from '../../model/scan.ts'
import { jsonOf } from '../documents.ts'
import type { Extractor, ImageFile } from '../extractor.ts'

const lists = 'opt/bitnami/**/.spdx-*.spdx'
const index = new GlobIndex([[lists, true]])

export const bitnamiComponent: Extractor = { id: 'bitnami-component', ecosystem: 'Bitnami', files: [lists], extract }

/** Whether a package with this place is told by such a list. */
export function isListOfComponent(path: string): boolean {
  return index.match(path).length > 0
}

const bill = object({ packages: array(unknown) })
const listed = object({ name: text(), licenseDeclared: optional(text()), externalRefs: optional(array(unknown)) })
const reference = object({ referenceType: text(), referenceLocator: text() })

async function* extract(file: ImageFile, scan: Scan): AsyncGenerator<Package> {
  const parsed = bill.safeParse(await jsonOf(file))
  if (!parsed.success) return scan.gap('no SPDX document: it has no list of packages')
  const seen = new Set<string>()
  for (const entry of parsed.data.packages) {
    const { data } = listed.safeParse(entry)
    const written = data?.externalRefs
      ?.flatMap((one) => reference.safeParse(one).data ?? [])
      .find(({ referenceType }) => referenceType === 'purl')
    const found = parsePurl(written?.referenceLocator ?? '')
    if (found?.type !== 'bitnami') continue
    const { name, version, qualifiers } = found
    if (version === undefined) {
      scan.gap(`the component ${name.slice(0, 100)} has no version`)
      continue
    }
    const { arch } = qualifiers
    const url = purl({ type: 'bitnami', name, version, qualifiers: { arch } })
    if (seen.has(url)) continue
    seen.add(url)
    const licence = data!.licenseDeclared
    yield {
      ecosystem: 'Bitnami',
      name,
      version,
      purl: url,
      ...(arch ? { arch } : {}),
      ...(licence && licence !== 'NONE' && licence !== 'NOASSERTION' ? { licence } : {}),
      place: { path: file.path },
    }
  }
}
