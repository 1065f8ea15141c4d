// What unpacking entries of a zip shares, whoever reads the zip.

import { crc32, inflateRawSync } from 'node:zlib'
import { inflated } from '../io/decompress.ts'
import { giveBack } from '../io/give-back.ts'
import { ZipError, type ByteSource, type Codec, type Zip, type ZipEntry } from '../lib/zip.ts'

/** What is unpacked in memory is small: in one piece it need not be put together. */
export const codec: Codec = {
  inflate: (packed: Uint8Array, size: number): Uint8Array =>
    inflateRawSync(packed, {
      maxOutputLength: Math.max(1, size),
      chunkSize: Math.min(Math.max(64, size), 8 * 2 ** 20),
    }),
  crc32: (bytes: Uint8Array): number => crc32(bytes),
}

export const pieceSize = 256 * 1024

/** Each piece is valid until the next one is asked for. */
export async function* piecesOf({ size, read, isFresh = false }: ByteSource): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < size; at += pieceSize) {
    const piece = await read(at, Math.min(pieceSize, size - at))
    yield piece
    if (isFresh) giveBack(piece)
  }
}

/** What a packed entry holds, each piece valid until the next one is asked for. Throws `ZipError`. */
export async function* unpackedPieces(entry: ZipEntry, zip: Zip): AsyncGenerator<Uint8Array> {
  const packed = await zip.packed(entry)
  let size = 0
  let crc = 0
  try {
    for await (const piece of inflated(piecesOf(packed))) {
      size += piece.length
      if (size > entry.size) throw new ZipError('is longer than the directory says')
      crc = crc32(piece, crc)
      yield piece
    }
  } catch (error) {
    const isDamaged = (error as NodeJS.ErrnoException).code?.startsWith('Z_') ?? false
    throw isDamaged ? new ZipError('is damaged: its packed contents cannot be read', { cause: error }) : error
  }
  if (size !== entry.size) throw new ZipError('is not as long as the directory says')
  if (crc !== entry.crc) throw new ZipError('is damaged: its checksum differs')
}
