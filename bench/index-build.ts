// An index built from records of the sizes that OSV's have, over one that differs a little, against parsing the same JSON.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { osv } from '../src/match/feeds/osv.ts'
import { buildAdvisoryIndex, type FeedItems } from '../src/store/advisory-index.ts'
import { openAdvisoryIndex } from '../src/store/advisory-reader.ts'
import { inTurns, type Bench } from './figure.ts'

const records = 20_000
const about = () => ({ origin: 'bench', builtAt: '2026-11-21T12:00:00Z' })
const scan = { signal: new AbortController().signal, gap: () => {} }

export const indexBench: Bench = {
  room: 'index',
  async measure() {
    const folder = mkdtempSync(join(tmpdir(), 'plimsoll-bench-'))
    try {
      const texts = Array.from({ length: records }, (_, index) => record(index, index % 50))
      const bytes = texts.reduce((sum, text) => sum + text.length, 0)
      const file = join(folder, 'advisories.sqlite')
      await buildAdvisoryIndex(itemsOf(texts), file, about)
      // A day later, three hundred of them say something else.
      const later = texts.map((text, index) => (index < 300 ? record(index, 51) : text))
      const times = await inTurns(
        3,
        () => buildAdvisoryIndex(itemsOf(later), file, about),
        () => texts.map((text) => JSON.parse(text) as unknown),
      )
      const rate = bytes / 2 ** 20 / (times.measured / 1000)
      const name = `index of ${(bytes / 2 ** 20).toFixed(0)} MB of JSON (${rate.toFixed(1)} MB/s)`
      return [{ name, floorName: 'parsing that JSON', bar: 10, ...times }, await lookUps(file)]
    } finally {
      rmSync(folder, { recursive: true })
    }
  },
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

async function* itemsOf(texts: readonly string[]): FeedItems {
  yield { kind: 'begin', feed: 'osv', part: 'npm' }
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
