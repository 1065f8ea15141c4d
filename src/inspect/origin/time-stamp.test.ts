// Against the clock that sigstore tests its own clients with; Notation's verdicts and openssl's clock are in the suites.

import { deepEqual, ok, rejects } from 'node:assert/strict'
import { createHash, generateKeyPairSync, X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { initializeTSA } from '@sigstore/mock'
import { processorTimeOf } from '../../lib/testing.ts'
import { derReader, encoded, type Der } from './der.ts'
import { verifyTimeStamp, type TimeStamp } from './time-stamp.ts'

// Its certificates begin when they are made: what it stamps has to be later.
const at = new Date((Math.ceil(Date.now() / 1000) + 60) * 1000)
const message = Buffer.from('a signature')
const bytes = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength)

async function clock(time = at) {
  const authority = await initializeTSA(generateKeyPairSync('ec', { namedCurve: 'prime256v1' }), time)
  const stamp = async ({ of = message, certReq = true } = {}): Promise<Buffer> => {
    const artifactHash = createHash('sha256').update(of).digest()
    const request = { artifactHash, hashAlgorithmOID: '2.16.840.1.101.3.4.2.1', nonce: 7, policyOID: '1.2.3', certReq }
    const read = await derReader()
    // An answer is a status and, behind it, the stamp.
    return encoded(read(bytes(await authority.timestamp(request))).subs[1]!)
  }
  return { root: new X509Certificate(bytes(authority.rootCertificate)), stamp }
}
const ours = await clock()
const others = await clock()

function said({ at: moment, from, to, chain }: TimeStamp) {
  return { moment, from, to, chain: chain.map(({ certificate }) => certificate.subject) }
}

test('a stamp by a clock that is trusted: when, how exactly, and by whom', async () => {
  deepEqual(said(await verifyTimeStamp(await ours.stamp(), message, [others.root, ours.root])), {
    moment: at,
    from: new Date(at.getTime() - 1000),
    to: new Date(at.getTime() + 1000),
    chain: ['CN=tsa signing\nO=sigstore.mock', 'CN=tsa\nO=sigstore.mock'],
  })
})

test('stamps that show nothing', async () => {
  const good = await ours.stamp()
  const refused = (token: Buffer, why: RegExp, roots = [ours.root], of = message) =>
    rejects(verifyTimeStamp(token, of, roots), why)
  await refused(good, /by none of the trusted authorities/, [])
  await refused(await others.stamp(), /by none of the trusted authorities/)
  await refused(good, /is of something else/, [ours.root], Buffer.from('another'))
  await refused(await ours.stamp({ certReq: false }), /does not hold the certificate of whoever made it/)
  const early = await clock(new Date('2020-01-01T00:00:00Z'))
  await refused(await early.stamp(), /is valid from .* only/, [early.root])
  for (const text of ['', '0', '\x30\x00', '\x30\x03\x02\x01\x00', 'x'.repeat(1000)]) {
    await refused(Buffer.from(text, 'latin1'), /its time stamp is malformed/)
  }
})

test('whatever is changed in a stamp, it tells no other time, and it is refused in words of ours', async () => {
  const good = await ours.stamp()
  const expected = said(await verifyTimeStamp(good, message, [ours.root]))
  let held = 0
  await fc.assert(
    fc.asyncProperty(fc.nat(good.length - 1), fc.nat(255), fc.boolean(), async (place, byte, isCut) => {
      const changed = Buffer.from(isCut ? good.subarray(0, place) : good)
      if (!isCut) changed[place] = byte
      try {
        deepEqual(said(await verifyTimeStamp(changed, message, [ours.root])), expected)
        held++
      } catch (error) {
        ok(/^its (?:time stamp|chain)/.test((error as Error).message), (error as Error).message)
      }
    }),
    { numRuns: 1500 },
  )
  ok(held < 500, `${held} of 1500 still held`)
  deepEqual(expected.moment, at)
})

test('what is long to no purpose is refused at once: nobody has vouched for it yet', async () => {
  const written = (first: number, value: Buffer): Buffer => encoded({ value } as Der, first)
  const took = await processorTimeOf(async () => {
    for (const length of [60_000, 500_000]) {
      const type = written(0x06, Buffer.alloc(length, 0x81))
      await rejects(verifyTimeStamp(written(0x30, type), message, [ours.root]), /its time stamp is malformed/)
    }
  })
  ok(took < 500, `${took} ms`)
  const long = Buffer.concat([(await ours.stamp()).subarray(4), written(0x02, Buffer.alloc(2000, 1))])
  await rejects(verifyTimeStamp(written(0x30, long), message, [ours.root]), /its time stamp is malformed/)
  const many = written(0x30, Buffer.alloc(100_000, Buffer.from([0x05, 0x00])))
  await rejects(verifyTimeStamp(many, message, [ours.root]), /its time stamp is malformed/)
})
