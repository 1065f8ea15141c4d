// Packages of Julia that Manifest.toml names, as it lies in a project and in each environment of a depot.
//   1       [[HTTP]]          uuid = "…"   version = "1.9.6"   git-tree-sha1 = "…"
//   2       [[deps.HTTP]]     the same, below manifest_format = "2.0"
// A standard library has no tree of its own; one without a version is a part of Julia, others, such as OpenSSL_jll, have
// theirs. `path` is a folder of the project; of a repository (`repo-url`) the manifest tells a tree and no commit.
// Format: https://pkgdocs.julialang.org/v1/toml-files/#Manifest.toml

import { array, object, optional, record, text, unknown } from '../../lib/shape.ts'
import { purl } from '../../lib/purl.ts'
import type { Package } from '../../model/package.ts'
import type { Scan } from '../../model/scan.ts'
import { tomlOf } from '../documents.ts'
import type { Extractor, ImageFile } from '../extractor.ts'

export const juliaManifest: Extractor = {
  id: 'julia-manifest',
  ecosystem: 'Julia',
  // With the version of Julia in the name since 1.11.
  files: ['**/Manifest.toml', '**/JuliaManifest.toml', '**/Manifest-v*.toml', '**/JuliaManifest-v*.toml'],
  extract,
}

/** Published inside a package of a depot: it names what its authors worked with, not what is here. */
const ofDependency = /(?:^|\/)packages\/[^/]+\/[A-Za-z0-9]{5}\//

const lists = record(unknown)
const word = text({ least: 1, most: 1000 })
const entry = object({
  uuid: text({ most: 100 }),
  version: optional(word),
  path: optional(text()),
  'git-tree-sha1': optional(text()),
})

async function* extract(file: ImageFile, scan: Scan): AsyncGenerator<Package> {
  if (ofDependency.test(file.path)) return
  const document = lists.safeParse(await tomlOf(file)).data ?? {}
  const isSecond = Object.hasOwn(document, 'manifest_format')
  const all = isSecond ? (lists.safeParse(document['deps'] ?? {}).data ?? {}) : document
  for (const [name, value] of Object.entries(all)) {
    const versions = array(unknown).safeParse(value).data
    if (versions === undefined && !isSecond) continue // a setting
    for (const each of versions ?? [undefined]) yield* toPackage(name, each, file.path, scan)
  }
}

function* toPackage(name: string, value: unknown, path: string, scan: Scan): Generator<Package> {
  const { data } = entry.safeParse(value)
  const isOfJulia = data?.['git-tree-sha1'] === undefined && data?.version === undefined
  if (data !== undefined && (data.path !== undefined || isOfJulia)) return
  if (!data?.version) return scan.gap(`${name.slice(0, 100)} has no version`)
  const { version, uuid } = data
  yield {
    ecosystem: 'Julia',
    name,
    version,
    purl: purl({ type: 'julia', name, version, qualifiers: { uuid } }),
    declared: true,
    place: { path },
  }
}
