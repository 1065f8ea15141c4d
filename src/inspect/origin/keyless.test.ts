// Against a sigstore of our own: its authority, logs and clock are those that sigstore's project tests its clients with.

import { deepEqual, equal, match, ok, rejects, throws } from 'node:assert/strict'
import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { initializeCA, initializeCTLog, initializeTLog, initializeTSA } from '@sigstore/mock'
import { processorTimeOf } from '../../lib/testing.ts'
import { sha256 } from '../testing.ts'
import { derReader, encoded, type Der } from './der.ts'
import { cosignVerdict, manifestVerdict, openEnvelope } from './signatures.ts'
import { parseSigstoreRoot } from './sigstore-root.ts'
import { cosignPayload, statementOf } from './testing.ts'
import { nobody, type Trust } from './trust.ts'
import { trustedIdentity } from './trusted-identity.ts'

const issuer = 'https://ci.example/oidc'
const subject = 'https://git.example/team/app/.github/workflows/release.yml@refs/heads/main'
const url = 'https://rekor.example'
// An authority's own certificate begins when it is made, the last of them when other tests are done: what it certifies is later.
const clock = new Date((Math.ceil(Date.now() / 1000) + 3600) * 1000)
const at = `${clock.toISOString().slice(0, 19)}Z`
const digest = sha256('manifest')
const payload = cosignPayload(digest)
const now = new Date('2026-11-29T00:00:00Z')

const pair = () => generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
const base64 = (bytes: ArrayBufferView | Buffer): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')

interface LoggedEntry {
  body: string
  integratedTime: number
  logID: string
  logIndex: number
  verification: {
    signedEntryTimestamp: string
    inclusionProof: { logIndex: number; treeSize: number; rootHash: string; hashes: string[]; checkpoint: string }
  }
}

/** `withCt`: whether certificates are logged. */
async function startSigstore({ withCt = true } = {}) {
  const [fulcio, rekor, ct, tsa] = [pair(), pair(), pair(), pair()]
  const ctLog = await initializeCTLog(ct, clock)
  const authority = await initializeCA(fulcio, withCt ? ctLog : undefined, clock)
  const log = await initializeTLog(url, rekor, clock)
  const timestamps = await initializeTSA(tsa, clock)
  const validFor = { start: '2020-01-01T00:00:00Z' }
  const instance = (publicKey: Buffer, baseUrl: string) => ({
    baseUrl,
    hashAlgorithm: 'SHA2_256',
    publicKey: { rawBytes: publicKey.toString('base64'), keyDetails: 'PKIX_ECDSA_P256_SHA_256', validFor },
    logId: { keyId: createHash('sha256').update(publicKey).digest('base64') },
  })
  const chain = (...certificates: ArrayBufferView[]) => ({
    certificates: certificates.map((certificate) => ({ rawBytes: base64(certificate) })),
  })
  const root = {
    mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
    tlogs: [instance(log.publicKey, url)],
    ctlogs: [instance(ctLog.publicKey, 'https://ct.example')],
    certificateAuthorities: [
      { subject: {}, uri: 'https://fulcio.example', certChain: chain(authority.rootCertificate), validFor },
    ],
    timestampAuthorities: [
      { subject: {}, certChain: chain(timestamps.intCertificate, timestamps.rootCertificate), validFor },
    ],
  }
  const certify = async (publicKey: KeyObject, name = subject, from = issuer): Promise<string> => {
    const der = publicKey.export({ type: 'spki', format: 'der' })
    const extensions = [{ oid: '1.3.6.1.4.1.57264.1.8', value: from }]
    return base64(await authority.issueCertificate({ publicKey: der, subjectAltName: name, extensions }))
  }
  const enter = async (entry: object): Promise<LoggedEntry> =>
    Object.values(await log.log(entry))[0] as unknown as LoggedEntry
  const stamp = async (signature: Buffer): Promise<string> => {
    const artifactHash = createHash('sha256').update(signature).digest()
    const request = { artifactHash, hashAlgorithmOID: '2.16.840.1.101.3.4.2.1', nonce: 7, policyOID: '1.2.3' }
    return base64(await timestamps.timestamp({ ...request, certReq: false }))
  }
  return { root, certify, enter, enterV2: (entry: object) => log.logV2(entry as never), stamp }
}
type Sigstore = Awaited<ReturnType<typeof startSigstore>>

const ours = await startSigstore()
const others = await startSigstore()

async function trustIn(root: object, ...identities: Trust['sigstore']['identities']): Promise<Trust> {
  return { ...nobody, sigstore: { root: await parseSigstoreRoot(JSON.stringify(root)), identities } }
}
const identity = trustedIdentity(issuer, { exact: subject })
const trust = await trustIn(ours.root, identity)
const signing = { digests: [digest], trust, now }

function pem(certificate: string): string {
  return `-----BEGIN CERTIFICATE-----\n${certificate}\n-----END CERTIFICATE-----\n`
}

/** What cosign writes beside a payload. */
async function classic(sigstore: Sigstore, signed = payload, as?: [name: string, from: string]) {
  const { publicKey, privateKey } = pair()
  const certificate = await sigstore.certify(publicKey, ...(as ?? []))
  const signature = sign('sha256', signed, privateKey)
  const entry = await sigstore.enter({
    apiVersion: '0.0.1',
    kind: 'hashedrekord',
    spec: {
      data: { hash: { algorithm: 'sha256', value: createHash('sha256').update(signed).digest('hex') } },
      signature: {
        content: signature.toString('base64'),
        publicKey: { content: Buffer.from(pem(certificate)).toString('base64') },
      },
    },
  })
  const { verification, ...rest } = entry
  const rekor = { SignedEntryTimestamp: verification.signedEntryTimestamp, Payload: rest }
  return {
    'dev.cosignproject.cosign/signature': signature.toString('base64'),
    'dev.sigstore.cosign/certificate': pem(certificate),
    'dev.sigstore.cosign/chain': pem(sigstore.root.certificateAuthorities[0]!.certChain.certificates[0]!.rawBytes),
    'dev.sigstore.cosign/bundle': JSON.stringify(rekor),
  }
}

/** A bundle of an envelope, in the form of version 0.3. */
async function bundle(sigstore: Sigstore, statement: string, { stamped = false, as = [] as string[] } = {}) {
  const { publicKey, privateKey } = pair()
  const type = 'application/vnd.in-toto+json'
  const signature = sign(
    'sha256',
    Buffer.from(`DSSEv1 ${type.length} ${type} ${Buffer.byteLength(statement)} ${statement}`),
    privateKey,
  )
  const certificate = await sigstore.certify(publicKey, ...as)
  const payloadHash = { algorithm: 'sha256', value: createHash('sha256').update(statement).digest('hex') }
  const entry = await sigstore.enter({
    apiVersion: '0.0.1',
    kind: 'dsse',
    spec: { payloadHash, signatures: [{ signature: signature.toString('base64'), verifier: '' }] },
  })
  const stamps = stamped ? [{ signedTimestamp: await sigstore.stamp(signature) }] : []
  return {
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: {
      certificate: { rawBytes: certificate },
      tlogEntries: stamped ? [] : [bundledEntry(entry, 'dsse')],
      timestampVerificationData: { rfc3161Timestamps: stamps },
    },
    dsseEnvelope: {
      payload: Buffer.from(statement).toString('base64'),
      payloadType: type,
      signatures: [{ sig: signature.toString('base64'), keyid: '' }],
    },
  }
}

function bundledEntry({ body, integratedTime, logID, logIndex, verification }: LoggedEntry, kind: string) {
  const { inclusionProof: proof, signedEntryTimestamp } = verification
  return {
    logIndex: String(logIndex),
    logId: { keyId: Buffer.from(logID, 'hex').toString('base64') },
    kindVersion: { kind, version: '0.0.1' },
    integratedTime: String(integratedTime),
    inclusionPromise: { signedEntryTimestamp },
    inclusionProof: {
      logIndex: String(proof.logIndex),
      treeSize: String(proof.treeSize),
      rootHash: Buffer.from(proof.rootHash, 'hex').toString('base64'),
      hashes: [] as string[],
      checkpoint: { envelope: proof.checkpoint },
    },
    canonicalizedBody: body,
  }
}

const by = { verified: true, by: `${subject} (as ${issuer} says)`, means: 'identity', at }
const statement = statementOf(digest, 'https://slsa.dev/provenance/v1', {})

async function opened(written: object, whom: Trust = trust) {
  return (await openEnvelope(Buffer.from(JSON.stringify(written)), {}, whom))?.verdict
}

test('a signature as cosign writes it, verified up to a trusted identity', async () => {
  deepEqual(await cosignVerdict(payload, await classic(ours), signing), by)
})

test('a bundle of a statement: by its entry in the log, or by a timestamp where the root has no log', async () => {
  deepEqual(await opened(await bundle(ours, statement)), by)
  const stamped = await bundle(ours, statement, { stamped: true })
  deepEqual(await opened(stamped, await trustIn({ ...ours.root, tlogs: [] }, identity)), by)
  match((await opened(stamped))?.why ?? '', /in no transparency log of the trusted root/)
})

test('a bundle of a statement that the second version of the log has, which promises nothing', async () => {
  const written = await bundle(ours, statement, { stamped: true })
  const content = written.dsseEnvelope.signatures[0]!.sig
  const payloadHash = { algorithm: 'SHA2_256', digest: createHash('sha256').update(statement).digest('base64') }
  const entry = await ours.enterV2({
    apiVersion: '0.0.2',
    kind: 'dsse',
    spec: { dsseV002: { payloadHash, signatures: [{ content }] } },
  })
  const { TransparencyLogEntry } = await import('@sigstore/protobuf-specs')
  entry.inclusionProof!.logIndex = '0' // the only entry of its tree, while the entry counts those of all trees
  const tlogEntries = [TransparencyLogEntry.toJSON(entry)]
  const verificationMaterial = { ...written.verificationMaterial, tlogEntries }
  deepEqual(await opened({ ...written, verificationMaterial }), by)
  // The log's own word about the time is not signed.
  const timeless = { ...verificationMaterial, timestampVerificationData: { rfc3161Timestamps: [] } }
  match(
    (await opened({ ...written, verificationMaterial: timeless }))?.why ?? '',
    /nobody in the trusted root says when/,
  )
})

test('a timestamp and a certificate that are long to no purpose are refused at once', async () => {
  const written = await bundle(ours, statement, { stamped: true })
  const { rfc3161Timestamps } = written.verificationMaterial.timestampVerificationData
  const [status, token] = (await derReader())(Buffer.from(rfc3161Timestamps[0]!.signedTimestamp, 'base64')).subs
  const listed = (first: number, ...parts: Buffer[]) => encoded({ value: Buffer.concat(parts) } as Der, first)
  const tried = async (length: number, why: RegExp): Promise<void> => {
    const type = listed(0x06, Buffer.alloc(length, 0x81))
    const long = listed(0x30, encoded(status!), listed(0x30, type, encoded(token!.subs[1]!))).toString('base64')
    for (const change of [
      { timestampVerificationData: { rfc3161Timestamps: [{ signedTimestamp: long }] } },
      { certificate: { rawBytes: long } },
    ]) {
      const verificationMaterial = { ...written.verificationMaterial, ...change }
      const found = await opened(
        { ...written, verificationMaterial },
        await trustIn({ ...ours.root, tlogs: [] }, identity),
      )
      match(found?.why ?? '', why)
    }
  }
  const took = await processorTimeOf(async () => {
    await tried(500_000, /larger than any/)
    await tried(60_000, /malformed/)
  })
  ok(took < 2000, `${took} ms`)
})

test('an envelope whose certificate stands beside it, as cosign attest writes it', async () => {
  const { verificationMaterial: material, dsseEnvelope } = await bundle(ours, statement)
  const [{ canonicalizedBody: body, inclusionPromise, integratedTime, logId, logIndex }] = material.tlogEntries as [
    ReturnType<typeof bundledEntry>,
  ]
  const logID = Buffer.from(logId.keyId, 'base64').toString('hex')
  const Payload = { body, integratedTime: Number(integratedTime), logID, logIndex: Number(logIndex) }
  const annotations = {
    'dev.sigstore.cosign/certificate': pem(material.certificate.rawBytes),
    'dev.sigstore.cosign/bundle': JSON.stringify({
      SignedEntryTimestamp: inclusionPromise.signedEntryTimestamp,
      Payload,
    }),
  }
  const bytes = Buffer.from(JSON.stringify(dsseEnvelope))
  deepEqual((await openEnvelope(bytes, annotations, trust))?.verdict, by)
  const late = { ...annotations, 'dev.sigstore.cosign/bundle': JSON.stringify({ Payload }) }
  match((await openEnvelope(bytes, late, trust))?.verdict.why ?? '', /is malformed/)
})

test('a bundle that signs the manifest itself', async () => {
  const bytes = Buffer.from('manifest')
  const annotations = await classic(ours, bytes)
  const { SignedEntryTimestamp, Payload } = JSON.parse(annotations['dev.sigstore.cosign/bundle']) as {
    SignedEntryTimestamp: string
    Payload: LoggedEntry
  }
  const rawBytes = annotations['dev.sigstore.cosign/certificate'].split('\n')[1]
  const written = {
    mediaType: 'application/vnd.dev.sigstore.bundle+json;version=0.1',
    verificationMaterial: {
      x509CertificateChain: { certificates: [{ rawBytes }] },
      tlogEntries: [
        {
          logIndex: String(Payload.logIndex),
          logId: { keyId: Buffer.from(Payload.logID, 'hex').toString('base64') },
          kindVersion: { kind: 'hashedrekord', version: '0.0.1' },
          integratedTime: String(Payload.integratedTime),
          inclusionPromise: { signedEntryTimestamp: SignedEntryTimestamp },
          canonicalizedBody: Payload.body,
        },
      ],
    },
    messageSignature: {
      messageDigest: { algorithm: 'SHA2_256', digest: createHash('sha256').update(bytes).digest('base64') },
      signature: annotations['dev.cosignproject.cosign/signature'],
    },
  }
  const json = Buffer.from(JSON.stringify(written))
  deepEqual(await manifestVerdict(json, async () => bytes, signing), by)
  match((await manifestVerdict(json, async () => undefined, signing))?.why ?? '', /is not there/)
  match((await manifestVerdict(json, async () => Buffer.from('x'), signing))?.why ?? '', /not by the key of its cert/)
  const elsewhere = { ...signing, digests: [sha256('other')] }
  equal((await manifestVerdict(json, async () => bytes, elsewhere))?.why, 'it is of another image')

  // Both kinds of content in one bundle: what is verified has to be what is read.
  const both = { ...written, dsseEnvelope: (await bundle(others, statement)).dsseEnvelope }
  equal((await opened(both))?.verified, false)
})

test('whom nobody trusts: other names, other providers, other authorities', async () => {
  const stranger = await classic(ours, payload, ['https://git.example/team/fork', issuer])
  match(
    (await cosignVerdict(payload, stranger, signing)).why ?? '',
    /made by https:\/\/git\.example\/team\/fork .* no trusted/,
  )
  const provider = await classic(ours, payload, [subject, 'https://other.example'])
  match((await cosignVerdict(payload, provider, signing)).why ?? '', /who is no trusted identity/)
  match(
    (await cosignVerdict(payload, await classic(others), signing)).why ?? '',
    /not by an authority of the trusted root/,
  )
  const without = { ...signing, trust: { ...trust, sigstore: { ...trust.sigstore, identities: [] } } }
  match((await cosignVerdict(payload, await classic(ours), without)).why ?? '', /no trusted identity was given/)
  const rootless = { ...signing, trust: { ...nobody, sigstore: { identities: [identity] } } }
  match((await cosignVerdict(payload, await classic(ours), rootless)).why ?? '', /no trusted root was given/)
})

test('another image, another payload, another entry, another time', async () => {
  const annotations = await classic(ours)
  const elsewhere = { ...signing, digests: [sha256('other')] }
  match((await cosignVerdict(payload, annotations, elsewhere)).why ?? '', /of another image/)
  const changed = cosignPayload(sha256('other'))
  equal((await cosignVerdict(changed, annotations, elsewhere)).verified, false)
  const { 'dev.sigstore.cosign/bundle': foreign } = await classic(ours)
  const swapped = { ...annotations, 'dev.sigstore.cosign/bundle': foreign }
  match((await cosignVerdict(payload, swapped, signing)).why ?? '', /transparency log is of something else/)
  const { 'dev.sigstore.cosign/bundle': elsewhereLogged } = await classic(others)
  const unlogged = { ...annotations, 'dev.sigstore.cosign/bundle': elsewhereLogged }
  match((await cosignVerdict(payload, unlogged, signing)).why ?? '', /in no transparency log/)
  const later = annotations['dev.sigstore.cosign/bundle'].replace(
    /"integratedTime":\d+/,
    `"integratedTime":${clock.getTime() / 1000 + 1}`,
  )
  match(
    (await cosignVerdict(payload, { ...annotations, 'dev.sigstore.cosign/bundle': later }, signing)).why ?? '',
    /in no/,
  )
  const { 'dev.sigstore.cosign/bundle': _, ...timeless } = annotations
  match((await cosignVerdict(payload, timeless, signing)).why ?? '', /nobody in the trusted root says when/)
})

test('a certificate that no log of certificates has seen, where the root has one', async () => {
  const unlogged = await startSigstore({ withCt: false })
  const strict = { ...signing, trust: await trustIn(unlogged.root, identity) }
  match((await cosignVerdict(payload, await classic(unlogged), strict)).why ?? '', /expected 1 SCTs, got 0/)
  const lax = { ...signing, trust: await trustIn({ ...unlogged.root, ctlogs: [] }, identity) }
  deepEqual(await cosignVerdict(payload, await classic(unlogged), lax), by)
  const foreign = { ...signing, trust: await trustIn({ ...ours.root, ctlogs: others.root.ctlogs }, identity) }
  match((await cosignVerdict(payload, await classic(ours), foreign)).why ?? '', /SCT verification failed/)
})

test('a proof of the log that was changed', async () => {
  const written = await bundle(ours, statement)
  const [entry] = written.verificationMaterial.tlogEntries as [ReturnType<typeof bundledEntry>]
  const changes: [object, RegExp][] = [
    [{ inclusionProof: { ...entry.inclusionProof, hashes: [Buffer.alloc(32).toString('base64')] } }, /in no transp/],
    [
      { inclusionProof: { ...entry.inclusionProof, checkpoint: { envelope: 'a\n1\nAAAA\n\n— a AAAA\n' } } },
      /in no transp/,
    ],
    [{ inclusionPromise: { signedEntryTimestamp: 'AAAA' } }, /in no transparency log/],
    [{ inclusionPromise: undefined }, /nobody in the trusted root says when/],
    [{ canonicalizedBody: Buffer.from('{}').toString('base64') }, /in no transparency log/],
    [{ inclusionProof: { ...entry.inclusionProof, checkpoint: { envelope: 'a'.repeat(70_000) } } }, /larger than any/],
  ]
  for (const [change, why] of changes) {
    const tlogEntries = [{ ...entry, ...change }]
    const changed = { ...written, verificationMaterial: { ...written.verificationMaterial, tlogEntries } }
    match((await opened(changed))?.why ?? '', why)
  }
  const many = { ...written.verificationMaterial, tlogEntries: Array.from({ length: 9 }, () => entry) }
  match((await opened({ ...written, verificationMaterial: many }))?.why ?? '', /larger than any/)
})

test('whatever is changed in a bundle, it never passes for verified', async () => {
  const text = JSON.stringify(await bundle(ours, statement))
  await fc.assert(
    fc.asyncProperty(
      fc.nat(text.length - 1),
      fc.constantFrom('A', '0', '"', '{', ' ', ''),
      async (place, character) => {
        const bytes = Buffer.from(text.slice(0, place) + character + text.slice(place + 1))
        const found = await openEnvelope(bytes, {}, trust)
        // What is still verified says the same: a character may stand where nothing is read.
        if (found?.verdict.verified) deepEqual([found.payload, found.verdict], [statement, by])
      },
    ),
    { numRuns: 150 },
  )
})

test('expressions match whole subjects only', () => {
  const { isSubject } = trustedIdentity(issuer, { pattern: 'https://git\\.example/team/[a-z]+' })
  deepEqual(
    ['https://git.example/team/app', 'https://git.example/team/app/x', 'x https://git.example/team/app'].map(isSubject),
    [true, false, false],
  )
  ok(trustedIdentity(issuer, { pattern: '(a+)+' }).isSubject('a'.repeat(10_000)))
  throws(() => trustedIdentity(issuer, { pattern: '(' }), /is no regular expression/)
})

test('what is no trusted root is refused', async () => {
  await rejects(parseSigstoreRoot('[]'), /is no trusted root of sigstore|names no certificate authority/)
  await rejects(parseSigstoreRoot('nothing'), /is no trusted root of sigstore/)
  await rejects(parseSigstoreRoot(JSON.stringify({ ...ours.root, certificateAuthorities: [] })), /names no certificate/)
  const blind = { ...ours.root, tlogs: [], timestampAuthorities: [] }
  await rejects(parseSigstoreRoot(JSON.stringify(blind)), /neither a log nor a timestamp authority/)
})
