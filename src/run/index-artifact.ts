// The advisory index as an OCI artifact: one makes it, all others pull it, and take it only when a key that they trust has
// signed it.

import { createHash, randomUUID, type KeyObject } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { constants, createZstdCompress } from 'node:zlib'
import { decompressed } from '../io/decompress.ts'
import { guardedClient } from '../io/guarded-http.ts'
import { localMachine } from '../io/machine.ts'
import { findCredential } from '../io/registry-credentials.ts'
import { connectRegistry, type RegistryClient } from '../io/registry.ts'
import { connectUpload } from '../io/registry-upload.ts'
import type { TrustedKey } from '../inspect/trust.ts'
import { formatReference, parseImageReference, type ImageReference } from '../lib/image-reference.ts'
import type { AdvisoryAge } from '../model/result.ts'
import { openAdvisoryIndex } from '../store/advisory-reader.ts'
import { indexFile } from './advisories.ts'
import {
  digestOf,
  jsonIn,
  largestDocument,
  manifestOf,
  manifestSchema,
  manifestType,
  putText,
  type Descriptor,
} from './artifact-parts.ts'
import { putSignature, whoSigned } from './artifact-signature.ts'

const artifactType = 'application/vnd.plimsoll.advisories.v1'
const configType = `${artifactType}.config+json`
const layerType = `${artifactType}.sqlite+zstd`

/** Bytes of the unpacked index. */
const largestIndex = 32 * 2 ** 30

export interface ArtifactOptions {
  signal: AbortSignal
  /** Hosts, or `host:port`, that may be asked without TLS. */
  insecure?: readonly string[]
}

export interface PullOptions extends ArtifactOptions {
  keys: readonly TrustedKey[]
  /** Take it also when nobody trusted has signed it. */
  unverified?: boolean
  /** Take it also when it is older than the one that is here. */
  older?: boolean
}

/** Digest of the artifact, who signed it, and the index. */
export interface Transferred extends AdvisoryAge {
  digest: string
  signedBy?: string
}

/** `oci://registry.example/team/advisories:2026-11-29` */
export function parseArtifactReference(text: string): ImageReference {
  const rest = /^oci:\/\/(?<rest>.+)$/.exec(text)?.groups?.['rest']
  if (rest === undefined) throw new Error(`${text}: expected oci://HOST/NAME:TAG`)
  return parseImageReference(rest)
}

/** Puts the index of the data folder into a registry, and its signature beside it. */
export async function pushIndex(
  dataFolder: string,
  reference: ImageReference,
  { key, ...options }: ArtifactOptions & { key?: KeyObject },
): Promise<Transferred> {
  const file = indexFile(dataFolder)
  if (!existsSync(file)) throw new Error(`${dataFolder} has no index to push: plimsoll db update makes one`)
  const packed = `${file}.${process.pid}.${randomUUID()}.tmp`
  const { client, connection } = connecting(reference, options)
  try {
    const age = await packInto(file, packed)
    const upload = await connectUpload(apiHost(reference), reference.repository, connection)
    const layer = { mediaType: layerType, ...(await describe(packed)) }
    await upload.blob(layer.digest, { size: layer.size, open: () => createReadStream(packed) })
    const config = await putText(upload, configType, JSON.stringify(age))
    const manifest = manifestOf(config, [layer], {
      artifactType,
      annotations: { 'org.opencontainers.image.created': age.builtAt },
    })
    const digest = digestOf(Buffer.from(manifest))
    await upload.manifest(reference.tag ?? digest, manifestType, manifest)
    if (key) await putSignature(upload, reference, digest, key)
    return { digest, ...age }
  } finally {
    client.close()
    await rm(packed, { force: true })
  }
}

/** Replaces the index of the data folder by one from a registry. Throws, and leaves the one that is here, when anything is wrong. */
export async function pullIndex(
  dataFolder: string,
  reference: ImageReference,
  { keys, unverified = false, older = false, ...options }: PullOptions,
): Promise<Transferred> {
  if (keys.length === 0 && !unverified) {
    throw new Error('name who may have signed it by --trusted-key FILE, or take it from anybody by --insecure-unsigned')
  }
  const file = indexFile(dataFolder)
  const unfinished = `${file}.${process.pid}.${randomUUID()}.tmp`
  const name = formatReference(reference)
  const { client, connection } = connecting(reference, options)
  try {
    const registry = await connectRegistry(apiHost(reference), reference.repository, connection)
    const { digest, layer } = await findArtifact(registry, reference)
    const signedBy = await whoSigned(registry, digest, keys)
    if ('why' in signedBy && !unverified) throw new Error(`${name} is not taken: ${signedBy.why}`)
    await unpackInto(unfinished, registry, layer)
    const age = ageOf(unfinished)
    if (!older && existsSync(file) && age.builtAt < builtAtOf(file)) {
      throw new Error(
        `${name} was built ${age.builtAt}, before the index that is here: --allow-older takes it all the same`,
      )
    }
    await rename(unfinished, file)
    return { digest, ...age, ...('by' in signedBy ? { signedBy: signedBy.by } : {}) }
  } finally {
    client.close()
    await rm(unfinished, { force: true })
  }
}

function connecting({ registry, repository }: ImageReference, { signal, insecure = [] }: ArtifactOptions) {
  const client = guardedClient({ plainHosts: insecure })
  const credential = () => findCredential(registry, repository, localMachine(), signal)
  return { client, connection: { client, signal, credential } }
}

/** The API of Docker Hub is on a host of its own. */
function apiHost({ registry }: ImageReference): string {
  return registry === 'docker.io' ? 'registry-1.docker.io' : registry
}

/** The age of the index that was packed: a build may put another one in its place meanwhile, and this one stays whole. */
async function packInto(file: string, packed: string): Promise<AdvisoryAge> {
  const handle = await open(file)
  try {
    const age = ageOf(file)
    const target = await open(packed, 'wx', 0o600)
    const pack = createZstdCompress({ params: { [constants.ZSTD_c_compressionLevel]: 9 } })
    await pipeline(handle.createReadStream({ autoClose: false }), pack, target.createWriteStream())
    return age
  } finally {
    await handle.close()
  }
}

function ageOf(file: string): AdvisoryAge {
  const index = openAdvisoryIndex(file)
  index.close()
  return index.age()
}

function builtAtOf(file: string): string {
  try {
    return ageOf(file).builtAt
  } catch {
    return ''
  }
}

interface Described {
  digest: string
  size: number
}

async function describe(file: string): Promise<Described> {
  const hash = createHash('sha256')
  let size = 0
  for await (const chunk of createReadStream(file)) {
    hash.update(chunk as Buffer)
    size += (chunk as Buffer).length
  }
  return { digest: `sha256:${hash.digest('hex')}`, size }
}

async function findArtifact(
  registry: RegistryClient,
  reference: ImageReference,
): Promise<{ digest: string; layer: Descriptor }> {
  const wanted = reference.digest ?? reference.tag ?? 'latest'
  const found = await registry.manifest(wanted, largestDocument)
  const name = formatReference(reference)
  if (!found) throw new Error(`there is no ${name}: check the name and the tag, or sign in`)
  const digest = digestOf(found.bytes)
  if (reference.digest !== undefined && digest !== reference.digest) throw new Error(`${name} has the digest ${digest}`)
  const { data } = manifestSchema.safeParse(jsonIn(found.bytes))
  const layer = data?.layers.find(({ mediaType }) => mediaType === layerType)
  if (data?.artifactType !== artifactType || !layer) throw new Error(`${name} is no advisory index`)
  return { digest, layer }
}

/** Its digest is known to be right only when all of it has been read: nothing is used before. */
async function unpackInto(file: string, registry: RegistryClient, { digest, size }: Descriptor): Promise<void> {
  const chunks = await registry.blob(digest, size)
  if (!chunks) throw new Error(`the registry lists ${digest} and does not have it`)
  const hash = createHash('sha256')
  async function* hashed(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const piece of pieces) {
      hash.update(piece)
      yield piece
    }
  }
  const target = await open(file, 'wx', 0o600)
  try {
    let unpacked = 0
    for await (const piece of decompressed(hashed(chunks))) {
      unpacked += piece.length
      if (unpacked > largestIndex) throw new Error(`it unpacks to more than ${largestIndex} bytes`)
      await target.appendFile(piece)
    }
    await target.sync()
  } finally {
    await target.close()
  }
  if (`sha256:${hash.digest('hex')}` !== digest) throw new Error(`the registry gave something else than ${digest}`)
}
