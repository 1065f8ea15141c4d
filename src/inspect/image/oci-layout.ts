// An OCI image layout, as a folder or in a tar: index.json leads to manifests, by way of other indexes if there are
// several platforms; everything lies under blobs/ by its digest.
//
// Format: https://github.com/opencontainers/image-spec/blob/main/image-layout.md

import type { Shaped } from '../../lib/shape.ts'
import type { KeptOrigin } from '../origin/documents.ts'
import { labelledOrigin } from '../origin/labels.ts'
import { isBesideImages, isImageManifest } from '../origin/layout-artifacts.ts'
import type { Subject } from '../origin/origin.ts'
import { parseDocument, parseImageDocument } from './config.ts'
import { algorithmOf, digestOf, mismatch } from './digest.ts'
import type { ImageFiles } from './image-files.ts'
import { indexSchema, isImageConfig, manifestSchema, type Descriptor } from './oci-schemas.ts'
import type { OpenedLayer, Platform, WayIn, WayInOptions } from './opened-image.ts'

export const ociLayout: WayIn = {
  id: 'oci-layout',
  accepts: (files) => files.has('index.json'),
  open,
}

async function open(files: ImageFiles, options: WayInOptions): ReturnType<WayIn['open']> {
  const { scan, limits, platform } = options
  const text = (await files.read('index.json', limits.document)).toString('utf8')
  const { manifests: listed } = parseDocument(indexSchema, text, 'index.json')
  const found: Found = { images: [], attestations: [] }
  await collect(files, listed, [], found, options)
  const chosen = choose(await withoutArtifacts(files, found, options), platform)
  const { descriptor, indexes } = chosen

  const manifest = await readManifest(files, descriptor, options)
  if (!isImageConfig(manifest.config.mediaType)) {
    throw new Error(`it is no container image: its configuration is ${manifest.config.mediaType}`)
  }
  const configPath = blobPath(manifest.config.digest)
  const config = (await readBlob(files, manifest.config, limits.document)).toString('utf8')
  const { diffIds, createdBy, ...rest } = parseImageDocument(config, configPath, scan)
  if (manifest.layers.length !== diffIds.length) {
    throw new Error(`the manifest names ${manifest.layers.length} layers and ${configPath} ${diffIds.length}`)
  }
  const labelled = labelledOrigin(manifest.annotations ?? {}, rest.config.labels)
  const layers = new Map(manifest.layers.map((layer, index) => [layer.digest, diffIds[index]!]))
  const { attestations } = found
  const { origin, documents } = await originOf(files, { chosen, listed, attestations, labelled, layers }, options)
  return {
    digest: descriptor.digest,
    configDigest: manifest.config.digest,
    aliases: [...namesOf(descriptor), ...indexes.flatMap((index) => [...namesOf(index), index.digest])],
    ...rest,
    ...(manifest.annotations ? { annotations: manifest.annotations } : {}),
    ...(origin ? { origin } : {}),
    ...(documents ? { originDocuments: documents } : {}),
    layers: manifest.layers.map((layer, index) => layerOf(files, layer, diffIds[index]!, createdBy[index])),
  }
}

/** A manifest, and the indexes that led to it, the outermost first. */
interface Candidate {
  descriptor: Descriptor
  indexes: readonly Descriptor[]
}

interface Found {
  images: Candidate[]
  /** What builders put into the same indexes. */
  attestations: Descriptor[]
}

async function collect(
  files: ImageFiles,
  listed: readonly Descriptor[],
  indexes: readonly Descriptor[],
  found: Found,
  options: WayInOptions,
): Promise<void> {
  const { limits } = options
  if (indexes.length > limits.indexDepth)
    throw new Error(`more than ${limits.indexDepth} indexes lie inside one another`)
  for (const descriptor of listed) {
    options.scan.signal.throwIfAborted()
    if (isAttestation(descriptor)) found.attestations.push(descriptor)
    if (isAttestation(descriptor) || isBesideImages(descriptor)) continue
    // What was saved for one platform still lists the others.
    if (!(await files.has(blobPath(descriptor.digest)))) continue
    if (!isIndex(descriptor)) found.images.push({ descriptor, indexes })
    else {
      const text = (await readBlob(files, descriptor, limits.document)).toString('utf8')
      const nested = parseDocument(indexSchema, text, blobPath(descriptor.digest)).manifests
      await collect(files, nested, [...indexes, descriptor], found, options)
    }
    if (found.images.length > limits.manifests) throw new Error(`it holds more than ${limits.manifests} manifests`)
  }
}

/** Of several, those whose manifests say that they are images; some tools list the others beside them without a word. */
async function withoutArtifacts(
  files: ImageFiles,
  { images, attestations }: Found,
  { limits }: WayInOptions,
): Promise<Candidate[]> {
  const beside = new Set(attestations.map(({ digest }) => digest))
  // One that is listed both alone and in an index is the one of the index, which knows its platform.
  const sorted = images.toSorted((a, b) => a.indexes.length - b.indexes.length)
  const distinct = [...new Map(sorted.map((candidate) => [candidate.descriptor.digest, candidate])).values()]
  if (distinct.length <= 1) return distinct
  const kept: Candidate[] = []
  for (const candidate of distinct) {
    if (beside.has(candidate.descriptor.digest)) continue
    // One that cannot be read costs nothing until it is the one that is meant.
    const bytes = await readBlob(files, candidate.descriptor, limits.document).catch(() => undefined)
    if (bytes === undefined || isImageManifest(bytes)) kept.push(candidate)
  }
  return kept.length > 0 ? kept : distinct
}

/** This machine's platform, else the only one there is. */
function choose(distinct: readonly Candidate[], wanted: Platform): Candidate {
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
  const text = (await readBlob(files, descriptor, limits.document)).toString('utf8')
  return parseDocument(manifestSchema, text, blobPath(descriptor.digest))
}

async function readBlob(files: ImageFiles, { digest }: Pick<Descriptor, 'digest'>, limit: number): Promise<Buffer> {
  const bytes = await files.read(blobPath(digest), limit)
  const found = digestOf(bytes, algorithmOf(digest))
  if (found !== digest) throw new Error(`${blobPath(digest)}: ${mismatch(digest, found)}`)
  return bytes
}

interface Beside {
  chosen: Candidate
  listed: readonly Descriptor[]
  attestations: Subject['attestations']
  labelled: Subject['labelled']
  layers: Subject['layers']
}

/** What judges signatures takes as long to load as a small image to read, and most have nothing beside them. */
async function originOf(
  files: ImageFiles,
  { chosen: { descriptor, indexes }, listed, ...beside }: Beside,
  { limits, scan, trust }: WayInOptions,
): Promise<KeptOrigin> {
  if (listed.length === 1 && beside.attestations.length === 0) {
    return beside.labelled ? { origin: beside.labelled } : {}
  }
  const { keepOrigin } = await import('../origin/documents.ts')
  const { layoutShelf } = await import('../origin/layout-shelf.ts')
  const layout = {
    listed: listed.slice(0, limits.manifests),
    has: (digest: string) => files.has(blobPath(digest)),
    document: (wanted: Pick<Descriptor, 'digest'>) => readBlob(files, wanted, limits.document),
  }
  const { digest } = descriptor
  const digests = [digest, ...indexes.map((index) => index.digest)]
  const shelf = layoutShelf(layout, indexes[0] ?? descriptor)
  return keepOrigin({ ...beside, trust, now: new Date(), digest, digests }, shelf, scan)
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
