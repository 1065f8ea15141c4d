// Keys and signatures for tests, made by node:crypto as cosign's specification describes them.

import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto'
import type { Descriptor } from '../image/oci-schemas.ts'
import { sha256, tarOf, type TestEntry } from '../testing.ts'
import { nobody, type Trust } from './trust.ts'
import { parseTrustedKey, type TrustedKey } from './trusted-key.ts'

export function trusting(...keys: readonly TrustedKey[]): Trust {
  return { ...nobody, keys }
}

export interface Signer {
  trusted: TrustedKey
  sign(bytes: Uint8Array): string
}

export function signerWith(kind: 'ec' | 'rsa' | 'ed25519', file = `${kind}.pub`): Signer {
  const { publicKey, privateKey } = pair(kind)
  const trusted = parseTrustedKey(file, publicKey.export({ type: 'spki', format: 'pem' }).toString())
  const hash = kind === 'ed25519' ? null : 'sha256'
  return { trusted, sign: (bytes) => sign(hash, bytes, privateKey).toString('base64') }
}

function pair(kind: 'ec' | 'rsa' | 'ed25519'): { publicKey: KeyObject; privateKey: KeyObject } {
  if (kind === 'ec') return generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  return kind === 'rsa' ? generateKeyPairSync('rsa', { modulusLength: 2048 }) : generateKeyPairSync('ed25519')
}

/** What cosign signs for an image. */
export function cosignPayload(digest: string): Buffer {
  const image = { 'docker-manifest-digest': digest }
  const identity = { 'docker-reference': 'registry.example/team/app' }
  const critical = { identity, image, type: 'cosign container image signature' }
  return Buffer.from(JSON.stringify({ critical, optional: null }))
}

export function statementOf(digest: string, predicateType: string, predicate: unknown): string {
  const [algorithm = '', hex = ''] = digest.split(':')
  const subject = [{ name: 'registry.example/team/app', digest: { [algorithm]: hex } }]
  return JSON.stringify({ _type: 'https://in-toto.io/Statement/v1', subject, predicateType, predicate })
}

export function envelopeOf(
  statement: string,
  signer: Signer,
): { payload: string; payloadType: string; signatures: object[] } {
  const type = 'application/vnd.in-toto+json'
  const signed = Buffer.from(`DSSEv1 ${type.length} ${type} ${Buffer.byteLength(statement)} ${statement}`)
  const signatures = [{ keyid: '', sig: signer.sign(signed) }]
  return { payload: Buffer.from(statement).toString('base64'), payloadType: type, signatures }
}

export const provenance = 'https://slsa.dev/provenance/v1'
export const predicate = {
  buildDefinition: { externalParameters: {} },
  runDetails: { builder: { id: 'https://builder.example/' } },
}
const manifestType = 'application/vnd.oci.image.manifest.v1+json'
const configType = 'application/vnd.oci.image.config.v1+json'
const amd64 = { os: 'linux', architecture: 'amd64' }

/** An OCI layout, put together by hand. */
export class Layout {
  #signer: Signer
  readonly blobs = new Map<string, string | Buffer>()

  constructor(signer: Signer) {
    this.#signer = signer
  }

  blob(contents: string | Buffer, mediaType: string): Descriptor {
    const digest = sha256(contents)
    this.blobs.set(`blobs/sha256/${digest.slice(7)}`, contents)
    return { mediaType, digest, size: Buffer.byteLength(contents) }
  }

  manifest(config: Descriptor, layers: Descriptor[], more: object = {}): Descriptor {
    return this.blob(JSON.stringify({ schemaVersion: 2, config, layers, ...more }), manifestType)
  }

  index(manifests: Descriptor[]): Descriptor {
    return this.blob(JSON.stringify({ schemaVersion: 2, manifests }), 'application/vnd.oci.image.index.v1+json')
  }

  async image(text = 'a'): Promise<Descriptor> {
    const layer = await tarOf([{ path: 'etc/hostname', contents: text }])
    const config = JSON.stringify({ ...amd64, rootfs: { type: 'layers', diff_ids: [sha256(layer)] } })
    return this.manifest(this.blob(config, configType), [this.blob(layer, 'application/vnd.oci.image.layer.v1.tar')])
  }

  signature(of: string, more: object = {}, config = configType): Descriptor {
    const payload = cosignPayload(of)
    const layer = this.blob(payload, 'application/vnd.dev.cosign.simplesigning.v1+json')
    const annotations = { 'dev.cosignproject.cosign/signature': this.#signer.sign(payload) }
    return this.manifest(this.blob('{}', config), [{ ...layer, annotations }], more)
  }

  attestation(of: string, more: object = {}): Descriptor {
    const envelope = JSON.stringify(envelopeOf(statementOf(of, provenance, predicate), this.#signer))
    return this.manifest(
      this.blob('{}', configType),
      [this.blob(envelope, 'application/vnd.dsse.envelope.v1+json')],
      more,
    )
  }

  files(listed: Descriptor[]): TestEntry[] {
    const index = JSON.stringify({ schemaVersion: 2, manifests: listed })
    const blobs = [...this.blobs].map(([path, contents]) => ({ path, contents }))
    return [
      { path: 'oci-layout', contents: '{"imageLayoutVersion":"1.0.0"}' },
      { path: 'index.json', contents: index },
      ...blobs,
    ]
  }
}
