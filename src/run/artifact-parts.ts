// Manifests and small blobs of an artifact in a registry, as the index and its signature have them.
//
// https://github.com/opencontainers/image-spec/blob/v1.1.1/manifest.md#guidelines-for-artifact-usage

import { createHash } from 'node:crypto'
import { z } from 'zod'
import { readWhole } from '../io/files.ts'
import type { RegistryClient } from '../io/registry.ts'
import type { RegistryUpload } from '../io/registry-upload.ts'

export const manifestType = 'application/vnd.oci.image.manifest.v1+json'

/** Bytes of a manifest, and of a blob that is read as a whole. */
export const largestDocument = 2 ** 20

/** Of the packed index. */
const largestLayer = 8 * 2 ** 30

const descriptor = z.object({
  mediaType: z.string(),
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
  size: z.number().int().nonnegative().max(largestLayer),
  annotations: z.record(z.string(), z.string()).default({}),
})
export type Descriptor = z.infer<typeof descriptor>
export const manifestSchema = z.object({ artifactType: z.string().optional(), layers: z.array(descriptor).max(100) })

export async function putText(upload: RegistryUpload, mediaType: string, text: string) {
  const bytes = Buffer.from(text)
  const digest = digestOf(bytes)
  await upload.blob(digest, { size: bytes.length, open: () => inOnePiece(bytes) })
  return { mediaType, digest, size: bytes.length }
}

async function* inOnePiece(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

export function manifestOf(config: object, layers: object[], more: object = {}): string {
  return JSON.stringify({ schemaVersion: 2, mediaType: manifestType, config, layers, ...more })
}

export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}

export async function smallBlob(registry: RegistryClient, { digest, size }: Descriptor): Promise<Buffer | undefined> {
  if (size > largestDocument) return undefined
  const chunks = await registry.blob(digest, size)
  const bytes = chunks && (await readWhole(chunks, largestDocument))
  return bytes && digestOf(bytes) === digest ? bytes : undefined
}

export function jsonIn(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return undefined
  }
}
