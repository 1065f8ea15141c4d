// Which manifests of an OCI layout are no images, but signatures and attestations that were copied or saved with one.
//
// Copied with the tags or the subjects that they have in a registry: see origin.ts.
// `cosign save` names what each manifest is by an annotation `kind`, and the image of all of them by its reference.
// https://github.com/sigstore/cosign/blob/v2.4.1/pkg/oci/layout/write.go

import { nullish, object, optional, text } from '../../lib/shape.ts'
import { descriptorSchema, isImageConfig, type Descriptor } from '../image/oci-schemas.ts'

export const cosignKinds: ReadonlySet<string | undefined> = new Set([
  'dev.cosignproject.cosign/sigs',
  'dev.cosignproject.cosign/atts',
])
/** Made of a digest: cosign's tags, and the one under which registries without a list of referrers keep it. */
const artifactTag = /(?:^|:)sha256-[0-9a-f]{64}(?:\.(?:sig|att|sbom))?$/

/** Whether index.json already says that it is no image, but lies beside one. */
export function isBesideImages({ annotations, artifactType }: Descriptor): boolean {
  const isTyped = artifactType !== undefined && !isImageConfig(artifactType)
  return isTyped || cosignKinds.has(annotations?.['kind']) || artifactTag.test(refName(annotations) ?? '')
}

export const manifestSchema = object({
  artifactType: optional(text()),
  config: optional(descriptorSchema),
  subject: nullish(object({ digest: text() })),
})

/** Whether its manifest is an image's: not one that refers to another, and none of something else. */
export function isImageManifest(bytes: Buffer): boolean {
  const parsed = manifestSchema.safeParse(jsonIn(bytes))
  if (!parsed.success) return true // which is then told by whoever reads it
  const { artifactType, config, subject } = parsed.data
  return !subject && artifactType === undefined && config !== undefined && isImageConfig(config.mediaType)
}

function jsonIn(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return undefined
  }
}

export function refName(annotations: Descriptor['annotations']): string | undefined {
  return annotations?.['org.opencontainers.image.ref.name']
}
