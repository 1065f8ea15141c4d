import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { deepEqual, equal, rejects } from 'node:assert/strict'
import { never, ociLayoutOf, sha256, tarOf, workFolder, type OciImage, type TestEntry } from '../testing.ts'
import { openImage } from './open.ts'
import type { OpenedImage } from './opened-image.ts'

async function imageFor(architecture: string): Promise<OciImage> {
  const stored = await tarOf([{ path: architecture }])
  return { layers: [{ stored, diffId: sha256(stored) }], platform: { os: 'linux', architecture } }
}

async function open(t: TestContext, entries: readonly TestEntry[], architecture: string): Promise<OpenedImage> {
  const path = join(workFolder(t), 'image.tar')
  writeFileSync(path, await tarOf(entries))
  const image = await openImage(path, { signal: never, platform: { os: 'linux', architecture } })
  await image.close()
  return image
}

test('of several platforms this machine’s is taken, by way of an index inside the index', async (t) => {
  const layout = ociLayoutOf([await imageFor('amd64'), await imageFor('arm64')])
  const image = await open(t, layout, 'arm64')
  equal(image.architecture, 'arm64')
  const manifest = layout.find(({ contents = '' }) => contents.toString().includes(image.configDigest))
  equal(image.digest, sha256(manifest?.contents?.toString() ?? ''))
  const index = layout.at(-2)?.contents?.toString() ?? ''
  deepEqual(image.aliases, [sha256(index)])
})

test('the only platform there is is taken', async (t) => {
  const image = await open(t, ociLayoutOf([await imageFor('s390x')]), 'arm64')
  equal(image.architecture, 's390x')
})

test('a platform that is listed but was not saved is not there', async (t) => {
  const layout = ociLayoutOf([await imageFor('amd64'), await imageFor('arm64')])
  const saved = layout.filter(
    ({ contents = '', path }) => path === 'index.json' || !isManifestOf(contents, layout, 'arm64'),
  )
  const image = await open(t, saved, 'arm64')
  equal(image.architecture, 'amd64')
})

function isManifestOf(contents: string | Uint8Array, layout: readonly TestEntry[], architecture: string): boolean {
  const config = layout.find((entry) =>
    entry.contents?.toString().startsWith(`{"os":"linux","architecture":"${architecture}"`),
  )
  const text = contents.toString()
  return text.includes('"config"') && text.includes(sha256(config?.contents?.toString() ?? ''))
}

test('without a fitting platform the error lists those there are', async (t) => {
  const layout = ociLayoutOf([await imageFor('amd64'), await imageFor('arm64')])
  const why = /holds 2 images \(linux\/amd64, linux\/arm64\), none of them for linux\/s390x: save the one/
  await rejects(open(t, layout, 's390x'), why)
})

test('attestations beside an image are no image', async (t) => {
  const layout = ociLayoutOf([
    await imageFor('amd64'),
    { layers: [], platform: { os: 'unknown', architecture: 'unknown' } },
  ])
  equal((await open(t, layout, 'arm64')).architecture, 'amd64')
})

test('indexes inside one another end at a depth', async (t) => {
  const entries: TestEntry[] = []
  const mediaType = 'application/vnd.oci.image.index.v1+json'
  let index = JSON.stringify({ schemaVersion: 2, manifests: [] })
  for (let depth = 0; depth < 12; depth++) {
    const digest = sha256(index)
    entries.push({ path: `blobs/sha256/${digest.slice(7)}`, contents: index })
    index = JSON.stringify({ schemaVersion: 2, manifests: [{ mediaType, digest, size: index.length }] })
  }
  entries.push({ path: 'index.json', contents: index })
  await rejects(open(t, entries, 'amd64'), /more than 8 indexes lie inside one another/)
})

test('what is no container image says what it is', async (t) => {
  const config = '{}'
  const descriptor = { mediaType: 'application/vnd.cncf.helm.config.v1+json', digest: sha256(config), size: 2 }
  const manifest = JSON.stringify({ schemaVersion: 2, config: descriptor, layers: [] })
  const listed = {
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    digest: sha256(manifest),
    size: manifest.length,
  }
  const entries = [
    { path: `blobs/sha256/${sha256(config).slice(7)}`, contents: config },
    { path: `blobs/sha256/${sha256(manifest).slice(7)}`, contents: manifest },
    { path: 'index.json', contents: JSON.stringify({ manifests: [listed] }) },
  ]
  await rejects(open(t, entries, 'amd64'), /no container image: its configuration is application\/vnd.cncf.helm/)
})
