// A stream that has to be read at will is held in a file meanwhile.

import { mkdtemp, open, rm, type FileHandle } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface SpoolLimits {
  signal: AbortSignal
  /** Bytes. */
  limit: number
  /** The system's temporary one by default. */
  folder?: string | undefined
}

/** Bytes of a write: each is a trip to a thread and back, and what comes over the network comes in small pieces. */
const writeSize = 1024 * 1024

/** The file has no name any more, so that nothing remains of it however the process ends. Throws one clause, or the abort. */
export async function spooled(chunks: AsyncIterable<Uint8Array>, options: SpoolLimits): Promise<FileHandle> {
  const { signal, limit, folder = tmpdir() } = options
  const own = await mkdtemp(join(folder, 'plimsoll-'))
  const handle = await open(join(own, 'spool'), 'wx+', 0o600).finally(() => rm(own, { recursive: true }))
  try {
    const memory = Buffer.allocUnsafeSlow(writeSize)
    let held = 0
    let size = 0
    for await (const chunk of chunks) {
      signal.throwIfAborted()
      size += chunk.length
      if (size > limit) throw new Error(`it is larger than ${limit} bytes`)
      for (let done = 0; done < chunk.length;) {
        const piece = chunk.subarray(done, done + writeSize - held)
        memory.set(piece, held)
        held += piece.length
        done += piece.length
        if (held < writeSize) continue
        await write(handle, memory)
        held = 0
      }
    }
    await write(handle, memory.subarray(0, held))
    return handle
  } catch (error) {
    await handle.close()
    signal.throwIfAborted()
    throw error
  }
}

async function write(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) done += (await handle.write(bytes, done)).bytesWritten
}
