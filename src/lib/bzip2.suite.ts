// What the program bzip2 has packed.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { suite, test } from 'node:test'
import { withoutPrograms } from '../testing/shared.ts'
import { Bzip2Error, bunzip2 } from './bzip2.ts'

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function unpacked(bytes: Uint8Array, size = 64 * 1024): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  for await (const piece of bunzip2(inPieces(bytes, size))) pieces.push(piece)
  return Buffer.concat(pieces)
}

const packed = (bytes: Uint8Array, level = 9): Buffer =>
  execFileSync('bzip2', [`-${level}`, '-c'], { input: bytes, maxBuffer: 2 ** 28 })

suite('bzip2', { skip: withoutPrograms('bzip2') }, () => {
  const words = Buffer.from(Array.from({ length: 40_000 }, (_, n) => `word${(n * 7919) % 1000} `).join(''))
  const samples: [name: string, bytes: Buffer][] = [
    ['nothing', Buffer.alloc(0)],
    ['one byte', Buffer.from('a')],
    ['runs of every length', Buffer.concat(Array.from({ length: 600 }, (_, n) => Buffer.alloc(n, n % 3)))],
    ['a long run over several blocks', Buffer.alloc(3_000_000, 7)],
    ['all bytes', Buffer.from(Array.from({ length: 65_536 }, (_, n) => n & 0xff))],
    ['noise', randomBytes(300_000)],
    ['words, several blocks', Buffer.concat([words, words, words, words])],
  ]
  for (const [name, bytes] of samples) {
    test(name, async () => {
      for (const level of [1, 9]) assert.ok((await unpacked(packed(bytes, level))).equals(bytes), `level ${level}`)
    })
  }

  test('in pieces of a few bytes, and streams one after the other', async () => {
    const two = Buffer.concat([packed(Buffer.from('one, ')), packed(words)])
    assert.ok((await unpacked(two, 3)).equals(Buffer.concat([Buffer.from('one, '), words])))
  })

  test('what is damaged or cut anywhere throws, and gives nothing wrong', async () => {
    const whole = packed(words)
    for (let at = 0; at < whole.length; at += 97) {
      const damaged = Buffer.from(whole)
      damaged[at]! ^= 0x10
      await assert.rejects(unpacked(damaged), Bzip2Error, `byte ${at}`)
      await assert.rejects(unpacked(whole.subarray(0, at === 0 ? 1 : at)), Bzip2Error, `cut at ${at}`)
    }
    await assert.rejects(unpacked(Buffer.from('no bzip2 at all')), /is no bzip2/)
  })
})
