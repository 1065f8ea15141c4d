// Packages of Ubuntu of which Chisel put slices into an image: such images have no database of dpkg. The manifest is
// compressed with zstd and holds an object of JSON a line, in order of their text:
//   {"jsonwall":"1.0","schema":"1.0","count":51}
//   {"kind":"content","slice":"libssl3t64_libs","path":"/usr/lib/x86_64-linux-gnu/libssl.so.3"}
//   {"kind":"package","name":"libssl3t64","version":"3.0.13-0ubuntu3.4","sha256":"…","arch":"amd64"}
// Which source package each was built from it does not tell.
// Format: https://documentation.ubuntu.com/chisel/en/latest/reference/manifest/

import { zstdDecompressSync } from 'node:zlib'
import { object, optional, text } from '../../lib/shape.ts'
import { purl } from '../../lib/purl.ts'
import type { Package } from '../../model/package.ts'
import type { Scan } from '../../model/scan.ts'
import { parseJson } from '../documents.ts'
import type { Extractor, ImageFile } from '../extractor.ts'

export const chiselManifest = 'var/lib/chisel/manifest.wall'

export const ubuntuChisel: Extractor = { id: 'ubuntu-chisel', ecosystem: 'Debian', files: [chiselManifest], extract }

/** Bytes; some 200 for each path of the image. */
const largest = 64 * 2 ** 20

const head = object({ jsonwall: text() })
const word = text({ least: 1, most: 1000 })
const entry = object({ name: word, version: word, arch: optional(word) })

async function* extract(file: ImageFile, scan: Scan): AsyncGenerator<Package> {
  const lines = unpacked(await file.bytes()).split('\n')
  if (!head.safeParse(parseJson(lines[0]!)).success)
    return scan.gap('no manifest of Chisel: its first line tells no jsonwall')
  let found = 0
  for (const [index, line] of lines.entries()) {
    if (!line.startsWith('{"kind":"package"')) continue
    const { data } = entry.safeParse(parseJson(line))
    if (!data) {
      scan.gap('a package without a name and a version', { line: index + 1 })
      continue
    }
    found++
    const { name, version, arch } = data
    yield {
      ecosystem: 'Debian',
      name,
      version,
      purl: purl({ type: 'deb', namespace: 'debian', name, version, qualifiers: { arch } }),
      ...(arch ? { arch } : {}),
      place: { path: file.path, line: index + 1 },
    }
  }
  if (found > 0)
    scan.gap(`does not tell the source packages of its ${found} packages, by which most advisories name them`)
}

const content = object({ slice: text(), path: text() })

/** Files with the package that each came from. Throws when the manifest is damaged. */
export function* slicedFiles(bytes: Uint8Array): Generator<{ path: string; owner: string }> {
  for (const line of unpacked(bytes).split('\n')) {
    if (!line.startsWith('{"kind":"content"')) continue
    const { data } = content.safeParse(parseJson(line))
    // The name of a package has no underscore: https://documentation.ubuntu.com/chisel/en/latest/reference/slice-definitions/
    if (data && !data.path.endsWith('/')) yield { path: data.path.slice(1), owner: data.slice.split('_', 1)[0]! }
  }
}

function unpacked(bytes: Uint8Array): string {
  try {
    return zstdDecompressSync(bytes, { maxOutputLength: largest }).toString('utf8')
  } catch {
    throw new Error(`it is no zstd, is damaged, or holds more than ${largest} bytes`)
  }
}
