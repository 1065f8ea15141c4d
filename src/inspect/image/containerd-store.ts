// The images that containerd keeps on this machine, as its store on the disk names them; containerd itself is not asked.
//
// Names lie in a bolt database, by namespace: v1 / NAMESPACE / images / NAME / target / digest, mediatype, size (varint).
// https://github.com/containerd/containerd/blob/v1.7.0/metadata/buckets.go
// Manifests and layers lie in its content store by their digest, for all namespaces together.
// https://github.com/containerd/containerd/blob/v1.7.0/docs/ops.md#base-configuration

import { join } from 'node:path'
import { FileUnreadable, openPlainFile, readPart, readWhole } from '../../io/files.ts'
import { BoltDamaged, boltHeadSize, boltTransaction, openBolt, type BoltBucket } from '../../lib/bolt.ts'
import { UnreadableTarget } from '../unreadable.ts'
import { isDigest } from './digest.ts'

export const contentFolder = 'io.containerd.content.v1.content'
const databasePath = 'io.containerd.metadata.v1.bolt/meta.db'
const tries = 5

export interface StoredImage {
  namespace: string
  name: string
  /** Of its index or manifest. */
  target: { digest: string; mediaType?: string; size: number }
}

/** In the order of namespaces and names. Throws `UnreadableTarget`. */
export async function storedImages(root: string, limit: number, signal: AbortSignal): Promise<StoredImage[]> {
  const path = join(root, databasePath)
  const bytes = await snapshot(path, limit, signal)
  try {
    return [...imagesIn(openBolt(bytes))]
  } catch (error) {
    if (!(error instanceof BoltDamaged)) throw error
    throw new UnreadableTarget(`${path} cannot be read: ${error.message}; try again, and restore it if that is no help`)
  }
}

/**
 * The whole file as one transaction left it, without a lock. A transaction writes only to pages that the one before it
 * does not use, and its description last: while that is the same before and after, no page has changed that it leads to.
 */
async function snapshot(path: string, limit: number, signal: AbortSignal): Promise<Uint8Array> {
  for (let count = 0; count < tries; count++) {
    signal.throwIfAborted()
    const bytes = await wholeOf(path, limit)
    const [before, after] = [boltTransaction(bytes), boltTransaction(await wholeOf(path, limit, boltHeadSize))]
    if (before === after) return bytes
  }
  throw new UnreadableTarget(`${path} was changed each time that it was read: containerd is busy, try again`)
}

async function wholeOf(path: string, limit: number, length = Infinity): Promise<Uint8Array> {
  try {
    const { handle } = await openPlainFile(path)
    try {
      const bytes = await readWhole(readPart(handle, 0, length), limit)
      if (bytes !== undefined) return bytes
    } finally {
      await handle.close()
    }
  } catch (error) {
    if (!(error instanceof FileUnreadable)) throw error
    const wayOut = error.code === 'EACCES' ? 'it belongs to root' : 'is this the folder that containerd calls its root?'
    throw new UnreadableTarget(`${path} ${error.message}: ${wayOut}`)
  }
  throw new UnreadableTarget(`${path} is larger than ${limit} bytes`)
}

function* imagesIn(root: BoltBucket): Generator<StoredImage> {
  for (const space of root.bucket('v1')?.entries() ?? []) {
    if (!('bucket' in space)) continue
    for (const image of space.bucket.bucket('images')?.entries() ?? []) {
      if (!('bucket' in image)) continue
      const target = targetIn(image.bucket.bucket('target'))
      if (target) yield { namespace: textOf(space.key), name: textOf(image.key), target }
    }
  }
}

function targetIn(bucket: BoltBucket | undefined): StoredImage['target'] | undefined {
  const digest = textOf(bucket?.value('digest'))
  const mediaType = textOf(bucket?.value('mediatype'))
  // containerd checks digests before it writes them; nothing else is a path of its content.
  if (!isDigest(digest)) return undefined
  return { digest, ...(mediaType ? { mediaType } : {}), size: sizeIn(bucket?.value('size') ?? new Uint8Array()) }
}

function textOf(bytes: Uint8Array | undefined): string {
  return Buffer.from(bytes ?? []).toString('utf8')
}

/** Go's varint of a signed number: seven bits a byte, the lowest first; odd ones are negative. https://pkg.go.dev/encoding/binary#PutVarint */
function sizeIn(bytes: Uint8Array): number {
  let value = 0
  for (const [index, byte] of bytes.subarray(0, 7).entries()) value += (byte & 127) * 128 ** index
  return value % 2 === 0 ? value / 2 : 0
}
