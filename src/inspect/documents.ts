// Files that are one document, such as lock files: parsed as a whole, so they must be far smaller than what is read by line.

import type { ImageFile } from './extractor.ts'

/** Bytes. The lock files of the largest projects have 5 MB. */
const largest = 16 * 1024 * 1024

/**
 * What decides how much memory a document takes once it is parsed: a value of JSON some 300 bytes, one of TOML some 1,000.
 * The lock files of the largest projects have some 100,000.
 */
const mostValues = { json: 600_000, toml: 250_000 }

/** What stands before values: `{ [ ,` and, in TOML, `=`. */
const beforeValues = { json: [0x7b, 0x5b, 0x2c], toml: [0x7b, 0x5b, 0x2c, 0x3d] }

/** Throws with a clause when it is too large or no JSON. `clean`: what makes JSON of it. */
export async function jsonOf(file: ImageFile, clean = (text: string): string => text): Promise<unknown> {
  await checkSize(file, 'json')
  return parseJson(clean(await file.text()))
}

/** Throws with a clause that holds nothing of the text, which may be a secret: the parser's own words would. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new Error('it is no JSON')
  }
}

/** Throws with a clause when it is too large or no TOML. */
export async function tomlOf(file: ImageFile): Promise<unknown> {
  await checkSize(file, 'toml')
  const { parse } = await import('smol-toml')
  try {
    return parse(await file.text())
  } catch {
    throw new Error('it is no TOML')
  }
}

async function checkSize(file: ImageFile, format: 'json' | 'toml'): Promise<void> {
  if (file.size > largest) throw new Error(`it is one document of more than ${largest} bytes`)
  if (file.size <= mostValues[format]) return // each takes a byte
  const starts = new Uint8Array(256)
  for (const byte of beforeValues[format]) starts[byte] = 1
  let values = 0
  for (const byte of await file.bytes()) values += starts[byte]!
  if (values > mostValues[format]) throw new Error(`it is one document of more than ${mostValues[format]} values`)
}
