// gzip and zstd streams, told apart by their first bytes; anything else passes as it is.

import { pipeline, Readable } from 'node:stream'
import { createGunzip, createZstdDecompress } from 'node:zlib'

export type Compression = 'gzip' | 'zstd' | 'none'

/** Bytes that `compressionOf` needs. */
export const magicLength = 4

/** By the first bytes: RFC 1952 §2.3.1, RFC 8878 §3.1.1. */
export function compressionOf(head: Uint8Array): Compression {
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip'
  if (head[0] === 0x28 && head[1] === 0xb5 && head[2] === 0x2f && head[3] === 0xfd) return 'zstd'
  return 'none'
}

/** Throws `Error` with one clause when the compressed stream is cut or damaged; errors of the source pass through. */
export async function* decompressed(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const { head, all } = await withHead(chunks)
  const compression = compressionOf(head)
  if (compression === 'none') return yield* all

  // Large pieces: each one is a trip to a thread and back.
  const options = { chunkSize: 1024 * 1024 }
  const decoder = compression === 'gzip' ? createGunzip(options) : createZstdDecompress(options)
  // The callback keeps the error from becoming an unhandled one; the loop below meets it as well.
  pipeline(Readable.from(all, { objectMode: true, highWaterMark: 4 }), decoder, () => {})
  try {
    for await (const chunk of decoder) yield chunk as Uint8Array
  } catch (error) {
    throw explained(error, compression)
  }
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
    first.push(value)
    held += value.length
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
