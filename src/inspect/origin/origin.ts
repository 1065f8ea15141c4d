// Where an image comes from: what lies beside it (signatures, provenance, SBOMs), in its registry or in the layout that it
// was saved in, read and judged.
//
// BuildKit puts attestations into the index: https://docs.docker.com/build/metadata/attestations/attestation-storage/
// Cosign uses tags that are made of the digest: https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md
// Others refer to the image: https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-referrers

import { array, object, optional, text, type Shape } from '../../lib/shape.ts'
import type { ImageAttestation, ImageOrigin, ImageSignature } from '../../model/image.ts'
import type { Scan } from '../../model/scan.ts'
import { descriptorSchema, indexSchema, type Descriptor } from '../image/oci-schemas.ts'
import { reasonOf } from '../unreadable.ts'
import { parseStatement, type Provenance, type Statement } from './provenance.ts'
import { notationVerdict } from './notation.ts'
import { cosignVerdict, manifestVerdict, openEnvelope } from './signatures.ts'
import { no, type Signing, type Verdict } from './trust.ts'

/**
 * What lies beside the image, wherever that is; `reference` is a tag or a digest. Documents are verified by their digest, and
 * may throw one clause.
 */
export interface Shelf {
  manifest(reference: string): Promise<Buffer | undefined>
  blob(descriptor: Descriptor): Promise<Buffer>
  /** Manifests that refer to a digest; undefined where there is no such list. */
  referrers(digest: string): Promise<readonly Descriptor[] | undefined>
}

export interface Subject extends Signing {
  /** Of the platform's manifest. */
  digest: string
  /** Descriptors of attestations in the index. */
  attestations: readonly Descriptor[]
  /** What its labels say. */
  labelled: ImageOrigin | undefined
  /** Digests of its layers (`diff_id`) by those under which they are stored, by which provenance names them. */
  layers: ReadonlyMap<string, string>
}

const artifactSchema = object({
  artifactType: optional(text()),
  config: optional(descriptorSchema),
  layers: array(descriptorSchema, 1000),
})
/** Manifests beside one image, and documents in each. */
const mostManifests = 64
const mostDocuments = 64

/** Labels are what the builder wrote, provenance is what it did: signed by a trusted key it counts most. */
export async function readOrigin(subject: Subject, shelf: Shelf, scan: Scan): Promise<ImageOrigin | undefined> {
  const reading = new OriginReading(subject, shelf, scan)
  await reading.read()
  const { signatures, attestations, provenance } = reading
  const { labelled } = subject
  if (signatures.length + attestations.length === 0) return labelled
  const told = provenance && toldBy(provenance, subject)
  // Where both name a place, they are not mixed: what is verified would vouch for what is only written.
  const best = told?.source || told?.revision ? told : { ...told, ...labelled }
  return { ...best, signatures, attestations }
}

function toldBy(
  { told, verified }: { told: Provenance; verified: boolean },
  { layers }: Subject,
): Partial<ImageOrigin> {
  const { steps = [], ...rest } = told
  const known = steps.flatMap(({ layer, ...place }) => {
    const digest = layers.get(layer)
    return digest === undefined ? [] : [{ layer: digest, ...place }]
  })
  return {
    ...rest,
    ...(known.length > 0 ? { steps: known } : {}),
    known: verified ? 'verified provenance' : 'provenance',
  }
}

class OriginReading {
  readonly signatures: ImageSignature[] = []
  readonly attestations: ImageAttestation[] = []
  provenance: { told: Provenance; verified: boolean } | undefined
  #subject: Subject
  #shelf: Shelf
  #scan: Scan
  #seen = new Set<string>()

  constructor(subject: Subject, shelf: Shelf, scan: Scan) {
    this.#subject = subject
    this.#shelf = shelf
    this.#scan = scan
  }

  async read(): Promise<void> {
    const { digest, digests, attestations } = this.#subject
    const own = attestations.filter(({ annotations }) => annotations?.['vnd.docker.reference.digest'] === digest)
    for (const { digest: beside } of own) await this.#attempt(beside, () => this.#byReference(beside))
    for (const subject of digests) {
      const tag = subject.replace(':', '-')
      await this.#attempt(`${tag}.sig`, () => this.#byReference(`${tag}.sig`))
      await this.#attempt(`${tag}.att`, () => this.#byReference(`${tag}.att`))
      await this.#attempt(`referrers of ${subject}`, () => this.#referrers(subject, tag))
    }
  }

  /** What cannot be read costs itself alone. */
  async #attempt(what: string, read: () => Promise<void>): Promise<void> {
    try {
      await read()
    } catch (error) {
      this.#scan.signal.throwIfAborted()
      this.#scan.gap(`signatures and provenance beside the image could not be read: ${reasonOf(error)}`, { path: what })
    }
  }

  /** Registries without the list of referrers keep one under a tag. */
  async #referrers(subject: string, tag: string): Promise<void> {
    const referrers = (await this.#shelf.referrers(subject)) ?? (await this.#listUnder(tag))
    for (const { digest } of referrers) await this.#attempt(digest, () => this.#byReference(digest))
  }

  async #listUnder(tag: string): Promise<readonly Descriptor[]> {
    const page = await this.#shelf.manifest(tag)
    return page === undefined ? [] : parseReferrers(page)
  }

  async #byReference(reference: string): Promise<void> {
    if (this.#seen.has(reference)) return
    if (this.#seen.size >= mostManifests) throw new Error(`more than ${mostManifests} things lie beside it`)
    this.#seen.add(reference)
    const bytes = await this.#shelf.manifest(reference)
    if (bytes === undefined) return
    const { artifactType, config, layers } = parsed(artifactSchema, bytes, 'its manifest')
    const type = artifactType ?? config?.mediaType ?? ''
    if (type === 'application/vnd.cncf.notary.signature') {
      if (layers.length !== 1) throw new Error(`a signature of Notation is one envelope, and it holds ${layers.length}`)
      await this.#notation(layers[0]!)
    } else if (isSbom(type)) {
      this.attestations.push({ predicate: type, ...no('it is not signed') })
    } else {
      for (const layer of layers.slice(0, mostDocuments)) await this.#document(layer)
      if (layers.length > mostDocuments) throw new Error(`it holds more than ${mostDocuments} documents`)
    }
  }

  async #document(descriptor: Descriptor): Promise<void> {
    const { mediaType = '', annotations } = descriptor
    if (mediaType === 'application/vnd.dev.cosign.simplesigning.v1+json') {
      const verdict = await cosignVerdict(await this.#shelf.blob(descriptor), annotations ?? {}, this.#subject)
      this.signatures.push({ kind: 'cosign', ...verdict })
    } else if (mediaType === 'application/vnd.in-toto+json') {
      await this.#plainStatement(descriptor)
    } else if (mediaType.startsWith('application/vnd.dsse.envelope.') || mediaType.includes('sigstore.bundle')) {
      await this.#envelope(await this.#shelf.blob(descriptor), annotations ?? {})
    }
  }

  async #notation(descriptor: Descriptor): Promise<void> {
    const envelope = await this.#shelf.blob(descriptor)
    const verdict = await notationVerdict(envelope, descriptor.mediaType ?? '', this.#subject)
    this.signatures.push({ kind: 'notation', ...verdict })
  }

  /** BuildKit signs nothing; of what is no provenance its type is enough, and an SBOM is long. */
  async #plainStatement(descriptor: Descriptor): Promise<void> {
    const type = descriptor.annotations?.['in-toto.io/predicate-type']
    const unsigned = no('it is not signed')
    if (type !== undefined && !type.startsWith('https://slsa.dev/provenance/')) {
      this.attestations.push({ predicate: type.slice(0, 2000), ...unsigned })
      return
    }
    this.#statement(parseStatement((await this.#shelf.blob(descriptor)).toString('utf8')), unsigned)
  }

  async #envelope(bytes: Buffer, annotations: Readonly<Record<string, string>>): Promise<void> {
    const envelope = await openEnvelope(bytes, annotations, this.#subject.trust)
    if (envelope === undefined) {
      const verdict = await manifestVerdict(bytes, (digest) => this.#shelf.manifest(digest), this.#subject)
      if (verdict === undefined) throw new Error('it is no envelope in a form that is read')
      this.signatures.push({ kind: 'cosign', ...verdict })
      return
    }
    const { payloadType, payload, verdict } = envelope
    if (payloadType !== 'application/vnd.in-toto+json') throw new Error(`it holds ${JSON.stringify(payloadType)}`)
    this.#statement(parseStatement(payload), verdict)
  }

  #statement({ subjects, predicate, provenance }: Statement, given: Verdict): void {
    const isOurs = subjects.some((subject) => this.#subject.digests.includes(subject))
    const verdict = isOurs ? given : no('it is of another image')
    // Cosign 3 signs images by statements too.
    if (predicate === 'https://sigstore.dev/cosign/sign/v1') this.signatures.push({ kind: 'cosign', ...verdict })
    else this.attestations.push({ predicate, ...verdict })
    const isBetter = this.provenance === undefined || (verdict.verified && !this.provenance.verified)
    if (isOurs && provenance && isBetter) this.provenance = { told: provenance, verified: verdict.verified }
  }
}

/** Of an index of those that refer to a digest. Throws one clause. */
export function parseReferrers(page: Buffer): Descriptor[] {
  return parsed(indexSchema, page, 'the list of referrers').manifests
}

function isSbom(type: string): boolean {
  return type === 'application/spdx+json' || type.startsWith('application/vnd.cyclonedx')
}

function parsed<T>(shape: Shape<T>, bytes: Buffer, what: string): T {
  const { data, success } = shape.safeParse(jsonIn(bytes))
  if (success) return data
  throw new Error(`${what} is malformed`)
}

/** Undefined, which no JSON gives, where it is none. */
function jsonIn(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return undefined
  }
}
