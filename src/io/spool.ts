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

/** The file has no name any more, so that nothing remains of it however the process ends. Throws one clause, or the abort. */
export async function spooled(chunks: AsyncIterable<Uint8Array>, options: SpoolLimits): Promise<FileHandle> {
  const { signal, limit, folder = tmpdir() } = options
  const own = await mkdtemp(join(folder, 'plimsoll-'))
  const handle = await open(join(own, 'spool'), 'wx+', 0o600).finally(() => rm(own, { recursive: true }))
  try {
    let size = 0
    for await (const chunk of chunks) {
      signal.throwIfAborted()
      size += chunk.length
      if (size > limit) throw new Error(`it is larger than ${limit} bytes`)
      for (let done = 0; done < chunk.length;) done += (await handle.write(chunk, done)).bytesWritten
    }
    return handle
  } catch (error) {
    await handle.close()
    signal.throwIfAborted()
    throw error
  }
}
