// How packed entries of an archive are unpacked: small ones in memory, large ones to the disk.

import { pipeline } from 'node:stream/promises'
import { crc32, createInflateRaw, inflateRawSync } from 'node:zlib'
import { ZipError, type ByteSource, type Codec, type Zip, type ZipEntry } from '../../lib/zip.ts'
import type { SpooledFile } from '../spooled-file.ts'

/** What is unpacked in memory is small: in one piece it need not be put together. */
export const codec: Codec = {
  inflate: (packed: Uint8Array, size: number): Uint8Array =>
    inflateRawSync(packed, {
      maxOutputLength: Math.max(1, size),
      chunkSize: Math.min(Math.max(64, size), 8 * 2 ** 20),
    }),
  crc32: (bytes: Uint8Array): number => crc32(bytes),
}

/** Piece by piece, so that it costs the memory of a piece. Returns its size. Throws `ZipError`. */
export async function unpackTo(spool: SpooledFile, entry: ZipEntry, zip: Zip): Promise<number> {
  let crc = 0
  const packed = await zip.packed(entry)
  await pipeline(
    piecesOf(packed),
    createInflateRaw({ chunkSize: pieceSize }),
    async (pieces: AsyncIterable<Buffer>) => {
      for await (const piece of pieces) {
        if (spool.size + piece.length > entry.size) throw new ZipError('is longer than the directory says')
        crc = crc32(piece, crc)
        spool.push(piece)
      }
    },
  ).catch((error: unknown) => {
    throw isOfZlib(error) ? new ZipError('is damaged: its packed contents cannot be read', { cause: error }) : error
  })
  if (spool.size !== entry.size) throw new ZipError('is not as long as the directory says')
  if (crc !== entry.crc) throw new ZipError('is damaged: its checksum differs')
  return spool.size
}

const pieceSize = 256 * 1024

async function* piecesOf({ size, read }: ByteSource): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < size; at += pieceSize) yield read(at, Math.min(pieceSize, size - at))
}

/** Frees at once what the garbage collector would leave until it has to stop for it. Nothing may hold a view on it. */
export function giveBack({ buffer, byteLength }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0)
}

function isOfZlib(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code?.startsWith('Z_') ?? false
}

export function asSource(spool: SpooledFile, size: number): ByteSource {
  return { size, read: async (start, length) => spool.read(start, length) }
}

/** What is wrong with an archive, as a clause; whatever else was thrown goes on. */
export function reasonOf(error: unknown): string {
  if (error instanceof ZipError) return error.message
  throw error
}
