// Whom to trust changes while images are stored: their signatures are judged again from what was kept, or count for nothing
// until the image is read again. The image is a real layout, signed as cosign signs.

import assert from 'node:assert/strict'
import { createPublicKey } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Source } from '../discover/source.ts'
import { envelopeOf, Layout, signerWith, statementOf } from '../inspect/origin/testing.ts'
import { tarOf } from '../inspect/testing.ts'
import { imageId } from '../model/resource.ts'
import { onBothEngines } from '../testing/engines.ts'
import type { Store } from '../store/store.ts'
import { container, everything, image } from '../store/testing.ts'
import { holdTrust, judgeOrigins, type HeldTrust } from './estate-trust.ts'
import { localAsk } from './local-ask.ts'
import { look } from './look.ts'
import { imageReader, type ReadImage } from './read.ts'

const clock = () => '2026-11-21T12:00:00Z'
const signal = new AbortController().signal
const signer = signerWith('ec', 'ours.pub')
const other = signerWith('ec', 'other.pub')
const refName = 'org.opencontainers.image.ref.name'

/** What an engine hands out, and its digest. `large`: with an attestation that is too much to keep. */
async function signedImage(large: boolean): Promise<{ digest: string; bytes: Buffer }> {
  const layout = new Layout(signer)
  const signed = await layout.image(large ? 'large' : 'small')
  const tag = signed.digest.replace(':', '-')
  const listed = [{ ...signed, annotations: { [refName]: '1.0' } }]
  listed.push({ ...layout.signature(signed.digest), annotations: { [refName]: `${tag}.sig` } })
  if (large) {
    const statement = statementOf(signed.digest, 'https://spdx.dev/Document', { text: 'x'.repeat(1024 * 1024) })
    const envelope = layout.blob(JSON.stringify(envelopeOf(statement, signer)), 'application/vnd.dsse.envelope.v1+json')
    const config = layout.blob('{}', 'application/vnd.oci.image.config.v1+json')
    listed.push({ ...layout.manifest(config, [envelope]), annotations: { [refName]: `${tag}.att` } })
  }
  return { digest: signed.digest, bytes: await tarOf(layout.files(listed)) }
}

onBothEngines('trust', clock, behaves)

function behaves(open: () => Promise<Store>): void {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-trust-'))
  const file = join(folder, 'trust.yaml')
  let store: Store
  let trust: HeldTrust
  let small: Awaited<ReturnType<typeof signedImage>>
  let large: Awaited<ReturnType<typeof signedImage>>
  let readImage: ReadImage
  let handedOut: string[] = []
  let has: (digest: string) => Buffer | undefined

  before(async () => {
    store = await open()
    const { key } = signer.trusted
    writeFileSync(
      join(folder, 'ours.pub'),
      createPublicKey(key.export({ type: 'spki', format: 'pem' })).export({ type: 'spki', format: 'pem' }),
    )
    writeFileSync(join(folder, 'other.pub'), other.trusted.key.export({ type: 'spki', format: 'pem' }))
    writeFileSync(file, 'keys: [ours.pub]\n')
    trust = await holdTrust({ file, keys: [] })
    small = await signedImage(false)
    large = await signedImage(true)
    has = (digest) => [small, large].find((one) => one.digest === digest)?.bytes
    newReader()
  })
  after(async () => {
    await store.close()
    rmSync(folder, { recursive: true })
  })

  const sourceOf = (digests: readonly string[]): Source => ({
    id: 'docker',
    name: 'an engine',
    asks: [],
    speaksFor: [],
    offer: 'start it',
    locate: async () => 'an engine',
    async *discover() {
      for (const [index, digest] of digests.entries()) {
        const workload = container(`c${index}`, 0)
        yield { ...workload, runs: { ...workload.runs!, images: [{ reference: 'app', image: imageId(digest) }] } }
      }
    },
    async *image(_ask, digest) {
      handedOut.push(digest)
      const bytes = has(digest)
      if (!bytes) throw new Error('the engine has it no more')
      yield bytes
    },
  })
  /** One forgets, as a new process does, which images could not be read. */
  const newReader = () => {
    const layers = join(folder, 'layers')
    readImage = imageReader([sourceOf([small.digest, large.digest])], localAsk(), {
      workFolder: folder,
      layers,
      content: false,
      trust: trust.current,
    })
  }
  const lookAgain = async () => {
    handedOut = []
    const advisories = { judges: () => undefined, find: () => [], exploited: () => false, epss: () => undefined }
    const parts = {
      sources: [sourceOf([small.digest, large.digest])],
      ask: localAsk(),
      recorder: store,
      judge: async () => {},
      advisories: async () => advisories,
      rules: [],
      clock,
      readMachine: () => assert.fail('there is no machine'),
      readImage,
      isNew: () => true,
    }
    await look(parts, () => {}, signal)
    return handedOut
  }
  const originOf = async ({ digest }: { digest: string }) =>
    (await store.imageDetail(everything, imageId(digest)))?.image.origin
  const verified = async (of: { digest: string }) =>
    (await originOf(of))?.signatures.map((signature) => signature.verified)
  const change = async (keys: string) => {
    writeFileSync(file, `keys: [${keys}]\n`)
    await trust.reload()
    return judgeOrigins(store.origins, trust.current(), clock, signal)
  }

  test('what was kept of an image is judged by another trust without asking for the image', async () => {
    assert.deepEqual((await lookAgain()).toSorted(), [small.digest, large.digest].toSorted())
    assert.deepEqual([await verified(small), await verified(large)], [[true], [true]])
    assert.deepEqual(await judgeOrigins(store.origins, trust.current(), clock, signal), { judged: 0, stale: 0 })

    assert.deepEqual(await change('other.pub'), { judged: 1, stale: 1 })
    const origin = await originOf(small)
    assert.deepEqual(origin?.signatures, [{ kind: 'cosign', verified: false, why: 'no trusted key has made it' }])
    assert.equal(origin.stale, undefined)
  })

  test('what was too much to keep counts for nothing, and says so, until the image is read again', async () => {
    const origin = await originOf(large)
    assert.deepEqual(
      [...origin!.signatures, ...origin!.attestations].map((one) => [one.verified, one.by]),
      [
        [false, undefined],
        [false, undefined],
      ],
    )
    assert.match(origin!.stale!, /read again at the next look/)
    assert.deepEqual(await lookAgain(), [large.digest])
    const renewed = await originOf(large)
    assert.equal(renewed?.stale, undefined)
    assert.deepEqual(renewed?.signatures, [{ kind: 'cosign', verified: false, why: 'no trusted key has made it' }])
    assert.deepEqual(await lookAgain(), [], 'once')
  })

  test('back to the trust of before, both are verified again', async () => {
    assert.deepEqual(await change('ours.pub'), { judged: 1, stale: 1 })
    assert.deepEqual([await verified(small), await verified(large)], [[true], [false]])
    await lookAgain()
    assert.deepEqual([await verified(small), await verified(large)], [[true], [true]])
  })

  test('an image that nobody has any more stays unknown, and is still judged for all else', async () => {
    await change('other.pub, ours.pub')
    has = () => undefined
    newReader()
    assert.deepEqual(await lookAgain(), [large.digest])
    assert.deepEqual([await verified(small), await verified(large)], [[true], [false]])
    assert.match((await originOf(large))!.stale!, /where its source still has it/)
    const { evidence } = await store.estate()
    assert.ok(!JSON.stringify(evidence).includes('the engine has it no more'), 'what was read of it counts on')
  })

  test('a file that is wrong leaves the trust of before; what an earlier version stored is verified by nobody', async () => {
    const { id } = trust.current()
    writeFileSync(file, 'keys: [none.pub]\n')
    await assert.rejects(trust.reload(), /none\.pub: could not be read/)
    assert.equal(trust.current().id, id)
    const old = image(9, [])
    const signatures = [{ kind: 'cosign', verified: true, by: 'somebody', means: 'key' }] as const
    await store.recordImage({ ...old, origin: { signatures, attestations: [], known: 'verified provenance' } })
    assert.deepEqual(await judgeOrigins(store.origins, trust.current(), clock, signal), { judged: 0, stale: 1 })
    const { known, signatures: now } = (await originOf(old))!
    assert.deepEqual([known, now[0]?.verified, now[0]?.by], ['provenance', false, undefined])
  })

  test('what rests on a certificate or a list counts until that has run out', async () => {
    const by = { kind: 'notation', verified: true, by: 'C=US', means: 'certificate' } as const
    const stored = (number: number, until: string) => {
      const origin = { signatures: [by, { ...by, until }], attestations: [] }
      return store.recordImage({ ...image(number, []), origin, originTrust: trust.current().id })
    }
    await stored(10, '2026-11-21T12:00:00Z')
    await stored(11, '2026-11-21T12:00:01Z')
    assert.deepEqual(await judgeOrigins(store.origins, trust.current(), clock, signal), { judged: 0, stale: 1 })
    const of = async (number: number) => originOf(image(number, []))
    assert.deepEqual(
      (await of(10))?.signatures.map(({ verified }) => verified),
      [false, false],
    )
    assert.match((await of(10))!.stale!, /^a certificate or revocation list has run out since it was judged/)
    assert.deepEqual(
      (await of(11))?.signatures.map(({ verified }) => verified),
      [true, true],
    )
    assert.deepEqual(await judgeOrigins(store.origins, trust.current(), clock, signal), { judged: 0, stale: 0 })
    const later = () => '2026-11-21T12:00:01.5Z'
    assert.deepEqual(await judgeOrigins(store.origins, trust.current(), later, signal), { judged: 0, stale: 1 })
  })
}
