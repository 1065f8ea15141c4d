// Layouts as cosign, oras, skopeo and BuildKit write them, made here after their sources and specifications.

import { deepEqual, equal, match } from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test, type TestContext } from 'node:test'
import type { ImageOrigin } from '../../model/image.ts'
import type { Gap } from '../../model/scan.ts'
import type { Descriptor } from '../image/oci-schemas.ts'
import { openImage } from '../image/open.ts'
import { never, sha256, tarOf, workFolder, type TestEntry } from '../testing.ts'
import { Layout, predicate, provenance, signerWith, statementOf, trusting } from './testing.ts'

const signer = signerWith('ec')
const refName = 'org.opencontainers.image.ref.name'
const amd64 = { os: 'linux', architecture: 'amd64' }
const configType = 'application/vnd.oci.image.config.v1+json'

interface Found {
  digest: string
  origin: ImageOrigin | undefined
  gaps: readonly Gap[]
}

/** As a folder and as a tar, which must be the same. */
async function opened(t: TestContext, files: TestEntry[]): Promise<Found> {
  const folder = workFolder(t)
  for (const { path, contents = '' } of files) {
    mkdirSync(dirname(join(folder, 'layout', path)), { recursive: true })
    writeFileSync(join(folder, 'layout', path), contents)
  }
  writeFileSync(join(folder, 'layout.tar'), await tarOf(files))
  const registry = { trust: trusting(signer.trusted) }
  const [first, second] = await Promise.all(
    ['layout', 'layout.tar'].map(async (name) => {
      const image = await openImage(join(folder, name), { signal: never, platform: amd64, registry })
      await image.close()
      return { digest: image.digest, origin: image.origin, gaps: image.gaps }
    }),
  )
  deepEqual(first, second)
  return first!
}

const named = (descriptor: Descriptor, name: string, kind?: string): Descriptor => ({
  ...descriptor,
  annotations: { [refName]: name, ...(kind ? { kind: `dev.cosignproject.cosign/${kind}` } : {}) },
})
const by = { verified: true, by: signer.trusted.name, means: 'key' }

test('what cosign saved: signatures and attestations of the image with the same name', async (t) => {
  const layout = new Layout(signer)
  const image = await layout.image()
  const name = 'registry.example/team/app:1'
  const { digest, origin, gaps } = await opened(
    t,
    layout.files([
      named(image, name, 'image'),
      named(layout.signature(image.digest), name, 'sigs'),
      named(layout.attestation(image.digest), name, 'atts'),
      named(layout.signature(sha256('other')), 'registry.example/team/other:1', 'sigs'),
    ]),
  )
  deepEqual([digest, gaps], [image.digest, []])
  deepEqual(origin?.signatures, [{ kind: 'cosign', ...by }])
  deepEqual(origin?.attestations, [{ predicate: provenance, ...by }])
  equal(origin?.known, 'verified provenance')
})

test('what was copied by its tags, alone or with the name of the repository', async (t) => {
  for (const before of ['', 'registry.example/team/app:']) {
    const layout = new Layout(signer)
    const image = await layout.image()
    const tag = `${before}${image.digest.replace(':', '-')}`
    const files = layout.files([
      named(layout.signature(image.digest), `${tag}.sig`),
      named(image, '1.0'),
      named(layout.attestation(image.digest), `${tag}.att`),
    ])
    const { digest, origin, gaps } = await opened(t, files)
    deepEqual([digest, gaps], [image.digest, []])
    deepEqual(
      [origin?.signatures, origin?.attestations],
      [[{ kind: 'cosign', ...by }], [{ predicate: provenance, ...by }]],
    )
  }
})

test('those that refer to the image, or to the index that led to it, whether or not index.json says so', async (t) => {
  const layout = new Layout(signer)
  const image = await layout.image()
  const index = layout.index([
    { ...image, platform: amd64 },
    { ...(await layout.image('b')), platform: { os: 'linux', architecture: 'arm64' } },
  ])
  const artifactType = 'application/vnd.dev.cosign.artifact.sig.v1+json'
  const ofIndex = layout.signature(index.digest, { subject: index }, artifactType)
  const ofImage = layout.signature(image.digest, { subject: image, artifactType })
  const ofOther = layout.signature(sha256('other'), { subject: { digest: sha256('other') } })
  // Everything is listed at the top as well, as oras does.
  const listed = [index, image, { ...ofImage, artifactType }, ofIndex, ofOther]
  const { digest, origin, gaps } = await opened(t, layout.files(listed))
  deepEqual([digest, gaps], [image.digest, []])
  deepEqual(origin?.signatures, [
    { kind: 'cosign', ...by },
    { kind: 'cosign', ...by },
  ])
})

test('the list that is kept under a tag of the digest', async (t) => {
  const layout = new Layout(signer)
  const image = await layout.image()
  const list = layout.index([layout.signature(image.digest, { subject: image })])
  const { digest, origin } = await opened(t, layout.files([image, named(list, image.digest.replace(':', '-'))]))
  deepEqual([digest, origin?.signatures], [image.digest, [{ kind: 'cosign', ...by }]])
})

test('what BuildKit puts into the index', async (t) => {
  const layout = new Layout(signer)
  const image = await layout.image()
  const statement = layout.blob(statementOf(image.digest, provenance, predicate), 'application/vnd.in-toto+json')
  const annotations = {
    'vnd.docker.reference.type': 'attestation-manifest',
    'vnd.docker.reference.digest': image.digest,
  }
  const beside = { ...layout.manifest(layout.blob('{}', configType), [statement]), annotations }
  const { digest, origin, gaps } = await opened(
    t,
    layout.files([layout.index([{ ...image, platform: amd64 }, beside])]),
  )
  deepEqual([digest, gaps], [image.digest, []])
  deepEqual(origin?.attestations, [{ predicate: provenance, verified: false, why: 'it is not signed' }])
  equal(origin?.known, 'provenance')
})

test('a signature of another image, and one that was changed or left out', async (t) => {
  const layout = new Layout(signer)
  const image = await layout.image()
  const changed = layout.signature(image.digest, { subject: image })
  const missing = layout.signature(image.digest, { subject: image, annotations: { left: 'out' } })
  layout.blobs.set(`blobs/sha256/${changed.digest.slice(7)}`, 'changed')
  layout.blobs.delete(`blobs/sha256/${missing.digest.slice(7)}`)
  const saved = named(layout.signature(sha256('other')), 'a', 'sigs')
  const { digest, origin, gaps } = await opened(
    t,
    layout.files([named(image, 'a'), saved, { ...changed, artifactType: 'application/x' }, missing]),
  )
  equal(digest, image.digest)
  deepEqual(origin?.signatures, [
    { kind: 'cosign', verified: false, why: `it is of another image (${sha256('other')})` },
  ])
  equal(gaps.length, 1)
  match(gaps[0]!.why, /could not be read: .*its digest should be/)
  equal(gaps[0]!.place?.path, changed.digest)
})
