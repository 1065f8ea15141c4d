// `npm run bench`: every figure beside its floor and its bar, from one run. `npm run bench -- match` measures one room.
// Exits 1 when a bar is missed, 2 for a room that has none yet. The last line holds the figures.

import { ratio, type Bench } from './figure.ts'
import { coverBench } from './cover.ts'
import { estateBench } from './estate.ts'
import { hardenBench } from './harden.ts'
import { indexBench } from './index-build.ts'
import { inspectBench } from './inspect.ts'
import { matchBench } from './match.ts'

const benches: readonly Bench[] = [inspectBench, indexBench, matchBench, estateBench, coverBench, hardenBench]
/** Rooms whose figures come with the issues that fill them. */
const rooms = ['inspect', 'index', 'match', 'estate', 'cover', 'harden', 'detect', 'paths']

const wanted = process.argv.slice(2)
const chosen = benches.filter(({ room }) => wanted.length === 0 || wanted.includes(room))
const without = wanted.filter((room) => !benches.some((bench) => bench.room === room))
for (const room of without) {
  console.error(
    rooms.includes(room) ? `${room}: nothing to measure yet` : `${room}: no such room (${rooms.join(', ')})`,
  )
}

const summary: string[] = []
let missed = 0
for (const { room, measure } of chosen) {
  for (const figure of await measure()) {
    const times = ratio(figure)
    const { unit = 'ms' } = figure
    const verdict = times <= figure.bar ? 'within' : 'MISSED'
    if (times > figure.bar) missed++
    console.log(
      `${room}: ${figure.name}: ${figure.measured.toFixed(1)} ${unit}; floor (${figure.floorName}) ${figure.floor.toFixed(1)} ${unit}; ` +
        `${times.toFixed(2)} × (bar ${figure.bar} ×, ${verdict})`,
    )
    summary.push(`${room} ${figure.name} ${times.toFixed(2)}x`)
  }
}
if (summary.length > 0) console.log(summary.join('; '))
process.exitCode = without.length > 0 ? 2 : missed > 0 ? 1 : 0
