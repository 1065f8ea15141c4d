import { closeSync, openSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { randomBytes } from 'node:crypto'
import { test, type TestContext } from 'node:test'
import { deepEqual, equal, match, rejects } from 'node:assert/strict'
import { defaultLimits } from '../limits.ts'
import { never, sha256, tarOf, workFolder } from '../testing.ts'
import type { LayerIndex } from './layer-index.ts'
import { readLayersAtOnce } from './layer-workers.ts'
import type { OpenedLayer } from './opened-image.ts'

/** Each large enough to be worth a thread, with one package. */
async function layers(t: TestContext, count: number): Promise<OpenedLayer[]> {
  const folder = workFolder(t)
  const made: OpenedLayer[] = []
  for (let number = 0; number < count; number++) {
    const contents = `P:musl\nV:${number}\n\n`
    const tar = await tarOf([
      { path: 'lib/apk/db/installed', contents },
      { path: 'big', contents: randomBytes(9 * 1024 * 1024) },
    ])
    const stored = gzipSync(tar, { level: 0 })
    const path = join(folder, `${number}`)
    writeFileSync(path, stored)
    made.push({
      digest: sha256(tar),
      size: stored.length,
      open: async function* () {
        yield stored
      },
      part: async () => {
        const descriptor = openSync(path, 'r')
        return { descriptor, offset: 0, length: stored.length, close: async () => closeSync(descriptor) }
      },
    })
  }
  return made
}

async function read(list: readonly OpenedLayer[], signal = never): Promise<Map<string, LayerIndex>> {
  const found = new Map<string, LayerIndex>()
  await readLayersAtOnce(list, { signal, limits: defaultLimits }, async ({ digest }, index) => {
    found.set(digest, index)
  })
  return found
}

test('each layer is read once, also when a thread reads several', async (t) => {
  const list = await layers(t, 5)
  const found = await read(list)
  for (const [number, { digest }] of list.entries()) {
    const { packages } = found.get(digest)!.files['lib/apk/db/installed']!
    deepEqual([found.get(digest)!.digest, packages[0]?.version], [digest, `${number}`])
  }
})

test('a layer that cannot be opened is a gap, and the others are read', async (t) => {
  const list = await layers(t, 4)
  const part = async (): Promise<never> => {
    throw new Error('blobs/x is not there')
  }
  // oxlint-disable-next-line require-yield -- it fails before the first piece
  async function* open(): AsyncGenerator<Uint8Array> {
    yield await part()
  }
  const found = await read([...list.slice(1), { ...list[0]!, part, open }])
  const broken = found.get(list[0]!.digest)!
  deepEqual([found.size, broken.complete], [4, false])
  match(broken.gaps[0]?.why ?? '', /could not be read to its end: blobs\/x is not there/)
  equal([...found.values()].filter(({ complete }) => complete).length, 3)
})

test('aborting ends all threads', async (t) => {
  const list = await layers(t, 3)
  const stop = new AbortController()
  const reading = read(list, stop.signal)
  stop.abort(new Error('stop'))
  await rejects(reading, /stop/)
})

test('an error of whoever takes a layer ends the reading', async (t) => {
  const list = await layers(t, 3)
  const options = { signal: never, limits: defaultLimits }
  await rejects(
    readLayersAtOnce(list, options, async () => {
      throw new Error('the disk is full')
    }),
    /the disk is full/,
  )
})
