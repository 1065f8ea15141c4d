// What unpacking entries of a zip shares, whoever reads the zip.

import { crc32, inflateRawSync } from 'node:zlib'
import type { ByteSource, Codec } from '../lib/zip.ts'

/** What is unpacked in memory is small: in one piece it need not be put together. */
export const codec: Codec = {
  inflate: (packed: Uint8Array, size: number): Uint8Array =>
    inflateRawSync(packed, {
      maxOutputLength: Math.max(1, size),
      chunkSize: Math.min(Math.max(64, size), 8 * 2 ** 20),
    }),
  crc32: (bytes: Uint8Array): number => crc32(bytes),
}

/**
 * Gigabytes of short-lived memory cost the garbage collector as much as unpacking them; small pieces share theirs. Nothing
 * may hold a view on it.
 */
export function giveBack({ buffer, byteLength }: Uint8Array): void {
  if (byteLength >= 64 * 1024 && buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0)
}

export const pieceSize = 256 * 1024

export async function* piecesOf({ size, read }: ByteSource): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < size; at += pieceSize) yield read(at, Math.min(pieceSize, size - at))
}
