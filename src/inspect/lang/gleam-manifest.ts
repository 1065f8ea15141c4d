// Gleam packages that manifest.toml names: `packages` is a list of tables, `requirements` what the project asked for.
//   { name = "gleam_json", version = "1.0.0", build_tools = ["gleam"], requirements = [], source = "hex", outer_checksum = "…" }
//   { name = "a", version = "0.1.0", …, source = "git", repo = "https://…", commit = "…" }      `local`: a folder of the project
// Format: https://github.com/gleam-lang/gleam/blob/main/compiler-core/src/manifest.rs

import { array, object, optional, record, text, unknown } from '../../lib/shape.ts'
import type { Package } from '../../model/package.ts'
import type { Scan } from '../../model/scan.ts'
import { tomlOf } from '../documents.ts'
import type { Extractor, ImageFile } from '../extractor.ts'
import { fromGit, fromHex } from './hex/package.ts'

export const gleamManifest: Extractor = { id: 'gleam-manifest', ecosystem: 'Hex', files: ['**/manifest.toml'], extract }

const manifest = object({ packages: array(unknown), requirements: record(unknown) })
const word = text({ least: 1, most: 1000 })
const entry = object({ name: word, version: word, source: word, repo: optional(word), commit: optional(word) })

async function* extract(file: ImageFile, scan: Scan): AsyncGenerator<Package> {
  const parsed = manifest.safeParse(await tomlOf(file))
  if (!parsed.success) return // other programs have files of that name
  for (const each of parsed.data.packages) {
    const { name, version, source, repo, commit } = entry.safeParse(each).data ?? {}
    const place = { path: file.path }
    if (!name || !version) scan.gap('a package without a name, a version and a source')
    else if (source === 'hex') yield { ...fromHex(name, version), place }
    else if (source === 'git' && repo && commit) yield { ...fromGit(name, version, repo, commit), place }
    else if (source !== 'local') scan.gap(`${name} comes neither from Hex nor from Git`)
  }
}
