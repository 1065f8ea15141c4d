// Whether a file may be a bill of materials: told by its first bytes, before what reads those is loaded.

import { realpath } from 'node:fs/promises'
import { openPlainFile } from '../../io/files.ts'

/** Whether a file is text that begins as documents do; images are archives, which do not. */
export async function looksLikeDocument(path: string): Promise<boolean> {
  const head = await headOf(path).catch(() => undefined)
  if (head === undefined || head.includes(0)) return false
  return /^\uFEFF?\s*(?:\{|<\?xml|<bom|SPDXVersion:)/.test(head.toString('utf8'))
}

export async function headOf(path: string): Promise<Buffer> {
  const { handle } = await openPlainFile(await realpath(path))
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(512), 0, 512, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}
