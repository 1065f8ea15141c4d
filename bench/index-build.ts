// An index built from records of the sizes that OSV's have, over one that differs a little, against parsing the same JSON; the
// same from archives by a process of its own, in megabytes a second and of memory; and brought to one part of ten that has
// changed, against building it anew.

import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { zipOf } from '../src/lib/testing.ts'
import { osv } from '../src/match/feeds/osv.ts'
import type { FeedPart } from '../src/store/advisory-changes.ts'
import { buildAdvisoryIndex, updateAdvisoryIndex, type FeedItems } from '../src/store/advisory-index.ts'
import { openAdvisoryIndex } from '../src/store/advisory-reader.ts'
import { inTurns, type Bench, type Figure } from './figure.ts'

const records = 20_000
/** Megabytes of JSON a second, and of memory. */
const rateBar = 10
const memoryBar = 300
const about = () => ({ origin: 'bench', builtAt: '2026-11-21T12:00:00Z' })
const scan = { signal: new AbortController().signal, gap: () => {} }
const program = fileURLToPath(new URL('index-child.ts', import.meta.url))

export const indexBench: Bench = {
  room: 'index',
  async measure() {
    const folder = mkdtempSync(join(tmpdir(), 'plimsoll-bench-'))
    try {
      const texts = Array.from({ length: records }, (_, index) => record(index, index % 50))
      const file = join(folder, 'advisories.sqlite')
      await buildAdvisoryIndex(itemsOf(texts), file, about)
      // A day later, three hundred of them say something else.
      const later = texts.map((text, index) => (index < 300 ? record(index, 51) : text))
      const times = await inTurns(
        3,
        () => buildAdvisoryIndex(itemsOf(later), file, about),
        () => texts.map((text) => JSON.parse(text) as unknown),
      )
      const name = `index of ${megabytes(texts).toFixed(0)} MB of JSON`
      return [
        { name, floorName: 'parsing that JSON', bar: 10, ...times },
        await lookUps(file),
        ...fromArchives(folder, texts),
        await oneOfTen(folder, texts),
      ]
    } finally {
      rmSync(folder, { recursive: true })
    }
  },
}

function megabytes(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + text.length, 0) / 2 ** 20
}

/** Twice and eight times as much: memory must not follow. */
function fromArchives(folder: string, texts: readonly string[]): Figure[] {
  return [2, 8].flatMap((times) => {
    const feeds = join(folder, `feeds-${times}`)
    for (let part = 0; part < times; part++) {
      mkdirSync(join(feeds, `npm-${part}`), { recursive: true })
      const entries = texts.map((text, index) => {
        return { path: `${index}.json`, contents: text.replaceAll(`-${index}"`, `-${index}-${part}"`), packed: true }
      })
      writeFileSync(join(feeds, `npm-${part}`, 'all.zip'), zipOf(entries))
    }
    const data = join(folder, `data-${times}`)
    mkdirSync(data)
    const told = execFileSync(process.execPath, [program, feeds, data], { encoding: 'utf8' })
    const { milliseconds, memory, advisories } = JSON.parse(told) as Record<string, number>
    if (advisories !== texts.length * times) throw new Error(`${advisories} advisories were read`)
    const size = megabytes(texts) * times
    const rate = (size / (milliseconds! / 1000)).toFixed(1)
    const name = `index of ${size.toFixed(0)} MB of JSON in archives (${rate} MB/s)`
    return [
      { name, floorName: `${rateBar} MB/s`, measured: milliseconds!, floor: (size / rateBar) * 1000, bar: 1 },
      { name: `${name}: memory`, floorName: 'the bar', measured: memory!, floor: memoryBar, unit: 'MB', bar: 1 },
    ]
  })
}

async function oneOfTen(folder: string, texts: readonly string[]): Promise<Figure> {
  const file = join(folder, 'updated.sqlite')
  const rebuilt = join(folder, 'rebuilt.sqlite')
  let day = 0
  const parts = (): FeedPart[] =>
    Array.from({ length: 10 }, (_, part) => {
      const own = texts.filter((_, index) => index % 10 === part)
      // Each day three hundred records of the first part say something else.
      return partOf(
        String(part),
        part === 0 ? own.map((text, at) => (at < 300 ? record(at * 10, 60 + day) : text)) : own,
      )
    })
  for (const one of [file, rebuilt]) await buildAdvisoryIndex(all(parts()), one, about)
  const times = await inTurns(
    3,
    () => (day++, updateAdvisoryIndex(parts(), file, about())),
    () => buildAdvisoryIndex(all(parts()), rebuilt, about),
  )
  return { name: 'index brought to 300 changes in one part of ten', floorName: 'building it anew', bar: 0.5, ...times }
}

function partOf(part: string, texts: readonly string[]): FeedPart {
  const madeOf = createHash('sha256')
  for (const text of texts) madeOf.update(text)
  const begins = { kind: 'begin', feed: 'osv', part, asOf: '2026-11-21T12:00:00Z' } as const
  return { ...begins, madeOf: madeOf.digest('hex'), read: () => itemsOf(texts, part) }
}

async function* all(parts: readonly FeedPart[]): FeedItems {
  for (const { read, ...begins } of parts) {
    yield begins
    yield* read()
  }
}

/** Names in no order, and others in each turn, so that none is remembered. */
async function lookUps(file: string) {
  const index = openAdvisoryIndex(file)
  const numbers = Array.from({ length: 1000 }, (_, number) => (number * 7919) % records)
  const texts = numbers.map((number) => record(number, 1))
  let turn = 0
  const times = await inTurns(
    5,
    () => {
      turn++
      return numbers.map((number) => index.find('npm', `package-${(number + turn * 3001) % records}`).length)
    },
    () => texts.map((text) => JSON.parse(text) as unknown),
  )
  index.close()
  return { name: '1,000 names looked up', floorName: 'parsing their records', bar: 10, ...times }
}

async function* itemsOf(texts: readonly string[], part = 'npm'): FeedItems {
  yield { kind: 'begin', feed: 'osv', part }
  for (const text of texts) yield* osv.read({ path: 'npm/all.zip/x.json', text }, scan)
}

function record(number: number, patch: number): string {
  const events = [{ introduced: '0' }, { fixed: `1.${number % 100}.${patch}` }]
  return JSON.stringify({
    schema_version: '1.7.0',
    id: `GHSA-${number}`,
    modified: '2026-11-21T12:00:00Z',
    published: '2026-10-01T12:00:00Z',
    aliases: [`CVE-2026-${number}`],
    summary: `A vulnerability of package-${number} lets somebody do what they should not`,
    details: 'What the record tells at length. '.repeat(30),
    severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' }],
    affected: [
      {
        package: { ecosystem: 'npm', name: `package-${number}`, purl: `pkg:npm/package-${number}` },
        ranges: [{ type: 'SEMVER', events }],
        database_specific: { source: 'bench' },
      },
    ],
    references: Array.from({ length: 6 }, (_, index) => ({
      type: 'WEB',
      url: `https://example.test/${number}/${index}`,
    })),
  })
}
