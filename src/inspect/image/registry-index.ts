// Which manifest of an index is meant: the one for the platform.

import type { Scan } from '../../model/scan.ts'
import type { Limits } from '../limits.ts'
import { parseDocument } from './config.ts'
import { isAttestation, isIndex } from './oci-layout.ts'
import { indexSchema, type Descriptor } from './oci-schemas.ts'
import type { Platform } from './opened-image.ts'

export interface RegistryDocument {
  bytes: Buffer
  digest: string
  mediaType: string | undefined
  /** For messages. */
  name: string
}

export interface ChosenManifest {
  bytes: Buffer
  digest: string
  /** Digests of the indexes that led to it, the outermost first. */
  indexes: readonly string[]
  /** What the indexes list beside images. */
  attestations: readonly Descriptor[]
}

export interface ChoiceOptions {
  platform: Platform
  limits: Limits
  scan: Scan
  /** The verified bytes of a manifest. */
  fetch: (descriptor: Descriptor) => Promise<Buffer>
}

/** Throws one clause. */
export async function chooseManifest(root: RegistryDocument, options: ChoiceOptions): Promise<ChosenManifest> {
  const indexes: string[] = []
  const attestations: Descriptor[] = []
  let { bytes, digest } = root
  let isList = isIndex({ mediaType: mediaTypeIn(bytes) ?? root.mediaType })
  if (isSchema1(bytes)) {
    throw new Error(
      'it is stored in the first form of Docker’s manifests, which ended in 2017: push it again from a current builder',
    )
  }
  while (isList) {
    if (indexes.length >= options.limits.indexDepth) {
      throw new Error(`more than ${options.limits.indexDepth} indexes lie inside one another`)
    }
    indexes.push(digest)
    const { manifests } = parseDocument(indexSchema, bytes.toString('utf8'), `index ${digest}`)
    if (manifests.length > options.limits.manifests) {
      throw new Error(`index ${digest} lists more than ${options.limits.manifests} manifests`)
    }
    attestations.push(...manifests.filter(isAttestation))
    const chosen = choose(
      manifests.filter((descriptor) => !isAttestation(descriptor)),
      options,
    )
    bytes = await options.fetch(chosen)
    digest = chosen.digest
    isList = isIndex({ mediaType: mediaTypeIn(bytes) ?? chosen.mediaType })
  }
  return { bytes, digest, indexes, attestations }
}

/** The platform's, else the only one there is. */
function choose(listed: readonly Descriptor[], { platform: { os, architecture }, scan }: ChoiceOptions): Descriptor {
  const [only] = listed
  if (only === undefined) throw new Error('its index lists no image')
  if (listed.length === 1) return only
  const fitting = listed.filter(({ platform }) => platform?.os === os && platform.architecture === architecture)
  const [first] = fitting
  if (first === undefined) {
    const names = [...new Set(listed.map(platformName))].slice(0, 20).join(', ')
    throw new Error(`it is for ${names}, and not for ${os}/${architecture}: choose one by --platform`)
  }
  if (fitting.length > 1) {
    scan.gap(
      `${fitting.length} images of the index are for ${os}/${architecture}: only the first was read (${first.digest})`,
    )
  }
  return first
}

function platformName({ platform, digest }: Descriptor): string {
  return platform ? `${platform.os}/${platform.architecture}` : digest
}

/** What the document says of itself is covered by its digest; what the answer's head says is not. */
function mediaTypeIn(bytes: Buffer): string | undefined {
  const document = fieldsIn(bytes)
  if (typeof document['mediaType'] === 'string') return document['mediaType']
  return Array.isArray(document['manifests']) ? 'application/vnd.oci.image.index.v1+json' : undefined
}

/** https://github.com/distribution/distribution/blob/v2.8.3/docs/spec/manifest-v2-1.md */
function isSchema1(bytes: Buffer): boolean {
  return fieldsIn(bytes)['schemaVersion'] === 1
}

function fieldsIn(bytes: Buffer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'))
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}
