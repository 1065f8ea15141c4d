// Lists made by another's library; what Notation says of lists of openssl's is in the suite.

import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict'
import type { webcrypto } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import 'reflect-metadata'
import {
  BasicConstraintsExtension,
  CRLDistributionPointsExtension,
  Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  X509CertificateGenerator,
  X509CrlGenerator,
} from '@peculiar/x509'
import { parseChain } from './notation-chain.ts'
import { parseRevocationLists, revocationOf } from './revocation-list.ts'

const now = new Date('2026-06-01T12:00:00Z')
const day = 24 * 60 * 60 * 1000
const [before, after] = [new Date(now.getTime() - day), new Date(now.getTime() + day)]
const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const ecdsaWithSha256 = Buffer.from('06082a8648ce3d040302', 'hex')
const listSign = KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign

interface Issuer {
  keys: webcrypto.CryptoKeyPair
  name: string
  der: Buffer
}

async function certify(
  name: string,
  {
    by,
    asks = false,
    usage = listSign,
    serial = '00ff',
    to = after,
  }: { by?: Issuer; asks?: boolean; usage?: number; serial?: string; to?: Date } = {},
): Promise<Issuer> {
  const keys = (await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as webcrypto.CryptoKeyPair
  const extensions: Extension[] = by
    ? []
    : [new BasicConstraintsExtension(true, undefined, true), new KeyUsagesExtension(usage, true)]
  if (asks) extensions.push(new CRLDistributionPointsExtension(['http://lists.example/a.crl']))
  const made = await X509CertificateGenerator.create(
    {
      serialNumber: serial,
      subject: name,
      issuer: by?.name ?? name,
      notBefore: new Date(before.getTime() - day),
      notAfter: to,
      publicKey: keys.publicKey,
      signingKey: (by?.keys ?? keys).privateKey,
      signingAlgorithm: algorithm,
      extensions,
    },
    crypto,
  )
  return { keys, name, der: Buffer.from(made.rawData) }
}

interface Wish {
  serials?: string[]
  from?: Date
  until?: Date | null
  extensions?: Extension[]
}

async function listBy(
  issuer: Issuer,
  { serials = [], from = before, until = after, extensions = [] }: Wish = {},
): Promise<Buffer> {
  const list = await X509CrlGenerator.create(
    {
      issuer: issuer.name,
      thisUpdate: from,
      ...(until ? { nextUpdate: until } : {}),
      entries: serials.map((serialNumber) => ({ serialNumber, revocationDate: before })),
      extensions,
      signingAlgorithm: algorithm,
      signingKey: issuer.keys.privateKey,
    },
    crypto,
  )
  return Buffer.from(list.rawData)
}

const root = await certify('CN=root')
const [asking, silent] = [
  await certify('CN=asking', { by: root, asks: true }),
  await certify('CN=silent', { by: root }),
]

async function judged(signer: Issuer, lists: readonly Buffer[], issuer = root) {
  const chain = await parseChain([signer.der, issuer.der])
  return revocationOf([chain], (await Promise.all(lists.map(parseRevocationLists))).flat(), now)
}
const checked = { revocation: 'checked', until: after }
const notChecked = { revocation: 'not checked' }

test('what is revoked, what is not, and what nobody knows', async () => {
  deepEqual(await judged(asking, []), notChecked)
  deepEqual(await judged(silent, []), {})
  deepEqual(await judged(asking, [await listBy(root)]), checked)
  deepEqual(await judged(silent, [await listBy(root)]), checked)
  for (const one of [asking, silent]) {
    for (const until of [after, before]) {
      const { problem } = await judged(one, [await listBy(root), await listBy(root, { serials: ['00ff'], until })])
      match(problem ?? '', /^the certificate of CN=(?:asking|silent) is revoked$/)
    }
  }
  deepEqual(await judged(asking, [await listBy(root, { serials: ['01', 'ff'] })]), checked)
  const old = await judged(asking, [await listBy(root, { until: before })])
  match(old.problem ?? '', /is revoked is not known: the list was good until 2026-05-31T12:00:00Z/)
})

test('what is not known is not called checked: by a list that is old, or that may leave out what has expired', async () => {
  deepEqual(await judged(silent, [await listBy(root, { until: before })]), notChecked)
  const long = new Date(before.getTime() - day / 2)
  const keeping = (from: Date) => {
    const text = Buffer.from(`${from.toISOString().replace(/\D/g, '').slice(0, 14)}Z`)
    return new Extension('2.5.29.60', false, Buffer.concat([Buffer.from([0x18, text.length]), text]))
  }
  for (const asks of [true, false]) {
    const expired = await certify('CN=expired', { by: root, asks, to: long })
    const current = await listBy(root)
    deepEqual(await judged(expired, [current]), { ...notChecked, until: after })
    deepEqual(await judged(expired, [await listBy(root, { extensions: [keeping(long)] })]), checked)
    deepEqual((await judged(expired, [await listBy(root, { extensions: [keeping(now)] })])).revocation, 'not checked')
    // Kept from then.
    const old = { from: new Date(long.getTime() - 1000), until: new Date(long.getTime() + 1000) }
    deepEqual(await judged(expired, [current, await listBy(root, old)]), checked)
    const revoked = await listBy(root, { ...old, serials: ['00ff'] })
    equal((await judged(expired, [current, revoked])).problem, 'the certificate of CN=expired is revoked')
  }
})

test('a list counts for those alone whom its authority has certified', async () => {
  const other = await certify('CN=root')
  const foreign = await listBy(other, { serials: ['00ff'] })
  match((await judged(asking, [foreign])).problem ?? '', /is not known: no list by its authority was given/)
  deepEqual(await judged(silent, [foreign]), {})
  const renamed = await listBy({ ...root, name: 'CN=other' }, { serials: ['00ff'] })
  match((await judged(asking, [renamed])).problem ?? '', /no list by its authority/)
  const unable = await certify('CN=unable', { usage: KeyUsageFlags.keyCertSign })
  const below = await certify('CN=below', { by: unable, asks: true })
  match((await judged(below, [await listBy(unable)], unable)).problem ?? '', /no list by its authority/)
})

test('lists that are not whole, and what is none', async () => {
  const changes = await listBy(root, { extensions: [new Extension('2.5.29.27', true, Buffer.from([2, 1, 1]))] })
  await rejects(parseRevocationLists(changes), /has a critical extension that is not understood/)
  await rejects(parseRevocationLists(await listBy(root, { until: null })), /does not say until when it is good/)
  for (const text of ['', 'nothing', '\x30\x00', root.der.toString('latin1')]) {
    await rejects(parseRevocationLists(Buffer.from(text, 'latin1')), /^Error: is no revocation list in PEM or DER$/)
  }
  const pem = (list: Buffer) => `-----BEGIN X509 CRL-----\n${list.toString('base64')}\n-----END X509 CRL-----\n`
  deepEqual(await judged(asking, [Buffer.from(pem(await listBy(root)))]), checked)
  const [other, ours] = [await listBy(await certify('CN=other')), await listBy(root, { serials: ['00ff'] })]
  const several = Buffer.from(`of both\n${pem(other)}${pem(ours)}`)
  equal((await judged(silent, [several])).problem, 'the certificate of CN=silent is revoked')
  await rejects(parseRevocationLists(Buffer.concat([other, ours])), /is no revocation list/)
  const places = [ours.indexOf(ecdsaWithSha256), ours.lastIndexOf(ecdsaWithSha256)]
  const weak = Buffer.from(ours)
  for (const place of places) weak[place + ecdsaWithSha256.length - 1] = 1 // with SHA-224
  await rejects(parseRevocationLists(weak), /is signed in a way that is not taken/)
})

test('whatever is changed in a list, nobody is cleared by it', async () => {
  const good = await listBy(root, { serials: ['00ff'] })
  await fc.assert(
    fc.asyncProperty(fc.nat(good.length - 1), fc.nat(255), fc.boolean(), async (place, byte, isCut) => {
      const changed = Buffer.from(isCut ? good.subarray(0, place) : good)
      if (!isCut) changed[place] = byte
      try {
        ok((await judged(asking, [changed])).problem)
      } catch (error) {
        ok(/^(?:is no|is signed|has a critical|does not say)/.test((error as Error).message), (error as Error).message)
      }
    }),
    { numRuns: 500 },
  )
  equal((await judged(asking, [good])).problem, 'the certificate of CN=asking is revoked')
})
