import { gzipSync, zstdCompressSync } from 'node:zlib'
import { test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { equal, ok, rejects } from 'node:assert/strict'
import { decompressed } from './decompress.ts'

async function* pieces(bytes: Uint8Array, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function text(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const all: Uint8Array[] = []
  for await (const piece of stream) all.push(piece)
  return Buffer.concat(all).toString()
}

const plain = 'plain text '.repeat(1000)
const forms = { gzip: gzipSync(plain), zstd: zstdCompressSync(plain), plain: Buffer.from(plain) }

for (const [name, bytes] of Object.entries(forms)) {
  for (const size of [1, 3, bytes.length]) {
    test(`${name} in pieces of ${size}`, async () => equal(await text(decompressed(pieces(bytes, size))), plain))
  }
}

test('gzip of several members is one stream', async () => {
  equal(await text(decompressed(pieces(Buffer.concat([gzipSync('a'), gzipSync('b')]), 5))), 'ab')
})

/** Frames that decoders pass over: zstd:chunked keeps its table of contents in one. RFC 8878 §3.1.2. */
const skippable = Buffer.from('\x50\x2a\x4d\x18\x04\0\0\0data', 'latin1')

for (const size of [1, 5, 7, 1000]) {
  test(`zstd of several frames is one stream, in pieces of ${size}`, async () => {
    const [a, b] = [zstdCompressSync('a'), zstdCompressSync('b'.repeat(300))]
    const b300 = 'b'.repeat(300)
    equal(await text(decompressed(pieces(Buffer.concat([a, b, a]), size))), `a${b300}a`)
    equal(await text(decompressed(pieces(Buffer.concat([a, skippable, b, skippable]), size))), `a${b300}`)
    equal(await text(decompressed(pieces(Buffer.concat([skippable, a, b]), size))), `a${b300}`)
    const cut = Buffer.concat([a, b]).subarray(0, -3)
    await rejects(text(decompressed(pieces(cut, size))), /the zstd stream is cut/)
    await rejects(
      text(decompressed(pieces(Buffer.concat([a, Buffer.from('other')]), size))),
      /the zstd stream is damaged/,
    )
  })
}

test('nothing, and less than a magic number, pass as they are', async () => {
  equal(await text(decompressed(pieces(Buffer.alloc(0), 1))), '')
  equal(await text(decompressed(pieces(Buffer.from('ab'), 1))), 'ab')
})

for (const name of ['gzip', 'zstd'] as const) {
  test(`${name} that is cut or damaged says so`, async () => {
    await rejects(text(decompressed(pieces(forms[name].subarray(0, -10), 20))), new RegExp(`the ${name} stream is cut`))
    const damaged = Buffer.from(forms[name])
    damaged.fill(0xff, 8, 24)
    await rejects(text(decompressed(pieces(damaged, 20))), new RegExp(`the ${name} stream is damaged`))
  })
}

for (const name of ['gzip', 'zstd'] as const) {
  test(`what ${name} gave before it was cut is handed over, also to a slow reader`, async () => {
    const large = Buffer.alloc(24 * 1024 * 1024, 'many pieces ')
    const packed = name === 'gzip' ? gzipSync(large) : zstdCompressSync(large)
    let length = 0
    const reading = (async () => {
      for await (const piece of decompressed(pieces(packed.subarray(0, -4), packed.length))) {
        length += piece.length
        await setTimeout(50)
      }
    })()
    await rejects(reading, new RegExp(`the ${name} stream is cut`))
    const lastBlock = 128 * 1024 // of zstd, which is decoded whole or not at all
    ok(length >= large.length - lastBlock, `${length} bytes`)
  })
}

test('an error of the source passes through, and a reader that stops early stops the source', async () => {
  let stopped = false
  async function* source() {
    try {
      yield forms.gzip.subarray(0, 20)
      throw new Error('unplugged')
    } finally {
      stopped = true
    }
  }
  await rejects(text(decompressed(source())), /unplugged/)
  equal(stopped, true)
})
