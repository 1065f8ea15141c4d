// Thousands of pairs of each order against the real tool, both ways round: versions that OSV's records of the ecosystem name,
// those of the table, and edits of both.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { osvRecords, randomFrom, versionsIn } from '../../testing/osv-records.ts'
import { testAll } from '../../testing/shared.ts'
import { otherTools, realTools, type Pair, type RealTool } from '../../testing/version-tools.ts'
import type { VersionOrder } from '../order.ts'
import { orders } from './list.ts'

for (const tool of [...realTools, ...otherTools]) {
  const missing = tool.missing()
  if (missing && testAll) throw new Error(`PLIMSOLL_TEST_ALL is set: ${missing}`)

  test(
    `${tool.id}: 6,000 pairs as ${missing ? 'the real tool' : tool.name()} judges them`,
    { skip: missing },
    async () => {
      const order = orders.find(({ id }) => id === tool.id)!
      const pairs = drawPairs(await knownVersions(order), order, tool)
      const both = [...pairs, ...pairs.map(([a, b]): Pair => [b, a])]
      const judged = tool.ask(both)
      const differing = both.flatMap(([a, b], n) => {
        const ours = order.valid(a) && order.valid(b) ? String(Math.sign(order.compare(a, b))) : 'invalid'
        const leftOpen = judged[n] === 'unasked' || (ours === 'invalid' && tool.kinder)
        return ours === judged[n] || leftOpen ? [] : [`${a} ${b}: ${judged[n]}, here ${ours}`]
      })
      assert.deepEqual(differing.slice(0, 40), [], `${differing.length} differ`)
      assert.ok(judged.filter((answer) => /^-?[01]$/.test(answer)).length > 3000, 'too few pairs are valid versions')
    },
  )
}

async function knownVersions({ id, ecosystems }: VersionOrder): Promise<string[]> {
  const table = readFileSync(new URL(`testdata/${id}.txt`, import.meta.url), 'utf8')
  const known = table.split('\n').flatMap((line) => (/^(?:[#!]|$)/.test(line) ? [] : line.split(/ [<=>] /)))
  for (const ecosystem of ecosystems) known.push(...versionsIn(await osvRecords(ecosystem)))
  return [...new Set(known)]
}

const pieces = [
  '.0',
  '.1',
  '.10',
  '0',
  '00',
  '9',
  '2147483648',
  '20240102030405',
  '-',
  '-0',
  '-1',
  '-rc.1',
  '-alpha',
  '-x7z',
  '-dev',
]
pieces.push(
  '+b1',
  '+7',
  '~',
  '~rc1',
  '^',
  '.',
  '_',
  'a',
  'Z',
  'rc1',
  '.beta',
  'pre',
  '_p1',
  '.post2',
  '.dev3',
  'v',
  '1:',
  '.x',
  '',
)

/** A third are neighbours, a third a version and its edit, a third whatever comes. */
function drawPairs(known: readonly string[], order: VersionOrder, { within }: RealTool): Pair[] {
  const random = randomFrom(known.length)
  const pick = <T>(list: readonly T[]): T => list[random(list.length)]!
  const edited = (version: string): string => {
    const at = random(3) === 0 ? version.length : random(version.length + 1)
    return version.slice(0, at) + pick(pieces) + version.slice(at + random(2))
  }
  const sorted = known.filter((version) => order.valid(version)).toSorted(order.compare)
  const pairs: Pair[] = []
  for (let n = 0; pairs.length < 6000; n++) {
    const at = random(sorted.length - 1)
    const version = sorted[at]!
    const other = n % 3 === 0 ? sorted[at + 1]! : n % 3 === 1 ? edited(version) : edited(edited(pick(sorted)))
    const pair: Pair = [n % 3 === 2 ? edited(version) : version, other]
    if (pair.every((one) => one !== '' && !one.startsWith('-') && (within?.test(one) ?? true))) pairs.push(pair)
  }
  return pairs
}
