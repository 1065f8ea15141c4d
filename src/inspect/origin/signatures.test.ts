import { deepEqual, equal, match, throws } from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { sha256 } from '../testing.ts'
import { cosignVerdict, openEnvelope } from './signatures.ts'
import { cosignPayload, envelopeOf, signerWith, statementOf } from './testing.ts'
import { parseTrustedKey } from './trusted-key.ts'

const digest = sha256('manifest')
const payload = cosignPayload(digest)
const stranger = signerWith('ec', 'stranger.pub')
const annotated = (signature: string) => ({ 'dev.cosignproject.cosign/signature': signature })

for (const kind of ['ec', 'rsa', 'ed25519'] as const) {
  const signer = signerWith(kind)
  const keys = [stranger.trusted, signer.trusted]

  test(`a signature by a trusted key (${kind}) is verified, and by whom`, () => {
    const verdict = cosignVerdict(payload, annotated(signer.sign(payload)), { digests: [digest], keys })
    deepEqual(verdict, { verified: true, by: signer.trusted.name })
  })

  test(`one byte more, another image or another key is not (${kind})`, () => {
    const longer = Buffer.concat([payload, Buffer.from(' ')])
    const changed = cosignVerdict(longer, annotated(signer.sign(payload)), { digests: [digest], keys })
    deepEqual(changed, { verified: false, why: 'no trusted key has made it' })
    const other = cosignVerdict(payload, annotated(signer.sign(payload)), { digests: [sha256('other')], keys })
    deepEqual(other, { verified: false, why: `it is of another image (${digest})` })
    const byOther = { digests: [digest], keys: [stranger.trusted] }
    equal(cosignVerdict(payload, annotated(signer.sign(payload)), byOther).verified, false)
  })

  test(`an envelope by a trusted key (${kind}), and none that was changed`, () => {
    const statement = statementOf(digest, 'https://slsa.dev/provenance/v1', {})
    const envelope = envelopeOf(statement, signer)
    const opened = openEnvelope(Buffer.from(JSON.stringify(envelope)), keys)
    deepEqual([opened?.verified, opened?.by, opened?.payload], [true, signer.trusted.name, statement])
    const retyped = { ...envelope, payloadType: 'application/json' }
    equal(openEnvelope(Buffer.from(JSON.stringify(retyped)), keys)?.verified, false)
  })
}

test('without keys, and with a certificate instead of one, the reason says so', () => {
  const none = { digests: [digest], keys: [] }
  deepEqual(cosignVerdict(payload, annotated(stranger.sign(payload)), none).why, 'no trusted key was given')
  deepEqual(cosignVerdict(payload, {}, none).why, 'it holds no signature')
  const keyless = { ...annotated(stranger.sign(payload)), 'dev.sigstore.cosign/certificate': '-----BEGIN…' }
  match(cosignVerdict(payload, keyless, none).why ?? '', /short-lived certificate instead of a key/)
})

test('what a trusted key has signed is still no signature of an image, when it says something else', () => {
  const text = Buffer.from(JSON.stringify({ critical: { type: 'a purchase order' } }))
  const verdict = cosignVerdict(text, annotated(stranger.sign(text)), { digests: [digest], keys: [stranger.trusted] })
  deepEqual(verdict, { verified: false, why: 'what was signed is no signature of an image' })
})

test('a bundle is an envelope with what it was made by', () => {
  const dsseEnvelope = envelopeOf(statementOf(digest, 'https://sigstore.dev/cosign/sign/v1', {}), stranger)
  const bundle = (material: object) => Buffer.from(JSON.stringify({ verificationMaterial: material, dsseEnvelope }))
  equal(openEnvelope(bundle({ publicKey: { hint: 'x' } }), [stranger.trusted])?.verified, true)
  match(openEnvelope(bundle({ certificate: { rawBytes: '' } }), [])?.why ?? '', /short-lived certificate/)
  for (const text of ['', '{}', '[]', '{"dsseEnvelope":1}']) equal(openEnvelope(Buffer.from(text), []), undefined)
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
