// gzip and zstd streams, told apart by their first bytes; anything else passes as it is.

import type { Transform } from 'node:stream'
import { createGunzip, createInflateRaw, createZstdDecompress } from 'node:zlib'
import { cutAtFrames, isSkippable } from './zstd-frames.ts'

export type Compression = 'gzip' | 'zstd' | 'none'

/** Bytes that `compressionOf` needs. */
export const magicLength = 4

/** By the first bytes: RFC 1952 §2.3.1, RFC 8878 §3.1.1. */
export function compressionOf(head: Uint8Array): Compression {
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip'
  if (head[0] === 0x28 && head[1] === 0xb5 && head[2] === 0x2f && head[3] === 0xfd) return 'zstd'
  if (isSkippable(head)) return 'zstd'
  return 'none'
}

/**
 * Each piece, those given as those taken, is valid until the next one is asked for: its memory is used again then. Throws `Error` with one clause when
 * the compressed stream is cut or damaged; errors of the source pass through. `chunkSize`: bytes of a piece, where memory is
 * needed for other things.
 */
export async function* decompressed(
  chunks: AsyncIterable<Uint8Array>,
  chunkSize = options.chunkSize,
): AsyncGenerator<Uint8Array> {
  const { head, all } = await withHead(chunks)
  const compression = compressionOf(head)
  if (compression === 'none') return yield* all

  try {
    if (compression === 'gzip') yield* decoded(createGunzip({ ...options, chunkSize }), all)
    else yield* decoded(createZstdDecompress({ ...options, chunkSize }), cutAtFrames(all))
  } catch (error) {
    throw explained(error, compression)
  }
}

/** Of raw deflate, as entries of a zip are packed. Pieces as those of `decompressed`; errors are those of zlib. */
export function inflated(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  return decoded(createInflateRaw(options), chunks)
}

/**
 * Large pieces, since each is a trip to a thread and back, and a few ahead: whoever takes them may be held up. As objects,
 * since several that wait would be copied into one.
 */
const options = { chunkSize: 4 * 1024 * 1024, readableObjectMode: true, readableHighWaterMark: 2 }

async function* decoded(decoder: Transform, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const feeding = feed(decoder, chunks)
  try {
    for await (const chunk of decoder) {
      yield chunk as Uint8Array
      giveBack(chunk as Uint8Array)
    }
  } catch (error) {
    // Pieces ahead of whoever takes them came before the damage; the stream holds them also after its error.
    for (let chunk = decoder.read(); chunk !== null; chunk = decoder.read()) yield chunk as Uint8Array
    throw error
  } finally {
    decoder.destroy()
    await feeding
  }
}

/** One piece at a time, so that the source may use its memory again: a stream would hold several. */
async function feed(decoder: Transform, pieces: AsyncIterable<Uint8Array>): Promise<void> {
  try {
    for await (const piece of pieces) {
      await new Promise<void>((resolve, reject) => {
        decoder.once('close', resolve)
        decoder.write(piece, (error) => {
          decoder.off('close', resolve)
          if (error) reject(error)
          else resolve()
        })
      })
      if (decoder.destroyed) return
    }
    decoder.end()
  } catch (error) {
    decoder.destroy(error as Error) // whoever reads the decoder meets it
  }
}

/**
 * Gigabytes pass in pieces of some megabytes. Left to the garbage collector they cost it a full run for each 32 MB, a
 * third of all the time. The decoder writes into one buffer until it is full, then takes another: only a piece that
 * reaches the end of its buffer was the last one in it.
 */
function giveBack({ buffer, byteOffset, byteLength }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer && byteOffset + byteLength === buffer.byteLength) buffer.transfer(0)
}

/** The first bytes, and the whole stream with them. */
async function withHead(chunks: AsyncIterable<Uint8Array>): Promise<{
  head: Uint8Array
  all: AsyncGenerator<Uint8Array>
}> {
  const iterator = chunks[Symbol.asyncIterator]()
  const first: Uint8Array[] = []
  let held = 0
  while (held < magicLength) {
    const { value, done } = await iterator.next()
    if (done) break
    held += value.length
    first.push(held < magicLength ? new Uint8Array(value) : value)
  }
  async function* all(): AsyncGenerator<Uint8Array> {
    try {
      yield* first
      for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value
    } finally {
      await iterator.return?.()
    }
  }
  return { head: Buffer.concat(first).subarray(0, magicLength), all: all() }
}

function explained(error: unknown, compression: Compression): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === 'Z_BUF_ERROR' || code === 'ZSTD_error_srcSize_wrong')
    return new Error(`the ${compression} stream is cut`)
  if (code.startsWith('Z_') || code.startsWith('ZSTD_'))
    return new Error(`the ${compression} stream is damaged (${code})`)
  return error
}
