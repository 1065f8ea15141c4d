// One reading of an image in a process of its own, so that its CPU time and memory are its alone; prints them as JSON.
// `node bench/inspect-child.ts read PROGRAM TARGET [CACHE]`, `search PROGRAM TARGET` for secrets and malware as well, or
// `floor LAYERS…`: zlib and SHA-256 in as many threads, no more.

import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { availableParallelism } from 'node:os'
import { pipeline } from 'node:stream/promises'
import { isMainThread, parentPort, Worker } from 'node:worker_threads'
import { createGunzip } from 'node:zlib'
import type * as Inspect from '../src/inspect/inspect.ts'

if (!isMainThread) parentPort!.on('message', (path: string) => void hashed(path).then(() => parentPort!.postMessage(0)))
else {
  const [what, ...words] = process.argv.slice(2)
  const begin = performance.now()
  const packages = what === 'floor' ? await floor(words) : await read(words[0]!, words[1]!, words[2], what === 'search')
  const wall = performance.now() - begin
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
  console.log(JSON.stringify({ wall, cpu: (userCPUTime + systemCPUTime) / 1000, memory: maxRSS / 1024, packages }))
}

async function read(program: string, target: string, cache: string | undefined, content: boolean): Promise<number> {
  const inspect = (await import(`${program}/inspect.js`)) as typeof Inspect
  const { signal } = new AbortController()
  const layerCache = cache === undefined ? {} : { layerCache: inspect.folderLayerCache(cache) }
  const { packages } = await inspect.inspectTarget(inspect.parseTarget(target), { signal, content, ...layerCache })
  return packages.length
}

/** Large layers first, as each thread becomes free. */
async function floor(layers: readonly string[]): Promise<number> {
  const waiting = [...layers]
  async function thread(): Promise<void> {
    const worker = new Worker(new URL(import.meta.url))
    for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
      worker.postMessage(path)
      await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject))
    }
    await worker.terminate()
  }
  await Promise.all(Array.from({ length: Math.min(layers.length, availableParallelism()) }, thread))
  return 0
}

async function hashed(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path, { highWaterMark: 1 << 18 }), createGunzip({ chunkSize: 1 << 20 }), hash)
  return hash.digest('hex')
}
