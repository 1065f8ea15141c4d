// An image in a registry: its documents are fetched and verified here, its layers when they are read.

import type { FileHandle } from 'node:fs/promises'
import type { Shaped } from '../../lib/shape.ts'
import { readWhole } from '../../io/files.ts'
import { givenBack } from '../../io/give-back.ts'
import { guardedClient, type GuardedClient } from '../../io/guarded-http.ts'
import { localMachine } from '../../io/machine.ts'
import { connectRegistry, type RegistryClient } from '../../io/registry.ts'
import { findCredential } from '../../io/registry-credentials.ts'
import { spooled } from '../../io/spool.ts'
import { formatReference, parseImageReference, type ImageReference } from '../../lib/image-reference.ts'
import { gapList } from '../gaps.ts'
import { defaultLimits, type Limits } from '../limits.ts'
import { labelledOrigin } from '../origin/labels.ts'
import { keepOrigin, type KeptOrigin } from '../origin/documents.ts'
import { parseReferrers, type Shelf } from '../origin/origin.ts'
import { nobody } from '../origin/trust.ts'
import { reasonOf, UnreadableTarget } from '../unreadable.ts'
import { parseDocument, parseImageDocument } from './config.ts'
import { algorithmOf, digestOf, isDigest, mismatch, verified } from './digest.ts'
import { isImageConfig, manifestSchema, type Descriptor } from './oci-schemas.ts'
import { thisMachine, type OpenOptions } from './open-options.ts'
import type { OpenedImage, OpenedLayer } from './opened-image.ts'
import { chooseManifest, type ChosenManifest } from './registry-index.ts'

interface Opening {
  name: string
  client: RegistryClient
  limits: Limits
  options: OpenOptions
}

/** `text`: `nginx:1.27`, `registry.example/team/app@sha256:…`. Throws `UnreadableTarget`. */
export async function openRegistry(text: string, options: OpenOptions): Promise<OpenedImage> {
  const { signal, limits = defaultLimits, registry: access = {} } = options
  const mirrors = [...(access.mirrors?.values() ?? [])].filter(({ protocol }) => protocol === 'http:')
  const guard = guardedClient({ plainHosts: [...(access.insecure ?? []), ...mirrors.map(({ host }) => host)] })
  const gaps = gapList(signal, limits.gaps)
  try {
    const reference = parseImageReference(text)
    const { client, bytes, mediaType } = await find(reference, guard, gaps.scan.gap, options)
    const opening = { name: formatReference(reference), client, limits, options }
    const root = { bytes, mediaType, digest: verifiedDigest(bytes, reference.digest), name: opening.name }
    const { platform = thisMachine() } = options
    const fetch = (descriptor: Descriptor): Promise<Buffer> => manifestBytes(client, descriptor.digest, limits)
    const chosen = await chooseManifest(root, { platform, limits, scan: gaps.scan, fetch })
    const image = await openManifest(chosen, opening, gaps.scan)
    for (const problem of client.problems()) gaps.scan.gap(`a sign-in could not be used: ${problem}`)
    return { ...image, gaps: gaps.list(), close: async () => guard.close() }
  } catch (error) {
    guard.close()
    signal.throwIfAborted()
    if (error instanceof UnreadableTarget) throw error
    throw new UnreadableTarget(`registry:${text} cannot be judged: ${reasonOf(error)}`)
  }
}

/** The mirror is asked first; what it does not have, or cannot give, comes from the registry itself. */
async function find(
  reference: ImageReference,
  guard: GuardedClient,
  gap: (why: string) => void,
  options: OpenOptions,
): Promise<{ client: RegistryClient; bytes: Buffer; mediaType: string | undefined }> {
  const { registry, repository, tag = 'latest', digest = tag } = reference
  const { signal, limits = defaultLimits, registry: access = {} } = options
  const home = access.home ?? localMachine()
  const ask = async (host: string, server: string) => {
    const credential = () => findCredential(server, repository, home, signal)
    const client = await connectRegistry(host, repository, { client: guard, signal, credential })
    const manifest = await client.manifest(digest, limits.document)
    return manifest && { client, bytes: manifest.bytes, mediaType: manifest.mediaType }
  }
  const mirror = access.mirrors?.get(registry)
  if (mirror) {
    const found = await ask(mirror.host, mirror.host).catch((error: unknown) => {
      signal.throwIfAborted()
      gap(`the mirror ${mirror.host} was not used: ${reasonOf(error)}`)
    })
    if (found) return found
  }
  // The API of Docker Hub is on a host of its own.
  const found = await ask(registry === 'docker.io' ? 'registry-1.docker.io' : registry, registry)
  if (found) return found
  throw new Error(`${registry} has no ${repository} with ${digest}: check the name and the tag, or sign in`)
}

function verifiedDigest(bytes: Buffer, expected: string | undefined): string {
  const found = digestOf(bytes, expected === undefined ? 'sha256' : algorithmOf(expected))
  if (expected !== undefined && found !== expected)
    throw new Error(`its manifest is another: ${mismatch(expected, found)}`)
  return found
}

async function manifestBytes(client: RegistryClient, digest: string, limits: Limits): Promise<Buffer> {
  const manifest = await client.manifest(digest, limits.document)
  if (manifest === undefined) throw new Error(`the registry lists ${digest} and does not have it`)
  verifiedDigest(manifest.bytes, digest)
  return manifest.bytes
}

type Document = Shaped<typeof manifestSchema>

async function openManifest(
  chosen: ChosenManifest,
  opening: Opening,
  scan: Parameters<typeof parseImageDocument>[2],
): Promise<Omit<OpenedImage, 'gaps' | 'close'>> {
  const { name, limits } = opening
  const manifest = parseDocument(manifestSchema, chosen.bytes.toString('utf8'), `manifest ${chosen.digest}`)
  if (!isImageConfig(manifest.config.mediaType)) {
    throw new Error(`it is no container image: its configuration is ${manifest.config.mediaType}`)
  }
  const path = `configuration ${manifest.config.digest}`
  const text = (await blobBytes(opening, manifest.config)).toString('utf8')
  const { diffIds, createdBy, ...rest } = parseImageDocument(text, path, scan)
  if (manifest.layers.length !== diffIds.length) {
    throw new Error(`the manifest names ${manifest.layers.length} layers and its configuration ${diffIds.length}`)
  }
  if (diffIds.length > limits.layers) throw new Error(`it has ${diffIds.length} layers, more than ${limits.layers}`)
  const stored = new Map(manifest.layers.map(({ digest }, index) => [digest, diffIds[index]!]))
  const { origin, documents } = await originOf(
    chosen,
    manifest,
    { labels: rest.config.labels, layers: stored },
    opening,
    scan,
  )
  return {
    name,
    digest: chosen.digest,
    configDigest: manifest.config.digest,
    aliases: [...new Set([name, ...chosen.indexes])],
    ...rest,
    ...(manifest.annotations ? { annotations: manifest.annotations } : {}),
    ...(origin ? { origin } : {}),
    ...(documents ? { originDocuments: documents } : {}),
    layers: manifest.layers.map((layer, index) => layerOf(opening, layer, diffIds[index]!, createdBy[index])),
  }
}

function layerOf(opening: Opening, stored: Descriptor, digest: string, createdBy: string | undefined): OpenedLayer {
  const { signal, workFolder } = opening.options
  const open = (): AsyncGenerator<Uint8Array> => verified(layerBytes(opening, stored), stored.digest)
  return {
    digest,
    size: stored.size,
    ...(createdBy === undefined ? {} : { createdBy }),
    open,
    async part() {
      const limit = opening.limits.spool
      const handle: FileHandle = await spooled(givenBack(open()), { signal, limit, folder: workFolder })
      return { descriptor: handle.fd, offset: 0, length: stored.size, close: () => handle.close() }
    },
  }
}

async function* layerBytes(
  { client }: Opening,
  { digest, size, mediaType = '' }: Descriptor,
): AsyncGenerator<Uint8Array> {
  if (mediaType.endsWith('+encrypted')) throw new Error(`it is encrypted (${mediaType})`)
  const bytes = await client.blob(digest, size)
  if (bytes) return yield* bytes
  // Such layers name addresses to be fetched from instead. Nobody follows addresses that an image names.
  const isForeign = mediaType.includes('.foreign.') || mediaType.includes('nondistributable')
  throw new Error(
    isForeign
      ? `it is a foreign layer, which the registry does not hold (${mediaType})`
      : 'the registry does not have it',
  )
}

async function blobBytes({ client, limits }: Opening, { digest, size }: Descriptor): Promise<Buffer> {
  if (size > limits.document) throw new Error(`${digest} is larger than ${limits.document} bytes`)
  const bytes = await client.blob(digest, size)
  if (bytes === undefined) throw new Error(`the registry does not have ${digest}`)
  return (await readWhole(verified(bytes, digest), limits.document))!
}

async function originOf(
  chosen: ChosenManifest,
  { annotations }: Document,
  { labels, layers }: { labels: Readonly<Record<string, string>>; layers: ReadonlyMap<string, string> },
  opening: Opening,
  scan: Parameters<typeof parseImageDocument>[2],
): Promise<KeptOrigin> {
  const { client, limits, options } = opening
  const shelf: Shelf = {
    async manifest(reference) {
      const manifest = await client.manifest(reference, limits.document)
      if (manifest && isDigest(reference)) verifiedDigest(manifest.bytes, reference)
      return manifest?.bytes
    },
    blob: (descriptor) => blobBytes(opening, descriptor),
    referrers: async (digest) => (await client.referrers(digest, limits.document))?.flatMap(parseReferrers),
  }
  const subject = {
    digest: chosen.digest,
    digests: [chosen.digest, ...chosen.indexes],
    attestations: chosen.attestations,
    trust: options.registry?.trust ?? nobody,
    now: new Date(),
    labelled: labelledOrigin(annotations ?? {}, labels),
    layers,
  }
  return keepOrigin(subject, shelf, scan)
}
