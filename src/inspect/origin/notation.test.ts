import { deepEqual, equal, match, ok, throws } from 'node:assert/strict'
import { constants, createPrivateKey, sign, X509Certificate, type KeyObject, type webcrypto } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import 'reflect-metadata'
import {
  BasicConstraintsExtension,
  Extension,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  X509CertificateGenerator,
} from '@peculiar/x509'
import { sha256 } from '../testing.ts'
import { notationVerdict } from './notation.ts'
import { nobody, type Signing } from './trust.ts'
import { isTrustedSubject, parseTrustedSubject } from './trusted-subject.ts'

const digest = sha256('manifest')
const day = 24 * 60 * 60 * 1000
const now = new Date('2026-06-01T12:00:00Z')
const [before, after] = [new Date(now.getTime() - day), new Date(now.getTime() + day)]
const subject = 'C=US,ST=WA,O=acme,OU=build,CN=release'

const kinds = {
  ES256: { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
  ES384: { name: 'ECDSA', namedCurve: 'P-384', hash: 'SHA-384' },
  ES512: { name: 'ECDSA', namedCurve: 'P-521', hash: 'SHA-512' },
  PS256: rsa(2048, 'SHA-256'),
  PS384: rsa(3072, 'SHA-384'),
} as const
type Kind = keyof typeof kinds

function rsa(modulusLength: number, hash: string) {
  return { name: 'RSASSA-PKCS1-v1_5', modulusLength, publicExponent: new Uint8Array([1, 0, 1]), hash }
}

interface Certified {
  certificate: X509Certificate
  keys: webcrypto.CryptoKeyPair
  key: KeyObject
  kind: Kind
}
interface Wish {
  kind?: Kind
  from?: Date
  to?: Date
  name?: string
  extensions?: Extension[]
}

const usage = (flags: KeyUsageFlags, critical = true) => new KeyUsagesExtension(flags, critical)
const ofSigner = [usage(KeyUsageFlags.digitalSignature), new ExtendedKeyUsageExtension(['1.3.6.1.5.5.7.3.3'])]
const ofAuthority = (longest?: number) => [
  usage(KeyUsageFlags.keyCertSign),
  new BasicConstraintsExtension(true, longest, true),
]

/** Without an issuer it has certified itself. */
async function certify(issuer: Certified | undefined, wish: Wish = {}): Promise<Certified> {
  const { kind = 'ES256', from = before, to = after, name = subject, extensions = ofSigner } = wish
  const { hash, ...algorithm } = kinds[kind]
  const keys = (await crypto.subtle.generateKey({ ...algorithm, hash }, true, [
    'sign',
    'verify',
  ])) as webcrypto.CryptoKeyPair
  const signer = issuer ?? { keys, kind }
  const written = await X509CertificateGenerator.create(
    {
      subject: name,
      issuer: issuer ? issuer.certificate.subject.replaceAll('\n', ',') : name,
      notBefore: from,
      notAfter: to,
      publicKey: keys.publicKey,
      signingKey: signer.keys.privateKey,
      signingAlgorithm: { name: kinds[signer.kind].name, hash: kinds[signer.kind].hash },
      extensions,
    },
    crypto,
  )
  const pkcs8 = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey))
  const key = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })
  return { certificate: new X509Certificate(Buffer.from(written.rawData)), keys, key, kind }
}

const root = await certify(undefined, { name: 'C=US,ST=WA,O=acme,CN=root', extensions: ofAuthority() })
const release = await certify(root)
const signing: Signing = {
  digests: [digest],
  now,
  trust: {
    ...nobody,
    notation: {
      ...nobody.notation,
      authorities: [root.certificate],
      subjects: [parseTrustedSubject('x509.subject: C=US, ST=WA, O=acme')],
    },
  },
}

const scheme = 'io.cncf.notary.signingScheme'
const signingTime = 'io.cncf.notary.signingTime'
const authentic = 'io.cncf.notary.authenticSigningTime'
const expiry = 'io.cncf.notary.expiry'
const cty = 'application/vnd.cncf.notary.payload.v1+json'
const descriptor = { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest, size: 8 }
const payload = Buffer.from(JSON.stringify({ targetArtifact: descriptor }))

function signedBy({ key, kind }: Certified, bytes: Buffer): Buffer {
  const hash = kinds[kind].hash.replace('-', '').toLowerCase()
  if (kind.startsWith('ES')) return sign(hash, bytes, { key, dsaEncoding: 'ieee-p1363' })
  return sign(hash, bytes, {
    key,
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
  })
}

const plain = { [scheme]: 'notary.x509', [signingTime]: '2026-06-01T11:00:00Z', crit: [scheme] }

/** As signature-envelope-jws.md writes it. */
function jws(signer: Certified, chain: Certified[], headers: object = plain, content = payload): Buffer {
  const part = (value: Buffer | string): string => Buffer.from(value).toString('base64url')
  const header = part(JSON.stringify({ alg: signer.kind, cty, ...headers }))
  const x5c = chain.map(({ certificate }) => certificate.raw.toString('base64'))
  const signature = signedBy(signer, Buffer.from(`${header}.${part(content)}`)).toString('base64url')
  return Buffer.from(JSON.stringify({ payload: part(content), protected: header, header: { x5c }, signature }))
}
const jose = 'application/jose+json'
const verdict = (envelope: Buffer, how: Partial<Signing> = {}) =>
  notationVerdict(envelope, jose, { ...signing, ...how })

for (const kind of Object.keys(kinds) as Kind[]) {
  test(`a signature by ${kind} is verified up to a trusted authority`, async () => {
    const signer = await certify(root, { kind })
    deepEqual(await verdict(jws(signer, [signer, root])), {
      verified: true,
      by: 'C=US, ST=WA, O=acme, OU=build, CN=release',
      means: 'certificate',
      at: '2026-06-01T11:00:00Z',
      until: '2026-06-02T12:00:00Z',
    })
  })
}

test('whom nobody trusts', async () => {
  const envelope = jws(release, [release, root])
  const { notation } = signing.trust
  const judged = async (change: Partial<typeof notation>) =>
    (await verdict(envelope, { trust: { ...nobody, notation: { ...notation, ...change } } })).why ?? ''
  match(
    await judged({ subjects: [parseTrustedSubject('x509.subject: C=US,ST=WA,O=evil')] }),
    /who is no trusted subject/,
  )
  match(await judged({ authorities: [] }), /no trusted certificate was given/)
  match(await judged({ subjects: [] }), /no trusted subject was given/)
  const other = await certify(undefined, { name: 'C=US,ST=WA,O=acme,CN=root', extensions: ofAuthority() })
  match(await judged({ authorities: [other.certificate] }), /by none of the trusted authorities/)
  // Trusted for the other scheme only.
  match(await judged({ authorities: [], signingAuthorities: [root.certificate] }), /by none of the trusted authorities/)
  // A chain that only claims to end at the root.
  const forged = await certify(other)
  match((await verdict(jws(forged, [forged, root]))).why ?? '', /is not by C=US, ST=WA, O=acme, CN=root/)
  equal((await verdict(jws(forged, [release, root]))).why, 'its signature is not by the key of its certificate')
})

test('another image, and what is no image', async () => {
  const elsewhere = await verdict(jws(release, [release, root]), { digests: [sha256('other')] })
  match(elsewhere.why ?? '', /of another image/)
  for (const content of ['{}', '[', '{"targetArtifact":{}}']) {
    const found = await verdict(jws(release, [release, root], plain, Buffer.from(content)))
    equal(found.why, 'what was signed is no descriptor of an image')
  }
  match((await verdict(jws(release, [release, root], { ...plain, cty: 'text/plain' }))).why ?? '', /no descriptor/)
})

test('times: expired certificates, expired signatures, and whose word about the time counts', async () => {
  const old = await certify(root, { from: new Date(now.getTime() - 3 * day), to: before })
  match((await verdict(jws(old, [old, root]))).why ?? '', /valid from .* only/)
  const until = (time: string, crit = [scheme, expiry]) => ({ ...plain, [expiry]: time, crit })
  match(
    (await verdict(jws(release, [release, root], until('2026-06-01T11:59:59Z')))).why ?? '',
    /good until 2026-06-01T11:59:59Z/,
  )
  // Judged by what is good now it holds as long as that: the signature, a certificate, …
  const brief = await certify(root, { to: new Date(now.getTime() + 60_000) })
  const ends = async (by: Certified, headers: object) => (await verdict(jws(by, [by, root], headers))).until
  equal(await ends(release, until('2026-06-01T13:30:00+01:00')), '2026-06-01T12:30:00Z')
  equal(await ends(release, until('2026-07-01T13:30:00+01:00')), '2026-06-02T12:00:00Z')
  equal(await ends(brief, until('2026-06-01T13:30:00+01:00')), '2026-06-01T12:01:00Z')
  match((await verdict(jws(release, [release, root], until('soon')))).why ?? '', /expiry is no time/)
  match(
    (await verdict(jws(release, [release, root], until('2027-01-01T00:00:00Z', [scheme])))).why ?? '',
    /not marked as critical/,
  )

  const byAuthority = (crit = [scheme, authentic]) => ({
    [scheme]: 'notary.x509.signingAuthority',
    [authentic]: '2026-05-30T12:00:00Z',
    crit,
  })
  const wide = await certify(undefined, {
    name: 'C=US,ST=WA,O=acme,CN=authority',
    extensions: ofAuthority(),
    from: new Date(now.getTime() - 9 * day),
  })
  const signer = await certify(wide, { from: new Date(now.getTime() - 3 * day), to: before })
  const { notation } = signing.trust
  const trust = { ...nobody, notation: { ...notation, authorities: [], signingAuthorities: [wide.certificate] } }
  deepEqual(await verdict(jws(signer, [signer, wide], byAuthority()), { trust }), {
    verified: true,
    by: 'C=US, ST=WA, O=acme, OU=build, CN=release',
    means: 'certificate',
    at: '2026-05-30T12:00:00Z',
  })
  match(
    (await verdict(jws(signer, [signer, wide], byAuthority([scheme])), { trust })).why ?? '',
    /not marked as critical/,
  )
  // The same certificate signs by the scheme whose time nobody believes.
  match((await verdict(jws(signer, [signer, wide]), { trust })).why ?? '', /by none of the trusted authorities/)
})

test('headers that have to be understood, and are not', async () => {
  const plugin = 'io.cncf.notary.verificationPlugin'
  const withPlugin = { ...plain, [plugin]: 'com.example', crit: [scheme, plugin] }
  match(
    (await verdict(jws(release, [release, root], withPlugin))).why ?? '',
    /verificationPlugin, which is not understood/,
  )
  match((await verdict(jws(release, [release, root], { ...plain, crit: [] }))).why ?? '', /not marked as critical/)
  match(
    (await verdict(jws(release, [release, root], { ...plain, [scheme]: 'other' }))).why ?? '',
    /scheme is not known/,
  )
  for (const alg of ['none', 'HS256', 'RS256', 'PS256', 'ES384']) {
    equal(
      (await verdict(jws(release, [release, root], { ...plain, alg }))).why,
      'its signature is not by the key of its certificate',
    )
  }
})

test('certificates that are for something else', async () => {
  const wishes: [Extension[], RegExp][] = [
    [ofAuthority(), /is one of an authority/],
    [[], /is not for signing/],
    [[usage(KeyUsageFlags.digitalSignature, false)], /is not for signing/],
    [[usage(KeyUsageFlags.keyEncipherment)], /is not for signing/],
    [[usage(KeyUsageFlags.digitalSignature | KeyUsageFlags.cRLSign)], /for more than signing/],
    [[...ofSigner.slice(0, 1), new ExtendedKeyUsageExtension(['1.3.6.1.5.5.7.3.1'])], /for another purpose/],
    [
      [...ofSigner, new Extension('1.2.3.4', true, new Uint8Array([5, 0]))],
      /critical extension that is not understood/,
    ],
  ]
  for (const [extensions, why] of wishes) {
    const signer = await certify(root, { extensions })
    match((await verdict(jws(signer, [signer, root]))).why ?? '', why)
  }
  const between = await certify(root, { name: 'O=acme,CN=between', extensions: ofAuthority(0) })
  const below = await certify(between, { name: 'O=acme,CN=below', extensions: ofAuthority() })
  const [near, far] = [await certify(between), await certify(below)]
  equal((await verdict(jws(near, [near, between, root]))).verified, true)
  match((await verdict(jws(far, [far, below, between, root]))).why ?? '', /allows no chain as long/)
  const posing = await certify(release)
  match((await verdict(jws(posing, [posing, release, root]))).why ?? '', /is not one of an authority/)
  const alone = await certify(undefined)
  const trust = { ...nobody, notation: { ...signing.trust.notation, authorities: [alone.certificate] } }
  equal((await verdict(jws(alone, [alone]), { trust })).verified, true)
})

test('subjects: what has to be named, and what names whom', () => {
  const attributes = new Map([
    ['C', 'US'],
    ['ST', 'WA'],
    ['O', 'acme, inc.'],
    ['OU', 'build'],
  ])
  const accepts = (text: string) => isTrustedSubject(attributes, parseTrustedSubject(text))
  ok(accepts('*'))
  ok(accepts('x509.subject: C=US, ST=WA, O=acme\\, inc.'))
  ok(accepts('x509.subject:o=acme\\2c inc.,S=WA,c=US,OU=build'))
  ok(!accepts('x509.subject: C=US, ST=WA, O=acme\\, inc., OU=test'))
  ok(!accepts('x509.subject: C=US, ST=WA, O=acme\\, inc., L=Seattle'))
  throws(() => parseTrustedSubject('C=US'), /does not begin with x509\.subject:/)
  throws(() => parseTrustedSubject('x509.subject: CN=a'), /does not name C/)
  throws(() => parseTrustedSubject('x509.subject: C=US, C=US'), /has C twice/)
  throws(() => parseTrustedSubject('x509.subject: C=US, X=1'), /has X, which is none of/)
  throws(() => parseTrustedSubject('x509.subject: C'), /is no NAME=VALUE/)
  throws(() => parseTrustedSubject('x509.subject: C=US+O=a, ST=b'), /several values in one/)
})

test('a subject that stands twice in a certificate means nobody', async () => {
  const signer = await certify(root, { name: 'C=US,ST=WA,O=acme,O=evil,CN=a' })
  match((await verdict(jws(signer, [signer, root]))).why ?? '', /who is no trusted subject/)
})

test('whatever is changed in an envelope, it never passes for verified', async () => {
  const text = jws(release, [release, root]).toString()
  const expected = await verdict(Buffer.from(text))
  await fc.assert(
    fc.asyncProperty(fc.nat(text.length - 1), fc.constantFrom('A', '"', '{', '_', ''), async (place, character) => {
      const changed = Buffer.from(text.slice(0, place) + character + text.slice(place + 1))
      const found = await verdict(changed)
      if (found.verified) deepEqual(found, expected)
      else ok(found.why)
    }),
    { numRuns: 300 },
  )
})

test('a certificate is its bytes and nothing besides', async () => {
  const envelope = JSON.parse(jws(release, [release, root]).toString()) as { header: { x5c: string[] } }
  const [first = '', second = ''] = envelope.header.x5c
  const der = Buffer.from(first, 'base64')
  for (const other of [Buffer.concat([der, Buffer.from([3])]), Buffer.from(release.certificate.toString())]) {
    envelope.header.x5c = [other.toString('base64'), second]
    equal((await verdict(Buffer.from(JSON.stringify(envelope)))).why, 'its chain of certificates is malformed')
  }
})

test('what is no envelope', async () => {
  for (const text of ['', '{}', '[]', 'null', '{"payload":"","protected":"","header":{"x5c":[]},"signature":""}']) {
    equal((await verdict(Buffer.from(text))).why, 'it is no JWS envelope')
  }
  match(
    (await notationVerdict(Buffer.from(''), 'text/plain', signing)).why ?? '',
    /written as "text\/plain", which is not read/,
  )
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
      for (const type of [jose, 'application/cose']) {
        const found = await notationVerdict(Buffer.from(bytes), type, signing)
        deepEqual([found.verified, typeof found.why], [false, 'string'])
      }
    }),
  )
})
