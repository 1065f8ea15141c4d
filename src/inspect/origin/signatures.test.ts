import { deepEqual, equal, match, throws } from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { sha256 } from '../testing.ts'
import { cosignVerdict, openEnvelope } from './signatures.ts'
import { cosignPayload, envelopeOf, signerWith, statementOf, trusting } from './testing.ts'
import { nobody } from './trust.ts'
import { parseTrustedKey } from './trusted-key.ts'

const digest = sha256('manifest')
const payload = cosignPayload(digest)
const stranger = signerWith('ec', 'stranger.pub')
const now = new Date('2026-11-29T00:00:00Z')
const annotated = (signature: string) => ({ 'dev.cosignproject.cosign/signature': signature })

for (const kind of ['ec', 'rsa', 'ed25519'] as const) {
  const signer = signerWith(kind)
  const trust = trusting(stranger.trusted, signer.trusted)
  const signing = { digests: [digest], trust, now }

  test(`a signature by a trusted key (${kind}) is verified, and by whom`, async () => {
    const verdict = await cosignVerdict(payload, annotated(signer.sign(payload)), signing)
    deepEqual(verdict, { verified: true, by: signer.trusted.name, means: 'key' })
  })

  test(`one byte more, another image or another key is not (${kind})`, async () => {
    const longer = Buffer.concat([payload, Buffer.from(' ')])
    const changed = await cosignVerdict(longer, annotated(signer.sign(payload)), signing)
    deepEqual(changed, { verified: false, why: 'no trusted key has made it' })
    const other = await cosignVerdict(payload, annotated(signer.sign(payload)), {
      ...signing,
      digests: [sha256('other')],
    })
    deepEqual(other, { verified: false, why: `it is of another image (${digest})` })
    const byOther = { ...signing, trust: trusting(stranger.trusted) }
    equal((await cosignVerdict(payload, annotated(signer.sign(payload)), byOther)).verified, false)
  })

  test(`an envelope by a trusted key (${kind}), and none that was changed`, async () => {
    const statement = statementOf(digest, 'https://slsa.dev/provenance/v1', {})
    const envelope = envelopeOf(statement, signer)
    const opened = await openEnvelope(Buffer.from(JSON.stringify(envelope)), {}, trust)
    deepEqual([opened?.verdict.verified, opened?.verdict.by, opened?.payload], [true, signer.trusted.name, statement])
    const retyped = { ...envelope, payloadType: 'application/json' }
    equal((await openEnvelope(Buffer.from(JSON.stringify(retyped)), {}, trust))?.verdict.verified, false)
  })
}

test('without keys, and with a certificate instead of one, the reason says so', async () => {
  const none = { digests: [digest], trust: nobody, now }
  deepEqual((await cosignVerdict(payload, annotated(stranger.sign(payload)), none)).why, 'no trusted key was given')
  deepEqual((await cosignVerdict(payload, {}, none)).why, 'it holds no signature')
  const keyless = { ...annotated(stranger.sign(payload)), 'dev.sigstore.cosign/certificate': '-----BEGIN…' }
  match((await cosignVerdict(payload, keyless, none)).why ?? '', /says about its certificate is malformed/)
})

test('what a trusted key has signed is still no signature of an image, when it says something else', async () => {
  const text = Buffer.from(JSON.stringify({ critical: { type: 'a purchase order' } }))
  const signing = { digests: [digest], trust: trusting(stranger.trusted), now }
  const verdict = await cosignVerdict(text, annotated(stranger.sign(text)), signing)
  deepEqual(verdict, { verified: false, why: 'what was signed is no signature of an image' })
})

test('a bundle is an envelope with what it was made by', async () => {
  const dsseEnvelope = envelopeOf(statementOf(digest, 'https://sigstore.dev/cosign/sign/v1', {}), stranger)
  const bundle = (material: object) => Buffer.from(JSON.stringify({ verificationMaterial: material, dsseEnvelope }))
  const trust = trusting(stranger.trusted)
  equal((await openEnvelope(bundle({ publicKey: { hint: 'x' } }), {}, trust))?.verdict.verified, true)
  const keyless = await openEnvelope(bundle({ certificate: { rawBytes: '' } }), {}, nobody)
  match(keyless?.verdict.why ?? '', /short-lived certificate, and no trusted root was given/)
  for (const text of ['', '{}', '[]', '{"dsseEnvelope":1}']) {
    equal(await openEnvelope(Buffer.from(text), {}, nobody), undefined)
  }
})

test('only public keys that are strong enough are trusted', () => {
  const pem = (kind: 'weak' | 'curve' | 'private'): string => {
    if (kind === 'curve') {
      const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'secp256k1' })
      return publicKey.export({ type: 'spki', format: 'pem' }).toString()
    }
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 })
    if (kind === 'private') return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    return publicKey.export({ type: 'spki', format: 'pem' }).toString()
  }
  throws(() => parseTrustedKey('a', pem('weak')), /RSA with at least 2048 bits/)
  throws(() => parseTrustedKey('a', pem('curve')), /is no key of ECDSA P-256/)
  throws(() => parseTrustedKey('a', pem('private')), /is a private key: give the public one/)
  throws(() => parseTrustedKey('a', 'nothing'), /is no public key in PEM/)
})
