// Crates in programs that were built by cargo-auditable (as Alpine, Debian, Fedora, NixOS and others build theirs): a list as
// zlib-compressed JSON in a section of its own.
//   { "packages": [{ "name", "version", "source": "crates.io" | "git" | "local" | "registry", "kind"?: "build", "root"?: true }] }
// Format: https://github.com/rust-secure-code/cargo-auditable/blob/master/PARSING.md

import { inflateSync } from 'node:zlib'
import { array, object, optional, text, unknown } from '../../lib/shape.ts'
import { purl } from '../../lib/purl.ts'
import type { Package } from '../../model/package.ts'
import type { Scan } from '../../model/scan.ts'
import type { Extractor, ImageFile } from '../extractor.ts'

export const rustBinary: Extractor = {
  id: 'rust-binary',
  ecosystem: 'crates.io',
  files: [],
  executables: true,
  extract,
}

/** Bytes; the lists of the largest programs have some 100 kB. */
const compressedLimit = 4 * 1024 * 1024
const listLimit = 16 * 1024 * 1024

const list = object({ packages: array(unknown) })
const word = text({ least: 1, most: 1000 })
const crate = object({ name: word, version: word, kind: optional(text()) })

function* extract(file: ImageFile, scan: Scan): Generator<Package> {
  const section = file.executable?.sections.find(({ name }) => name === '.dep-v0')
  if (!section) return
  if (section.size > compressedLimit) throw new Error(`its .dep-v0 is larger than ${compressedLimit} bytes`)
  const compressed = file.read(section.offset, section.size)
  if (compressed.length < section.size) throw new Error('its .dep-v0 is cut, or was not kept')
  const read = list.safeParse(parsed(inflated(compressed)))
  if (!read.success) return scan.gap('its .dep-v0 has no list of packages')
  for (const entry of read.data.packages) {
    const { data } = crate.safeParse(entry)
    if (!data) scan.gap('its .dep-v0 has a package without a name and a version')
    else if (data.kind !== 'build') yield toPackage(data, file.path) // those for the build are not in the program
  }
}

function inflated(bytes: Uint8Array): string {
  try {
    return inflateSync(bytes, { maxOutputLength: listLimit }).toString('utf8')
  } catch {
    throw new Error(`its .dep-v0 is damaged, or larger than ${listLimit} bytes`)
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new Error('its .dep-v0 holds no JSON')
  }
}

function toPackage({ name, version }: { name: string; version: string }, path: string): Package {
  return { ecosystem: 'crates.io', name, version, purl: purl({ type: 'cargo', name, version }), place: { path } }
}
