// Crates that Cargo.lock names: of [[package]] the name, the version and the source, which those of the project itself lack.
// Format: https://doc.rust-lang.org/cargo/guide/cargo-toml-vs-cargo-lock.html

import { array, object, optional, text, unknown } from '../../lib/shape.ts'
import { gitAddress, vcsUrl } from '../../lib/git-address.ts'
import { purl } from '../../lib/purl.ts'
import type { Package } from '../../model/package.ts'
import type { Scan } from '../../model/scan.ts'
import { tomlOf } from '../documents.ts'
import type { Extractor, ImageFile } from '../extractor.ts'

export const cargoLock: Extractor = {
  id: 'cargo-lock',
  ecosystem: 'crates.io',
  files: ['**/Cargo.lock'],
  extract,
}

const lock = object({ package: optional(array(unknown)) })
const word = text({ least: 1, most: 1000 })
const locked = object({ name: word, version: word, source: optional(text()) })

/** In Cargo's cache of sources: it names what its authors worked with, not what is here. */
const ofDependency = /(?:^|\/)(?:registry\/src|git\/checkouts)\/[^/]+\/[^/]+\//

async function* extract(file: ImageFile, scan: Scan): AsyncGenerator<Package> {
  if (ofDependency.test(file.path)) return
  const parsed = lock.safeParse(await tomlOf(file))
  if (!parsed.success) return scan.gap('its packages are no list')
  for (const entry of parsed.data.package ?? []) {
    const { data } = locked.safeParse(entry)
    if (!data) scan.gap('a package without a name and a version')
    else if (data.source !== undefined) yield toPackage(data.name, data.version, data.source, file.path)
  }
}

/** Sources: `registry+URL`, `sparse+URL`, `git+URL?branch=B#COMMIT`. */
function toPackage(name: string, version: string, source: string, path: string): Package {
  const isGit = source.startsWith('git+')
  const qualifiers = { vcs_url: isGit ? vcsUrl(source, gitAddress(source)?.fragment) : undefined }
  return {
    ecosystem: 'crates.io',
    name,
    version,
    purl: purl({ type: 'cargo', name, version, qualifiers }),
    declared: true,
    place: { path },
  }
}
