// An OCI image layout, as a folder or in a tar: index.json leads to manifests, by way of other indexes if there are
// several platforms; everything lies under blobs/ by its digest.
//
// Format: https://github.com/opencontainers/image-spec/blob/main/image-layout.md

import type { Shaped } from '../../lib/shape.ts'
import { parseDocument, parseImageDocument } from './config.ts'
import { algorithmOf, digestOf, mismatch } from './digest.ts'
import type { ImageFiles } from './image-files.ts'
import { indexSchema, manifestSchema, type Descriptor } from './oci-schemas.ts'
import type { OpenedLayer, Platform, WayIn, WayInOptions } from './opened-image.ts'

export const ociLayout: WayIn = {
  id: 'oci-layout',
  accepts: (files) => files.has('index.json'),
  open,
}

export const configTypes: ReadonlySet<string | undefined> = new Set([
  'application/vnd.oci.image.config.v1+json',
  'application/vnd.docker.container.image.v1+json',
  undefined,
])

async function open(files: ImageFiles, options: WayInOptions): ReturnType<WayIn['open']> {
  const { scan, limits, platform } = options
  const text = (await files.read('index.json', limits.document)).toString('utf8')
  const found: Candidate[] = []
  await collect(files, parseDocument(indexSchema, text, 'index.json').manifests, [], found, options)
  const { descriptor, indexes } = choose(found, platform)

  const manifest = await readManifest(files, descriptor, options)
  if (!configTypes.has(manifest.config.mediaType)) {
    throw new Error(`it is no container image: its configuration is ${manifest.config.mediaType}`)
  }
  const configPath = blobPath(manifest.config.digest)
  const config = await readBlob(files, manifest.config, limits.document)
  const { diffIds, createdBy, ...rest } = parseImageDocument(config, configPath, scan)
  if (manifest.layers.length !== diffIds.length) {
    throw new Error(`the manifest names ${manifest.layers.length} layers and ${configPath} ${diffIds.length}`)
  }
  return {
    digest: descriptor.digest,
    configDigest: manifest.config.digest,
    aliases: [...namesOf(descriptor), ...indexes.flatMap((index) => [...namesOf(index), index.digest])],
    ...rest,
    ...(manifest.annotations ? { annotations: manifest.annotations } : {}),
    layers: manifest.layers.map((layer, index) => layerOf(files, layer, diffIds[index]!, createdBy[index])),
  }
}

/** A manifest, and the indexes that led to it, the outermost first. */
interface Candidate {
  descriptor: Descriptor
  indexes: readonly Descriptor[]
}

async function collect(
  files: ImageFiles,
  listed: readonly Descriptor[],
  indexes: readonly Descriptor[],
  found: Candidate[],
  options: WayInOptions,
): Promise<void> {
  const { limits } = options
  if (indexes.length > limits.indexDepth)
    throw new Error(`more than ${limits.indexDepth} indexes lie inside one another`)
  for (const descriptor of listed) {
    options.scan.signal.throwIfAborted()
    if (isAttestation(descriptor)) continue
    // What was saved for one platform still lists the others.
    if (!(await files.has(blobPath(descriptor.digest)))) continue
    if (!isIndex(descriptor)) found.push({ descriptor, indexes })
    else {
      const text = await readBlob(files, descriptor, limits.document)
      const nested = parseDocument(indexSchema, text, blobPath(descriptor.digest)).manifests
      await collect(files, nested, [...indexes, descriptor], found, options)
    }
    if (found.length > limits.manifests) throw new Error(`it holds more than ${limits.manifests} manifests`)
  }
}

/** This machine's platform, else the only one there is. */
function choose(found: readonly Candidate[], wanted: Platform): Candidate {
  const distinct = [...new Map(found.map((candidate) => [candidate.descriptor.digest, candidate])).values()]
  if (distinct.length === 0) throw new Error('index.json leads to no manifest that is there')
  if (distinct.length === 1) return distinct[0]!
  const fitting = distinct.filter(({ descriptor: { platform } }) => {
    return platform?.os === wanted.os && platform.architecture === wanted.architecture
  })
  if (fitting.length === 1) return fitting[0]!
  const list = distinct.map(({ descriptor }) => nameOf(descriptor)).join(', ')
  const reason = fitting.length === 0 ? 'none' : 'more than one'
  throw new Error(
    `it holds ${distinct.length} images (${list}), ${reason} of them for ${wanted.os}/${wanted.architecture}: save the one that is meant alone`,
  )
}

async function readManifest(
  files: ImageFiles,
  descriptor: Descriptor,
  { limits }: WayInOptions,
): Promise<Shaped<typeof manifestSchema>> {
  const text = await readBlob(files, descriptor, limits.document)
  return parseDocument(manifestSchema, text, blobPath(descriptor.digest))
}

async function readBlob(files: ImageFiles, { digest }: Descriptor, limit: number): Promise<string> {
  const bytes = await files.read(blobPath(digest), limit)
  const found = digestOf(bytes, algorithmOf(digest))
  if (found !== digest) throw new Error(`${blobPath(digest)}: ${mismatch(digest, found)}`)
  return bytes.toString('utf8')
}

function layerOf(
  files: ImageFiles,
  { digest: stored, size }: Descriptor,
  digest: string,
  createdBy: string | undefined,
): OpenedLayer {
  return {
    digest,
    size,
    ...(createdBy === undefined ? {} : { createdBy }),
    open: () => files.stream(blobPath(stored)),
    part: () => files.part(blobPath(stored)),
  }
}

function blobPath(digest: string): string {
  return `blobs/${digest.replace(':', '/')}`
}

export function isIndex({ mediaType }: Pick<Descriptor, 'mediaType'>): boolean {
  return mediaType?.includes('image.index') === true || mediaType?.includes('manifest.list') === true
}

/** Provenance and SBOMs that a builder puts beside an image. https://docs.docker.com/build/metadata/attestations/attestation-storage/ */
export function isAttestation({ annotations, platform }: Descriptor): boolean {
  return annotations?.['vnd.docker.reference.type'] === 'attestation-manifest' || platform?.os === 'unknown'
}

/** containerd writes the full name, others the tag alone. */
function namesOf({ annotations }: Descriptor): string[] {
  const name = annotations?.['io.containerd.image.name'] ?? annotations?.['org.opencontainers.image.ref.name']
  return name === undefined ? [] : [name]
}

function nameOf(descriptor: Descriptor): string {
  const { platform, digest } = descriptor
  return namesOf(descriptor)[0] ?? (platform ? `${platform.os}/${platform.architecture}` : digest)
}
