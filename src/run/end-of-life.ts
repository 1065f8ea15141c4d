// When the updates of a distribution's release end, from catalog/end-of-life.yaml.

import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import type { Distribution } from '../model/package.ts'
import { BrokenCatalog } from './catalog.ts'
import { checkedYaml } from './checked-yaml.ts'

const shipped = fileURLToPath(new URL('../../catalog/end-of-life.yaml', import.meta.url))

const endOfLifeFile = z.strictObject({
  distributions: z.array(
    z.strictObject({
      /** Without the release. */
      ecosystem: z.string().min(1),
      source: z.url({ protocol: /^https$/ }),
      /** By release, as the ecosystem names it; an empty name for one without releases. */
      ends: z.record(z.string(), z.iso.date()),
    }),
  ),
})

/** Days, `2028-06-30`, by ecosystem with its release. */
export type EndOfLife = ReadonlyMap<string, string>

/** The dates that come with the product, and over them those of an index whose feeds have some. Throws `BrokenCatalog`. */
export async function knownEnds(index: { ends(): EndOfLife }): Promise<EndOfLife> {
  return new Map([...(await loadEndOfLife()), ...index.ends()])
}

/** The dates that come with the product, or those of another file. Throws `BrokenCatalog`. */
export async function loadEndOfLife(path: string = shipped): Promise<EndOfLife> {
  const checked = checkedYaml(await readFile(path, 'utf8'), endOfLifeFile)
  if ('problems' in checked) {
    const lines = checked.problems.map(({ line, field, message }) => `${basename(path)}:${line}: ${field}: ${message}`)
    throw new BrokenCatalog(lines.join('\n'))
  }
  return new Map(
    checked.content.distributions.flatMap(({ ecosystem, ends }) =>
      Object.entries(ends).map(([release, day]) => [`${ecosystem}:${release}`, day] as const),
    ),
  )
}

/** What was inspected, its distribution with the day on which its updates end, where that is known. */
export function withEndOfLife<T extends { distribution?: Distribution }>(inspected: T, ends: EndOfLife): T {
  const { distribution } = inspected
  const endOfLife = ends.get(distribution?.ecosystem ?? '')
  return distribution && endOfLife ? { ...inspected, distribution: { ...distribution, endOfLife } } : inspected
}
