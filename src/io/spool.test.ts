import { equal, rejects } from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { spooled } from './spool.ts'

const { signal } = new AbortController()
const limit = 10_000_000

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-test-'))
  t.after(() => rmSync(folder, { recursive: true }))
  return folder
}

async function* cutInto(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

for (const size of [1, 65_521, 1024 * 1024, 3_000_001]) {
  test(`pieces of ${size} bytes are a file that has no name`, async (t) => {
    const folder = folderOf(t)
    const bytes = randomBytes(size === 1 ? 1000 : 5_000_000)
    const handle = await spooled(cutInto(bytes, size), { signal, limit, folder })
    t.after(() => handle.close())
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(limit), 0, limit, 0)
    equal(Buffer.compare(buffer.subarray(0, bytesRead), bytes), 0)
    equal(readdirSync(folder).length, 0)
  })
}

test('memory of a piece may be used again once the next is asked for', async (t) => {
  async function* pieces(): AsyncGenerator<Uint8Array> {
    const memory = Buffer.alloc(4)
    for (const text of ['once', 'more', 'then']) {
      memory.write(text)
      yield memory
    }
  }
  const handle = await spooled(pieces(), { signal, limit, folder: folderOf(t) })
  t.after(() => handle.close())
  const { buffer } = await handle.read(Buffer.alloc(12), 0, 12, 0)
  equal(buffer.toString(), 'oncemorethen')
})

test('a stream beyond the limit, a broken one and an aborted one are none, and nothing of them stays', async (t) => {
  const folder = folderOf(t)
  const bytes = randomBytes(3_000_000)
  await rejects(spooled(cutInto(bytes, 1000), { signal, limit: 2_999_999, folder }), /larger than 2999999 bytes/)
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield bytes
    throw new Error('the line is cut')
  }
  await rejects(spooled(broken(), { signal, limit, folder }), /the line is cut/)
  const stop = new AbortController()
  async function* aborted(): AsyncGenerator<Uint8Array> {
    yield bytes
    stop.abort(new Error('stop'))
    yield bytes
  }
  await rejects(spooled(aborted(), { signal: stop.signal, limit, folder }), /stop/)
  equal(readdirSync(folder).length, 0)
})
