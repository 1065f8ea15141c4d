// When the updates of a distribution's release end, from catalog/end-of-life.yaml.

import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { isPlatformPackage, isProjectVersion } from '../lib/platform-programs.ts'
import { findingId, type Finding } from '../model/finding.ts'
import type { SubLayer } from '../model/layers.ts'
import type { Distribution, Package } from '../model/package.ts'
import { BrokenCatalog } from './catalog.ts'
import { checkedYaml } from './checked-yaml.ts'

const shipped = fileURLToPath(new URL('../../catalog/end-of-life.yaml', import.meta.url))

const endOfLifeFile = z.strictObject({
  products: z
    .array(
      z.strictObject({
        name: z.string().min(1),
        /** As the feed names it. */
        id: z.string().regex(/^[a-z0-9-]+$/),
        source: z.url({ protocol: /^https$/ }),
        packages: z.array(
          z.strictObject({
            ecosystem: z.string().min(1),
            name: z.string().min(1),
            /** Names of its files. */
            programs: z.array(z.string().min(1)).optional(),
          }),
        ),
        /** By the numbers with which its versions begin, `1.28`. */
        ends: z.record(z.string().regex(/^\d+(?:\.\d+)*$/), z.iso.date()),
      }),
    )
    .default([]),
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
  return new Map(
    checkedFile(await readFile(path, 'utf8'), path).distributions.flatMap(({ ecosystem, ends }) =>
      Object.entries(ends).map(([release, day]) => [`${ecosystem}:${release}`, day] as const),
    ),
  )
}

function checkedFile(text: string, path: string): z.infer<typeof endOfLifeFile> {
  const checked = checkedYaml(text, endOfLifeFile)
  if (!('problems' in checked)) return checked.content
  const lines = checked.problems.map(({ line, field, message }) => `${basename(path)}:${line}: ${field}: ${message}`)
  throw new BrokenCatalog(lines.join('\n'))
}

/** Products that come with the catalogue, read once; by ecosystem and name of their packages. */
let products: Map<string, Product> | undefined

interface Product {
  name: string
  id: string
  programs?: string[] | undefined
  ends: Readonly<Record<string, string>>
}

function knownProducts(): NonNullable<typeof products> {
  products ??= new Map(
    checkedFile(readFileSync(shipped, 'utf8'), shipped).products.flatMap(({ name, id, packages, ends }) =>
      packages.map((one) => [`${one.ecosystem}\n${one.name}`, { name, id, programs: one.programs, ends }] as const),
    ),
  )
  return products
}

/** What was inspected, its distribution with the day on which its updates end, where that is known. */
export function withEndOfLife<T extends { distribution?: Distribution }>(inspected: T, ends: EndOfLife): T {
  const { distribution } = inspected
  const endOfLife = ends.get(distribution?.ecosystem ?? '')
  return distribution && endOfLife ? { ...inspected, distribution: { ...distribution, endOfLife } } : inspected
}

/** A release whose updates have ended gets no advisories any more: that nothing is found in it means nothing. */
export function endOfLifeFindings(
  inventory: {
    resource: string
    subLayer: SubLayer
    distribution?: Distribution | undefined
    packages: readonly Package[]
  },
  at: string,
  ends: EndOfLife = new Map(),
): Finding[] {
  const { resource, subLayer, distribution, packages } = inventory
  const ended = distribution?.endOfLife
  const own = packages.filter(({ ownedBy, hiddenBy }) => ownedBy === undefined && hiddenBy === undefined)
  const found = own.flatMap((one) => {
    const end = endOf(one, ends)
    if (end === undefined || !isOver(end.day, at)) return []
    const what = `${end.product} ${one.version}`
    return [{ ...outOfSupport({ resource, subLayer, what, subject: one.purl, ended: end.day }), place: one.place }]
  })
  const programs = [...new Map(found.map((finding) => [finding.id, finding])).values()]
  if (distribution === undefined || ended === undefined || !isOver(ended, at)) return programs
  const { name, ecosystem } = distribution
  return [outOfSupport({ resource, subLayer, what: name, subject: ecosystem ?? name, ended }), ...programs]
}

/** The day itself is still within. */
function isOver(day: string, at: string): boolean {
  return at.slice(0, day.length) > day
}

/** Of the release line that the version is of. */
function endOf(
  { ecosystem, name, version, place }: Package,
  ends: EndOfLife,
): { product: string; day: string } | undefined {
  const product = knownProducts().get(`${ecosystem}\n${name}`)
  // Who builds it with changes supports it, or does not, on days of its own.
  if (product === undefined || (isPlatformPackage(ecosystem, name) && !isProjectVersion(version))) return undefined
  const { path } = place
  const isProgram = path === undefined || product.programs === undefined || product.programs.includes(basename(path))
  const [major, minor] = /^v?(?<major>\d+)(?:\.(?<minor>\d+))?/.exec(version)?.slice(1) ?? []
  const lines = [`${major}.${minor}`, `${major}`]
  const day =
    lines.map((line) => ends.get(`${product.id}:${line}`)).find((told) => told !== undefined) ??
    lines.map((line) => product.ends[line]).find((known) => known !== undefined)
  return isProgram && day !== undefined ? { product: product.name, day } : undefined
}

/** `subject` tells it from others on the same resource. */
function outOfSupport(
  parts: Pick<Finding, 'resource' | 'subLayer'> & { what: string; subject: string; ended: string },
): Finding {
  const { resource, subLayer, what, subject, ended } = parts
  const rule = 'out-of-support'
  return {
    id: findingId({ resource, rule, subject }),
    kind: 'rule',
    resource,
    subLayer,
    task: 'vulnerabilities',
    rule,
    severity: 'high',
    title: `${what} is out of support since ${ended}`,
    fix: 'Move to a release that still gets updates',
    evidence: { endOfLife: ended, subject },
    aliases: [],
    exploited: false,
    references: [],
  }
}
