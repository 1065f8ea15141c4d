// One build of the index, told by its time and memory: `node bench/index-child.ts FEEDS DATA`.

import { readFileSync } from 'node:fs'
import { buildFrom } from '../src/run/advisories.ts'

const [feeds = '', data = ''] = process.argv.slice(2)
const begin = performance.now()
const { advisories } = await buildFrom(feeds, data)
const milliseconds = performance.now() - begin
// Not maxRSS, which begins with that of the process that started this one.
const peak = /^VmHWM:\s+(?<kilobytes>\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.groups
console.log(JSON.stringify({ advisories, milliseconds, memory: Number(peak?.['kilobytes']) / 1024 }))
