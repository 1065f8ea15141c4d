import type { Distribution, Package } from './package.ts'
import type { Gap, Place } from './scan.ts'
import type { Severity } from './severity.ts'

/** One layer of an image, in the order in which it is applied. */
export interface ImageLayer {
  /** Digest of the uncompressed tar (`diff_id`): the same layer has the same one, however it was compressed. */
  digest: string
  /** Bytes of the uncompressed tar. */
  size: number
  /** Entries in the tar. */
  entries: number
  /** The step of the build that made it, from the history of the configuration. */
  createdBy?: string
  /** Bytes of its files that a later layer replaced or removed: shipped for nothing. Absent where that is not known. */
  wasted?: number
}

/** A program that runs as its owner or group, whoever starts it. */
export interface SetuidFile {
  path: string
  /** Permission bits with 0o4000 (owner), 0o2000 (group) or both. */
  mode: number
  /** Digest of the layer that brought it. */
  layer: string
}

/** The image that this one was built on. */
export interface BaseImage {
  /** How many of the layers, from the lowest, are its; absent where only its name is known. */
  layers?: number
  name?: string
  digest?: string
  /** By `org.opencontainers.image.base.*`, or because another image that has been read consists of the lowest layers. */
  known: 'annotation' | 'estate'
}

/** Where an image comes from, and who has signed it. */
export interface ImageOrigin {
  /** Address of the repository of its source. */
  source?: string
  /** Commit. */
  revision?: string
  /** Path in the repository of what says how it is built: a workflow or a Dockerfile. */
  buildFile?: string
  /** Address that names who built it. */
  builder?: string
  /** Which line of which Dockerfile made a layer, of those layers of which the provenance tells it. */
  steps?: readonly ImageStep[]
  /** What these rest on: a label is what somebody wrote, perhaps for the base image. */
  known?: 'label' | 'provenance' | 'verified provenance'
  signatures: readonly ImageSignature[]
  attestations: readonly ImageAttestation[]
  /** Why nobody has judged the signatures by the trust of now; none of them counts as verified then. */
  stale?: string
}

/**
 * What lay beside an image when it was read, as it was: enough to judge its signatures again by another trust. Bytes are
 * in base64; null: there was nothing.
 */
export interface OriginDocuments {
  digest: string
  digests: readonly string[]
  attestations: readonly DocumentDescriptor[]
  labelled?: ImageOrigin
  layers: readonly (readonly [stored: string, diffId: string])[]
  manifests: Readonly<Record<string, string | null>>
  blobs: Readonly<Record<string, string>>
  referrers: Readonly<Record<string, readonly DocumentDescriptor[] | null>>
}

/** https://github.com/opencontainers/image-spec/blob/main/descriptor.md */
export interface DocumentDescriptor {
  mediaType?: string | undefined
  digest: string
  size: number
  platform?: { os: string; architecture: string } | undefined
  annotations?: Record<string, string> | undefined
  artifactType?: string | undefined
}

export interface ImageStep {
  /** Digest of the layer, as `ImageLayer` has it. */
  layer: string
  /** As the builder was given it, often without its folder. */
  file: string
  /** From 1. */
  line: number
}

export interface ImageSignature {
  kind: 'cosign' | 'notation'
  verified: boolean
  /** Who made it: the trusted key, whom the identity provider named, or the subject of the certificate. */
  by?: string
  /** What shows that: a trusted key, a trusted identity of sigstore, a certificate by a trusted authority. */
  means?: 'key' | 'identity' | 'certificate'
  /** ISO 8601, UTC: when it was made, as a log, a timestamp or, with `certificate`, whoever signed says. */
  at?: string
  /** Whether its certificates could have been revoked since, and that was checked; absent where there is nothing to check. */
  revocation?: 'checked' | 'not checked'
  /** ISO 8601, UTC: when what makes it count runs out, a certificate or a revocation list; then it has to be judged again. */
  until?: string
  /** What keeps it from being verified. */
  why?: string
}

/** A statement about the image that lies beside it, e.g. provenance or an SBOM. */
export interface ImageAttestation extends Omit<ImageSignature, 'kind'> {
  /** Address that names the kind of the statement, or its media type. */
  predicate: string
}

/** The parts of the configuration that decide how a container starts. https://github.com/opencontainers/image-spec/blob/main/config.md */
export interface ImageConfig {
  user?: string
  exposedPorts: readonly string[]
  /** Names with their values; values of names that look like secrets are replaced by `[redacted]`. */
  env: readonly string[]
  entrypoint: readonly string[]
  cmd: readonly string[]
  workingDir?: string
  labels: Readonly<Record<string, string>>
  healthcheck?: boolean
  volumes: readonly string[]
  created?: string
}

/** A secret, or a trait of malware, in the contents of a file. The secret itself is kept nowhere. */
export interface FoundContent {
  kind: 'secret' | 'malware'
  /** Id of the pattern. */
  rule: string
  /** What it is, beginning with a capital letter. */
  title: string
  severity: Severity
  /** Of a secret that cannot be guessed: `fingerprint`, the same for the same secret wherever it lies, and `length`. */
  evidence: Readonly<Record<string, unknown>>
  /** In an archive the path is `app.zip!/inner`. */
  place: Place
  /** Digest of the layer that removed or replaced its file: whoever has the image still has it. */
  hiddenBy?: string
}

/** What a search of all files gave. */
export interface ImageContents {
  found: readonly FoundContent[]
  /** What could not be searched. */
  gaps: readonly Gap[]
}

/** All that is kept of an image once it has been read: enough to judge it for life without pulling it again. */
export interface ImageIndex {
  /** Digest of the platform's manifest; of the configuration where no manifest is at hand (docker archive, Docker Engine). */
  digest: string
  configDigest: string
  /** Other names, e.g. tags and repository digests. */
  aliases: readonly string[]
  architecture?: string
  os?: string
  size: number
  layers: readonly ImageLayer[]
  config: ImageConfig
  distribution?: Distribution
  packages: readonly Package[]
  /** Those that a container sees, by path. */
  setuid?: readonly SetuidFile[]
  base?: BaseImage
  origin?: ImageOrigin
  /** Only when it was read just now: what lay beside it, unless that is too much to keep. */
  originDocuments?: OriginDocuments
  /** Only when it was read just now: a digest of the trust by which its signatures were judged. */
  originTrust?: string
  /** Secrets and malware; absent where nobody looked for them. */
  contents?: ImageContents
  gaps: readonly Gap[]
}
