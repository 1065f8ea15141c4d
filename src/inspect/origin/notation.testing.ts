// Notation itself (Debian's notation), for suites: what it has signed is judged by it and by us, and both have to say the same.

import { deepEqual, equal, ok } from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { constants, createPrivateKey, sign, X509Certificate } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after } from 'node:test'
import { localMachine } from '../../io/machine.ts'
import type { ImageSignature } from '../../model/image.ts'
import { Authority, ofCodeSigner, type Certified } from '../../testing/certificates.ts'
import { withoutPrograms } from '../../testing/shared.ts'
import { pushBlob, pushImage, pushManifest, read, repository, startReferrersRegistry } from '../image/testing.ts'
import { parseRevocationLists } from './revocation-list.ts'
import { nobody, type Trust } from './trust.ts'
import { parseTrustedSubject } from './trusted-subject.ts'

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-notation-'))
after(() => rmSync(folder, { recursive: true, force: true }))

export const subject = '/C=US/ST=WA/O=acme/OU=build/CN=release'
export const anyOf = 'x509.subject: C=US, ST=WA, O=acme'
let made = 0
export const fresh = (): string => join(folder, String(made++))

/** A registry with the list of referrers, or why there is none. */
export async function registryForNotation(): Promise<{ host: string; skip: string | false }> {
  const skip = withoutPrograms('notation', 'docker-registry', 'openssl', 'go')
  const host = skip ? undefined : await startReferrersRegistry({ after })
  return host === undefined ? { host: '', skip: skip || 'no module proxy answers' } : { host, skip: false }
}

/** A root, an authority below it, and somebody whom that one has certified. */
export function certified(): { root: Authority; authority: Authority; release: Certified } {
  const root = new Authority(fresh(), '/C=US/ST=WA/O=acme/CN=root', { key: 'RSA:3072' })
  const authority = new Authority(fresh(), '/C=US/ST=WA/O=acme/CN=authority', { by: root })
  return { root, authority, release: authority.certify(subject, { extensions: ofCodeSigner }) }
}

export interface Policy {
  ca: readonly Certified[]
  tsa?: readonly Certified[]
  verifyTimestamp?: 'always' | 'afterCertExpiry'
  subjects?: readonly string[]
  /** Paths of the lists that Notation fetches; it always asks, and we check none unless they are given. */
  lists?: readonly string[]
}

/** A folder of settings: `XDG_CONFIG_HOME`. https://notaryproject.dev/docs/user-guides/how-to/directory-structure/ */
function settings({ ca, tsa = [], verifyTimestamp, subjects = [anyOf] }: Policy, key?: Certified): string {
  const home = fresh()
  const at = join(home, 'notation')
  for (const [store, certified] of Object.entries({ ca, tsa })) {
    if (certified.length === 0) continue
    const place = join(at, 'truststore/x509', store, 'own')
    mkdirSync(place, { recursive: true })
    for (const [index, { certificate }] of certified.entries()) {
      writeFileSync(join(place, `${index}.pem`), readFileSync(certificate))
    }
  }
  const trustStores = ['ca:own', ...(tsa.length > 0 ? ['tsa:own'] : [])]
  const signatureVerification = { level: 'strict', ...(verifyTimestamp ? { verifyTimestamp } : {}) }
  const policy = { name: 'own', registryScopes: ['*'], signatureVerification, trustStores, trustedIdentities: subjects }
  mkdirSync(at, { recursive: true })
  writeFileSync(join(at, 'trustpolicy.json'), JSON.stringify({ version: '1.0', trustPolicies: [policy] }))
  const keys = key ? [{ name: 'own', keyPath: key.key, certPath: key.chain }] : []
  writeFileSync(join(at, 'signingkeys.json'), JSON.stringify({ keys }))
  return home
}

async function notation(home: string, ...args: string[]): Promise<{ holds: boolean; said: string }> {
  const env = { ...process.env, XDG_CONFIG_HOME: home, XDG_CACHE_HOME: fresh() }
  const child = spawn('notation', [...args, '--insecure-registry'], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  const [out, error] = await Promise.all([text(child.stdout), text(child.stderr)])
  return { holds: (await ended) === 0, said: out + error }
}

/** Signs a fresh image; returns its reference. */
export async function signed(host: string, by: Certified, ...options: string[]): Promise<string> {
  const reference = `${host}/${repository}@${await pushImage(host, fresh())}`
  const { holds, said } = await notation(settings({ ca: [] }, by), 'sign', '--key', 'own', ...options, reference)
  ok(holds, said)
  return reference
}

async function trustIn({
  ca,
  tsa = [],
  verifyTimestamp = 'always',
  subjects = [anyOf],
  lists,
}: Policy): Promise<Trust> {
  const certificates = (list: readonly Certified[]) =>
    list.map(({ certificate }) => new X509Certificate(readFileSync(certificate)))
  return {
    ...nobody,
    notation: {
      authorities: certificates(ca),
      signingAuthorities: [],
      timestampAuthorities: certificates(tsa),
      verifyTimestamp,
      revocationLists: (
        await Promise.all((lists ?? []).map((path) => parseRevocationLists(readFileSync(path))))
      ).flat(),
      subjects: subjects.map(parseTrustedSubject),
    },
  }
}

/** Seconds in which four signatures are made and judged even if all becomes four times as slow as it is now; at least twelve. */
export async function ampleSeconds(host: string, by: Certified): Promise<number> {
  const begin = performance.now()
  await signed(host, by)
  const onBoth = 2
  return Math.max(12, Math.ceil((4 * 4 * onBoth * (performance.now() - begin)) / 1000))
}

export async function ours(reference: string, policy: Policy): Promise<ImageSignature> {
  const home = { env: {}, text: localMachine().text }
  const { origin, gaps } = await read(`registry:${reference}`, { registry: { home, trust: await trustIn(policy) } })
  deepEqual(gaps, [])
  equal(origin?.signatures.length, 1)
  return origin.signatures[0]!
}

/** What both say of the one signature of an image. */
export async function both(
  reference: string,
  policy: Policy,
  what: string,
): Promise<ImageSignature & { said: string }> {
  const [theirs, signature] = await Promise.all([
    notation(settings(policy), 'verify', reference),
    ours(reference, policy),
  ])
  equal(signature.verified, theirs.holds, `${what}: ${signature.why ?? 'verified'}; Notation: ${theirs.said}`)
  return { ...signature, said: theirs.said }
}

/** Puts an envelope beside an image, as Notation does. */
export async function attach(host: string, image: string, envelope: Buffer, mediaType = 'application/jose+json') {
  const mediaTypeOf = 'application/vnd.oci.image.manifest.v1+json'
  const { digest, size } = await sized(host, image)
  const layers = [{ mediaType, digest: await pushBlob(host, envelope), size: envelope.length }]
  const config = { mediaType: signatureType, digest: await pushBlob(host, Buffer.from('{}')), size: 2 }
  const thumbprints = { 'io.cncf.notary.x509chain.thumbprint#S256': '[]' }
  const annotations = { ...thumbprints, 'org.opencontainers.image.created': '2026-01-01T00:00:00Z' }
  const subject = { mediaType: mediaTypeOf, digest, size }
  await pushManifest(host, { schemaVersion: 2, mediaType: mediaTypeOf, config, layers, subject, annotations })
  return `${host}/${repository}@${image}`
}
const signatureType = 'application/vnd.cncf.notary.signature'

async function sized(host: string, digest: string): Promise<{ digest: string; size: number; body: string }> {
  const headers = { accept: 'application/vnd.oci.image.manifest.v1+json' }
  const body = await (await fetch(`http://${host}/v2/${repository}/manifests/${digest}`, { headers })).text()
  return { digest, size: Buffer.byteLength(body), body }
}

/** The envelope that lies beside an image. */
export async function envelopeOf(reference: string): Promise<Buffer> {
  const [host = '', rest = ''] = reference.split(`/${repository}@`)
  const page = await fetch(`http://${host}/v2/${repository}/referrers/${rest}`)
  const { manifests } = (await page.json()) as { manifests: { digest: string }[] }
  const { body } = await sized(host, manifests[0]!.digest)
  const [layer] = (JSON.parse(body) as { layers: { digest: string }[] }).layers
  const blob = await fetch(`http://${host}/v2/${repository}/blobs/${layer!.digest}`)
  return Buffer.from(await blob.arrayBuffer())
}

export interface Jws {
  payload: string
  protected: string
  header: { x5c: string[] }
  signature: string
}

export const part = (value: Buffer | string): string => Buffer.from(value).toString('base64url')

export interface Hand {
  /** Makes a time stamp of the signature. */
  stamp?: (signature: Buffer) => Buffer
  change?: ((envelope: Jws) => Partial<Jws>) | undefined
}

/** A fresh image with a signature as the specification describes it: Notation signs with no certificate that it would refuse. */
export async function byHand(host: string, by: Certified, { stamp, change }: Hand = {}): Promise<string> {
  const { digest, size } = await sized(host, await pushImage(host, fresh()))
  const targetArtifact = { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest, size }
  const payload = part(JSON.stringify({ targetArtifact }))
  const key = createPrivateKey(readFileSync(by.key))
  const isRsa = key.asymmetricKeyType === 'rsa'
  const header = {
    alg: isRsa ? 'PS256' : 'ES256',
    cty: 'application/vnd.cncf.notary.payload.v1+json',
    crit: ['io.cncf.notary.signingScheme'],
    'io.cncf.notary.signingScheme': 'notary.x509',
    'io.cncf.notary.signingTime': `${new Date().toISOString().slice(0, 19)}Z`,
  }
  const parts = { payload, protected: part(JSON.stringify(header)) }
  const padding = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
  const signature = sign('sha256', Buffer.from(`${parts.protected}.${payload}`), {
    key,
    ...(isRsa ? padding : { dsaEncoding: 'ieee-p1363' }),
  })
  const x5c = readFileSync(by.chain, 'utf8')
    .match(/-----BEGIN[^-]+-----[^-]+-----END[^-]+-----/g)!
    .map((pem) => new X509Certificate(pem).raw.toString('base64'))
  const token = stamp && { 'io.cncf.notary.timestampSignature': stamp(signature).toString('base64') }
  const envelope: Jws = { ...parts, header: { x5c, ...token }, signature: part(signature) }
  return attach(host, digest, Buffer.from(JSON.stringify({ ...envelope, ...change?.(envelope) })))
}
