// Each extractor of the list, over its sample and the real files of its folder in testdata.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { extractFile } from '../../src/inspect/extract.ts'
import { exampleOf, samples } from '../../src/inspect/extractor-samples.testing.ts'
import type { Extractor } from '../../src/inspect/extractor.ts'
import { extractors } from '../../src/inspect/extractors.ts'
import { defaultLimits } from '../../src/inspect/limits.ts'
import { checkedScan, hold, type FuzzTarget } from '../target.ts'

export const extractorTargets: readonly FuzzTarget[] = extractors.map((extractor) => ({
  id: `extractor:${extractor.id}`,
  seeds: () => [Buffer.from(samples[extractor.id]!), ...realFiles(extractor.id)],
  run: (input) => extract(extractor, input),
}))

const limits = { ...defaultLimits, extractTime: 1500 }

async function extract(extractor: Extractor, contents: Buffer): Promise<unknown> {
  const path = exampleOf(extractor)
  const { scan, list } = checkedScan(path)
  const packages = await extractFile(extractor, { path, contents }, scan, limits)
  for (const { name, version, purl, place } of packages) {
    hold(name !== '' && version !== '', 'a package without a name or version')
    hold(/^pkg:[a-z]+\/[^@]+@[^@]+$/s.test(purl), `a purl that is none: ${purl}`)
    hold(place.path?.startsWith(path), `a package at ${place.path} instead of ${path}`)
    hold(place.layer === undefined, 'a package names a layer, which the framework adds')
  }
  return { packages, gaps: list() }
}

/** Bytes of the largest that makes a good seed. */
const largest = 64 * 1024

export function realFiles(folder: string): Buffer[] {
  const url = new URL(`../../src/inspect/testdata/${folder}/`, import.meta.url)
  if (!existsSync(url)) return []
  const files = readdirSync(url).map((name) => {
    const bytes = readFileSync(new URL(name, url))
    return name.endsWith('.gz') ? gunzipSync(bytes) : bytes
  })
  return files.filter(({ length }) => length <= largest)
}
