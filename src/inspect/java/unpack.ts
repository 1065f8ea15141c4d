// How packed entries of an archive are unpacked: small ones in memory, large ones to the disk.

import { pipeline } from 'node:stream/promises'
import { crc32, createInflateRaw } from 'node:zlib'
import { ZipError, type ByteSource, type Zip, type ZipEntry } from '../../lib/zip.ts'
import type { SpooledFile } from '../spooled-file.ts'
import { piecesOf, pieceSize } from '../unpack.ts'

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
