import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { test, type TestContext } from 'node:test'
import { fakeRegistry, type FakeRegistry } from '../../io/testing.ts'
import type { ImageIndex } from '../../model/image.ts'
import { cosignPayload, envelopeOf, signerWith, statementOf, trusting } from '../origin/testing.ts'
import { never, sha256, tarOf } from '../testing.ts'
import { inspectImage } from './inspect-image.ts'
import type { OpenOptions } from './open-options.ts'
import { openRegistry } from './registry.ts'

const oci = 'application/vnd.oci.image'
const home = { env: {}, text: async () => undefined }
const platform = { os: 'linux', architecture: 'amd64' }

interface Descriptor {
  mediaType: string
  digest: string
  size: number
  platform?: object
  annotations?: Record<string, string>
}

function blob(registry: FakeRegistry, body: string | Uint8Array, mediaType: string): Descriptor {
  const digest = sha256(body)
  registry.documents.set(`/v2/team/app/blobs/${digest}`, { body })
  return { mediaType, digest, size: Buffer.byteLength(body) }
}

function manifest(registry: FakeRegistry, document: object, mediaType: string, ...tags: string[]): Descriptor {
  const body = JSON.stringify({ schemaVersion: 2, mediaType, ...document })
  const digest = sha256(body)
  for (const name of [digest, ...tags])
    registry.documents.set(`/v2/team/app/manifests/${name}`, { body, type: mediaType })
  return { mediaType, digest, size: body.length }
}

interface Layer {
  tar: Buffer
  stored?: Uint8Array
  mediaType?: string
}

function image(registry: FakeRegistry, layers: readonly Layer[], tag?: string, config: object = {}): Descriptor {
  const diffs = layers.map(({ tar }) => sha256(tar))
  const text = JSON.stringify({ ...platform, config, rootfs: { type: 'layers', diff_ids: diffs } })
  const stored = layers.map(({ tar, stored = gzipSync(tar), mediaType = `${oci}.layer.v1.tar+gzip` }) =>
    blob(registry, stored, mediaType),
  )
  const document = { config: blob(registry, text, `${oci}.config.v1+json`), layers: stored }
  return manifest(registry, document, `${oci}.manifest.v1+json`, ...(tag ? [tag] : []))
}

async function read(registry: FakeRegistry, name = 'team/app:1', more: Partial<OpenOptions> = {}): Promise<ImageIndex> {
  const access = { home, ...more.registry }
  const opened = await openRegistry(`${registry.host}/${name}`, { signal: never, platform, ...more, registry: access })
  try {
    return await inspectImage(opened, { signal: never })
  } finally {
    await opened.close()
  }
}

const nodePackage = (name: string) =>
  tarOf([{ path: `srv/node_modules/${name}/package.json`, contents: JSON.stringify({ name, version: '1.0.0' }) }])

async function start(t: TestContext): Promise<{ registry: FakeRegistry; layer: Layer }> {
  return { registry: await fakeRegistry(t), layer: { tar: await nodePackage('a') } }
}

test('gzip, zstd and plain layers, with the tag as an alias of the manifest', async (t) => {
  const { registry, layer } = await start(t)
  const [b, c] = [await nodePackage('b'), await nodePackage('c')]
  const zstd = { tar: b, stored: zstdCompressSync(b), mediaType: `${oci}.layer.v1.tar+zstd` }
  const { digest } = image(registry, [layer, zstd, { tar: c, stored: c, mediaType: `${oci}.layer.v1.tar` }], '1')
  const found = await read(registry)
  deepEqual(found.packages.map(({ name }) => name).toSorted(), ['a', 'b', 'c'])
  deepEqual([found.digest, found.aliases, found.gaps], [digest, [`${registry.host}/team/app:1`], []])
})

test('of several platforms the wanted one; the index is an alias, and each is found by its digest', async (t) => {
  const { registry, layer } = await start(t)
  const arm = {
    ...image(registry, [{ tar: await nodePackage('arm') }]),
    platform: { os: 'linux', architecture: 'arm64' },
  }
  const amd = { ...image(registry, [layer]), platform }
  const index = manifest(registry, { manifests: [arm, amd] }, `${oci}.index.v1+json`, '1')
  const found = await read(registry)
  deepEqual([found.digest, found.aliases], [amd.digest, [`${registry.host}/team/app:1`, index.digest]])
  const other = await read(registry, `team/app@${index.digest}`, { platform: arm.platform })
  deepEqual([other.digest, other.packages[0]?.name], [arm.digest, 'arm'])
  const s390x = { platform: { os: 'linux', architecture: 's390x' } }
  await rejects(
    read(registry, 'team/app:1', s390x),
    /it is for linux\/arm64, linux\/amd64, and not for linux\/s390x: choose one by --platform/,
  )
  equal((await read(registry, `team/app@${amd.digest}`, s390x)).digest, amd.digest)
})

test('of two that fit, which was read is said', async (t) => {
  const { registry, layer } = await start(t)
  const first = { ...image(registry, [layer]), platform }
  const second = { ...image(registry, [{ tar: await nodePackage('b') }]), platform }
  manifest(registry, { manifests: [first, second] }, `${oci}.index.v1+json`, '1')
  const { gaps } = await read(registry)
  deepEqual(
    gaps.map(({ why }) => why),
    [`2 images of the index are for linux/amd64: only the first was read (${first.digest})`],
  )
})

test('indexes that lead to themselves, or are too deep, end', async (t) => {
  const { registry, layer } = await start(t)
  let inner: Descriptor = image(registry, [layer])
  for (let depth = 0; depth < 9; depth++)
    inner = manifest(registry, { manifests: [inner] }, `${oci}.index.v1+json`, '1')
  await rejects(read(registry), /more than 8 indexes lie inside one another/)
})

test('a foreign layer, a missing one and an encrypted one are gaps; the others are read', async (t) => {
  const { registry, layer } = await start(t)
  const foreign = {
    tar: await nodePackage('f'),
    mediaType: 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
  }
  const missing = { tar: await nodePackage('m') }
  const encrypted = { tar: await nodePackage('e'), mediaType: `${oci}.layer.v1.tar+gzip+encrypted` }
  image(registry, [layer, foreign, missing, encrypted], '1')
  for (const { tar } of [foreign, missing]) registry.documents.delete(`/v2/team/app/blobs/${sha256(gzipSync(tar))}`)
  const { packages, gaps } = await read(registry)
  deepEqual(
    packages.map(({ name }) => name),
    ['a'],
  )
  const told = gaps.map(({ why, place }) => [place?.layer, why.replace('the layer could not be read to its end: ', '')])
  deepEqual(
    told.toSorted(([, a], [, b]) => (a! < b! ? -1 : 1)),
    [
      [sha256(foreign.tar), `it is a foreign layer, which the registry does not hold (${foreign.mediaType})`],
      [sha256(encrypted.tar), `it is encrypted (${encrypted.mediaType})`],
      [sha256(missing.tar), 'the registry does not have it'],
    ],
  )
})

test('what has another digest than it was asked for by is not believed', async (t) => {
  const { registry, layer } = await start(t)
  const { digest } = image(registry, [layer], '1')
  const other = image(registry, [{ tar: await nodePackage('b') }])
  const answer = registry.documents.get(`/v2/team/app/manifests/${other.digest}`)!
  registry.documents.set(`/v2/team/app/manifests/${digest}`, answer)
  await rejects(read(registry, `team/app@${digest}`), /its manifest is another: its digest should be/)
  const layerPath = `/v2/team/app/blobs/${sha256(gzipSync(layer.tar))}`
  const bytes = Buffer.from(registry.documents.get(layerPath)!.body)
  // The time in the head of gzip: the contents are the same.
  bytes[4] = bytes[4]! ^ 1
  registry.documents.set(layerPath, { body: bytes })
  await rejects(
    read(registry),
    /none of its layers could be read \(the layer could not be read to its end: its digest should be/,
  )
})

test('what is no container image says what it is', async (t) => {
  const { registry } = await start(t)
  const chart = { config: blob(registry, '{}', 'application/vnd.cncf.helm.config.v1+json'), layers: [] }
  manifest(registry, chart, `${oci}.manifest.v1+json`, '1')
  await rejects(read(registry), /it is no container image: its configuration is application\/vnd\.cncf\.helm/)
  registry.documents.set('/v2/team/app/manifests/1', { body: '{"schemaVersion":1,"name":"team/app","fsLayers":[]}' })
  await rejects(read(registry), /first form of Docker’s manifests, which ended in 2017: push it again/)
  registry.documents.set('/v2/team/app/manifests/1', { body: 'a page' })
  await rejects(read(registry), /is no JSON/)
  await rejects(read(registry, 'team/app:2'), /has no team\/app with 2: check the name and the tag/)
  await rejects(openRegistry('Not A Name', { signal: never }), /Not A Name cannot be judged: .* is no /)
})

test('a mirror is asked first, and the registry when it has nothing or is not there', async (t) => {
  const { registry, layer } = await start(t)
  const mirror = await fakeRegistry(t)
  const { digest } = image(registry, [layer], '1')
  image(mirror, [{ tar: await nodePackage('mirrored') }], '2')
  const at = (address: string) => ({ registry: { mirrors: new Map([[registry.host, new URL(address)]]) } })
  const first = await read(registry, 'team/app:2', at(`http://${mirror.host}`))
  deepEqual([first.packages[0]?.name, first.aliases], ['mirrored', [`${registry.host}/team/app:2`]])
  equal(registry.requests.length, 0)
  const second = await read(registry, 'team/app:1', at(`http://${mirror.host}`))
  deepEqual([second.digest, second.gaps], [digest, []])
  const third = await read(registry, 'team/app:1', at('http://127.0.0.1:1'))
  deepEqual([third.digest, third.gaps.length], [digest, 1])
  match(third.gaps[0]!.why, /^the mirror 127\.0\.0\.1:1 was not used: GET .* nothing listens there$/)
})

test('layers that are cached are not fetched', async (t) => {
  const { registry, layer } = await start(t)
  image(registry, [layer], '1')
  const opened = await openRegistry(`${registry.host}/team/app:1`, { signal: never, platform, registry: { home } })
  const path = `/v2/team/app/blobs/${sha256(gzipSync(layer.tar))}`
  ok(!registry.paths().includes(path))
  const part = await opened.layers[0]!.part!()
  equal(part.length, gzipSync(layer.tar).length)
  await part.close()
  await opened.close()
  equal(registry.paths().filter((each) => each === path).length, 1)
})

const provenance = {
  buildDefinition: {
    resolvedDependencies: [{ uri: 'git+https://git.example/o/r@refs/heads/main', digest: { gitCommit: 'c0ffee' } }],
  },
  runDetails: { builder: { id: 'https://ci.example' } },
}
const slsa = 'https://slsa.dev/provenance/v1'
const labels = {
  'org.opencontainers.image.source': 'https://git.example/base',
  'org.opencontainers.image.revision': '1',
}

test('labels tell the origin where nothing else does', async (t) => {
  const { registry, layer } = await start(t)
  image(registry, [layer], '1', { Labels: labels })
  deepEqual((await read(registry)).origin, {
    source: 'https://git.example/base',
    revision: '1',
    known: 'label',
    signatures: [],
    attestations: [],
  })
})

test('attestations in the index: provenance is read, and an SBOM named without being fetched', async (t) => {
  const { registry, layer } = await start(t)
  const amd = { ...image(registry, [layer], undefined, { Labels: labels }), platform }
  const types = { provenance: slsa, sbom: 'https://spdx.dev/Document' }
  const layers = [statementOf(amd.digest, slsa, provenance), '{"a":"long document"}'].map((text, index) => ({
    ...blob(registry, text, 'application/vnd.in-toto+json'),
    annotations: { 'in-toto.io/predicate-type': Object.values(types)[index]! },
  }))
  const config = blob(registry, '{}', `${oci}.config.v1+json`)
  const attestation = {
    ...manifest(registry, { config, layers }, `${oci}.manifest.v1+json`),
    platform: { os: 'unknown', architecture: 'unknown' },
    annotations: { 'vnd.docker.reference.type': 'attestation-manifest', 'vnd.docker.reference.digest': amd.digest },
  }
  manifest(registry, { manifests: [amd, attestation] }, `${oci}.index.v1+json`, '1')
  const { origin, digest } = await read(registry)
  equal(digest, amd.digest)
  const unsigned = { verified: false, why: 'it is not signed' }
  deepEqual(origin, {
    source: 'https://git.example/o/r',
    revision: 'c0ffee',
    builder: 'https://ci.example',
    known: 'provenance',
    signatures: [],
    attestations: [
      { predicate: slsa, ...unsigned },
      { predicate: types.sbom, ...unsigned },
    ],
  })
  ok(!registry.paths().some((path) => path.endsWith(layers[1]!.digest)))
})

test('signatures beside the index and the manifest are judged by the keys that are trusted', async (t) => {
  const { registry, layer } = await start(t)
  const signer = signerWith('ec', 'release.pub')
  const amd = { ...image(registry, [layer]), platform }
  const index = manifest(registry, { manifests: [amd] }, `${oci}.index.v1+json`, '1')
  const config = blob(registry, '{}', `${oci}.config.v1+json`)
  const payload = cosignPayload(index.digest)
  const signature = {
    ...blob(registry, payload, 'application/vnd.dev.cosign.simplesigning.v1+json'),
    annotations: { 'dev.cosignproject.cosign/signature': signer.sign(payload) },
  }
  manifest(
    registry,
    { config, layers: [signature] },
    `${oci}.manifest.v1+json`,
    `${index.digest.replace(':', '-')}.sig`,
  )
  const envelope = JSON.stringify(envelopeOf(statementOf(amd.digest, slsa, provenance), signer))
  const attested = blob(registry, envelope, 'application/vnd.dsse.envelope.v1+json')
  manifest(registry, { config, layers: [attested] }, `${oci}.manifest.v1+json`, `${amd.digest.replace(':', '-')}.att`)
  const notation = manifest(
    registry,
    {
      artifactType: 'application/vnd.cncf.notary.signature',
      config,
      layers: [blob(registry, '{}', 'application/jose+json')],
    },
    `${oci}.manifest.v1+json`,
  )
  const referrers = JSON.stringify({ schemaVersion: 2, manifests: [notation] })
  registry.documents.set(`/v2/team/app/referrers/${amd.digest}`, { body: referrers })

  const known = await read(registry, 'team/app:1', { registry: { trust: trusting(signer.trusted) } })
  const by = { verified: true, by: signer.trusted.name, means: 'key' }
  const unread = { kind: 'notation', verified: false, why: 'no trusted certificate was given' }
  deepEqual(known.origin?.signatures, [unread, { kind: 'cosign', ...by }])
  deepEqual(known.origin?.attestations, [{ predicate: slsa, ...by }])
  equal(known.origin?.known, 'verified provenance')
  const { origin } = await read(registry)
  deepEqual([origin?.known, origin?.signatures[1]?.why], ['provenance', 'no trusted key was given'])
  deepEqual(known.gaps, [])
})

test('what is damaged beside an image is a gap, and the image is read', async (t) => {
  const { registry, layer } = await start(t)
  const { digest } = image(registry, [layer], '1')
  const tag = digest.replace(':', '-')
  registry.documents.set(`/v2/team/app/manifests/${tag}.sig`, { body: '[]' })
  const config = blob(registry, '{}', `${oci}.config.v1+json`)
  const broken = blob(registry, '{}', 'application/vnd.dsse.envelope.v1+json')
  manifest(registry, { config, layers: [broken] }, `${oci}.manifest.v1+json`, `${tag}.att`)
  registry.documents.set(`/v2/team/app/referrers/${digest}`, { body: 'no list' })
  const { packages, gaps } = await read(registry)
  equal(packages.length, 1)
  const before = 'signatures and provenance beside the image could not be read: '
  deepEqual(
    gaps.map(({ why, place }) => [place?.path, why.replace(before, '')]),
    [
      [`${tag}.sig`, 'its manifest is malformed'],
      [`${tag}.att`, 'it is no envelope in a form that is read'],
      [`referrers of ${digest}`, 'the list of referrers is malformed'],
    ],
  )
})
