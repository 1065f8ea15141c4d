// Reading an image: target to packages and layer index, against decompressing and hashing the same layers in as many
// threads and doing nothing else. Each reading is a process of its own, whose CPU time and memory are told. What reads is
// the program as it is published.

import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Bench, Figure } from './figure.ts'
import { inRegistry, withoutRegistry } from './inspect-registry.ts'
import { makeImages, makeTinyFiles, type BenchImage } from './inspect-images.ts'

const program = fileURLToPath(new URL('inspect-child.ts', import.meta.url))
const compiled = fileURLToPath(new URL('../.cache/compiled', import.meta.url))
/** As deep in the checkout as it is published in the package: it finds the catalogue by its own place. */
const published = fileURLToPath(new URL('../.cache/published', import.meta.url))
/** Of each; odd, for the median. */
const runs = 5
const searchRuns = 3
const memoryLimit = 300

export const inspectBench: Bench = {
  room: 'inspect',
  async measure() {
    const figures: Figure[] = []
    buildPublished()
    const images = await makeImages(console.error)
    for (const image of images) {
      if ('why' in image) console.error(`inspect: ${image.name} is not measured: ${image.why}`)
      else figures.push(...againstFloor(image))
    }
    const mix = images.find((image): image is BenchImage => image.name === 'mix' && 'path' in image)
    if (mix) figures.push(secondReading(mix))
    const tiny = await makeTinyFiles(3_000_000)
    figures.push(memoryOf(tiny.name, [child('read', published, tiny.path)]))
    const missing = withoutRegistry()
    if (missing) console.error(`inspect: no image is read from a registry: ${missing}`)
    else if (mix) figures.push(await fromRegistry(mix))
    return figures
  },
}

/** In a process of its own: a process that starts another lends it, for the most memory that it had, its own. */
function buildPublished(): void {
  const builder = new URL('../scripts/program.ts', import.meta.url).href
  const what = JSON.stringify({ inspect: 'inspect/inspect.ts' })
  const program = `const { buildProgram } = await import('${builder}'); await buildProgram(${JSON.stringify(published)}, ${what})`
  execFileSync(process.execPath, ['--input-type=module', '--eval', program])
}

interface Reading {
  wall: number
  cpu: number
  memory: number
  packages: number
}

function againstFloor({ name, path, layers, size }: BenchImage): Figure[] {
  const readings: Reading[] = []
  const searches: Reading[] = []
  const floors: Reading[] = []
  for (let run = 0; run < runs; run++) {
    readings.push(child('read', published, path))
    floors.push(child('floor', ...layers))
  }
  // Afterwards: it writes much to the disk, which is busy with that for seconds after it has ended.
  for (let run = 0; run < searchRuns; run++) searches.push(child('search', published, path))
  if (readings[0]!.packages === 0) throw new Error(`${name} has no packages: this measures nothing`)
  const image = `${name}, ${Math.round(size / 1e6)} MB in ${layers.length} layers, ${readings[0]!.packages} packages`
  const floorName = 'zlib and SHA-256 in as many threads'
  const figure = (name: string, list: readonly Reading[], what: 'wall' | 'cpu', bar: number): Figure => {
    return { name: `${image}: ${name}`, measured: median(list, what), floorName, floor: median(floors, what), bar }
  }
  return [
    figure('wall', readings, 'wall', 1.2),
    figure('cpu', readings, 'cpu', 1.3),
    memoryOf(image, readings),
    figure('cpu with secrets and malware', searches, 'cpu', 3),
    memoryOf(`${image}, with secrets and malware`, searches),
  ]
}

/** Of an image whose layers are all known: what is left is to look them up and lay them on one another. */
function secondReading({ name, path }: BenchImage): Figure {
  const cache = mkdtempSync(join(tmpdir(), 'plimsoll-bench-'))
  try {
    const first = child('read', published, path, cache)
    const again = child('read', published, path, cache)
    if (again.packages !== first.packages) throw new Error(`${name} has other packages when it is read again`)
    return {
      name: `${name}, read again`,
      measured: again.wall,
      floorName: 'the first time',
      floor: first.wall,
      bar: 0.3,
    }
  } finally {
    rmSync(cache, { recursive: true })
  }
}

/** What comes in over the network takes memory of its own, beside the search. */
async function fromRegistry({ name, path }: BenchImage): Promise<Figure> {
  return inRegistry(path, (target) => {
    const searches = Array.from({ length: searchRuns }, () => child('search', published, target))
    return memoryOf(`${name}, from a registry, with secrets and malware`, searches)
  })
}

function memoryOf(name: string, readings: readonly Reading[]): Figure {
  const measured = Math.max(...readings.map(({ memory }) => memory))
  return { name: `${name}: memory`, measured, floorName: 'the limit', floor: memoryLimit, bar: 1, unit: 'MB' }
}

function child(...words: string[]): Reading {
  const env = { ...process.env, NODE_COMPILE_CACHE: compiled } // as the launcher does
  return JSON.parse(execFileSync(process.execPath, [program, ...words], { encoding: 'utf8', env })) as Reading
}

function median(readings: readonly Reading[], what: 'wall' | 'cpu'): number {
  return readings.map((reading) => reading[what]).toSorted((a, b) => a - b)[readings.length >> 1]!
}
