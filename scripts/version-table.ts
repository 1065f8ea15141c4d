// Writes src/match/versions/testdata/<id>.txt anew, as the real tool answers: node scripts/version-table.ts <id>
// What it asks about is testdata/seeds/<id>.txt (one version a line, by hand) and versions that OSV's records name.

import { readFileSync, writeFileSync } from 'node:fs'
import { orders } from '../src/match/versions/list.ts'
import { osvRecords, randomFrom, versionsIn } from '../src/testing/osv-records.ts'
import { realTools, type Pair } from '../src/testing/version-tools.ts'

const testdata = new URL('../src/match/versions/testdata/', import.meta.url)
const [id] = process.argv.slice(2)
const order = orders.find((one) => one.id === id)
const tool = realTools.find((one) => one.id === id)
if (!order || !tool)
  throw new Error(`no tool for an order named ${id}; there are ${realTools.map((one) => one.id).join(', ')}`)

const lines = readFileSync(new URL(`seeds/${id}.txt`, testdata), 'utf8')
  .trim()
  .split('\n')
const seeds = lines.filter((line) => !line.startsWith('! '))
const known = [...seeds]
for (const ecosystem of order.ecosystems) {
  const real = versionsIn(await osvRecords(ecosystem))
  const random = randomFrom(real.length)
  if (real.length > 0) known.push(...Array.from({ length: 60 }, () => real[random(real.length)]!))
}

const random = randomFrom(known.length)
const pairs = known.flatMap((version, n): Pair[] => [
  [version, known[(n + 1) % known.length]!],
  ...Array.from({ length: known.length < 80 ? 6 : 2 }, (): Pair => [version, known[random(known.length)]!]),
])
const alone = tool.ask(seeds.map((version) => [version, version]))
const invalid = [
  ...seeds.flatMap((version, n) => (alone[n] === 'invalid' ? [`! ${version}`] : [])),
  ...lines.filter((line) => line.startsWith('! ')),
]
const signs: Record<string, string> = { '-1': '<', '0': '=', '1': '>' }
const rows = tool
  .ask(pairs)
  .flatMap((answer, n) => (signs[answer] === undefined ? [] : [`${pairs[n]![0]} ${signs[answer]} ${pairs[n]![1]}`]))
const head = [
  `# \`a < b\`, \`a = b\`, \`a > b\`: what ${tool.name()} answers; \`! a\`: what it refuses.`,
  `# Made by \`node scripts/version-table.ts ${id}\`, of versions in seeds/${id}.txt and in OSV's records;`,
  '# what seeds/ itself refuses is refused here, whatever the tool says.',
]
const text = [...head, ...new Set(rows), ...invalid, ''].join('\n')
writeFileSync(new URL(`${id}.txt`, testdata), text)
