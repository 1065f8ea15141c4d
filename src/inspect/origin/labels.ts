import type { ImageOrigin } from '../../model/image.ts'
import { repositoryAddress } from './repository-address.ts'

/** What the builder wrote down; a label may as well have been inherited from the base image. */
export function labelledOrigin(
  annotations: Readonly<Record<string, string>>,
  labels: Readonly<Record<string, string>>,
): ImageOrigin | undefined {
  // https://github.com/opencontainers/image-spec/blob/main/annotations.md, and what was used before it
  const written = (name: string, before: string): string | undefined =>
    annotations[`org.opencontainers.image.${name}`] ??
    labels[`org.opencontainers.image.${name}`] ??
    labels[`org.label-schema.${before}`]
  const source = written('source', 'vcs-url')
  const revision = written('revision', 'vcs-ref')
  if (!source && !revision) return undefined
  return {
    ...(source ? { source: repositoryAddress(source) } : {}),
    ...(revision ? { revision } : {}),
    known: 'label',
    signatures: [],
    attestations: [],
  }
}
