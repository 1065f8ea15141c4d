// The version that a program of Go prints, where its build information does not tell it. The linker's `-X` lays each text
// into the data, with a zero behind it; constants of the sources lie in one row without any, and cannot be told apart.
// https://pkg.go.dev/cmd/link

import type { ImageFile } from '../extractor.ts'

const windowSize = 1024 * 1024
const overlap = 128
/** Real programs hold a handful; one that was made to hold more tells nothing with them. */
const mostVersions = 32

/** In Latin-1. `printed`: the form of the version. What stands in a sentence is another's: `GCC: (Debian 12.2.0-14) 12.2.0`. */
export function printedText(printed: RegExp): RegExp {
  return new RegExp(`(?<![\\w.+~ /:=@-])(?<version>${printed.source})(?=\\0)`)
}

/** Each once, and no more than `mostVersions` are looked at. */
export function printedVersions({ parts }: ImageFile, printed: RegExp): string[] {
  const pattern = new RegExp(printedText(printed).source, 'g')
  const found = versionsIn(parts, pattern)
  // A builder's own revision begins with the version: `1.6.20~ds1` and `1.6.20~ds1-1+deb12u3`.
  return [...found].filter((one) => ![...found].some((other) => other !== one && one.startsWith(other)))
}

function versionsIn(parts: ImageFile['parts'], pattern: RegExp): Set<string> {
  const found = new Set<string>()
  for (const { bytes } of parts) {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    for (let start = 0; start < buffer.length; start += windowSize) {
      const text = buffer.toString('latin1', start, Math.min(buffer.length, start + windowSize + overlap))
      for (const { groups } of text.matchAll(pattern)) {
        found.add(groups!['version']!)
        if (found.size >= mostVersions) return found
      }
    }
  }
  return found
}
