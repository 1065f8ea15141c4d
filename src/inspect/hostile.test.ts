// The suite over every way in: bad archives and layers end in an error or a gap that names what and why, and nothing is
// written outside the work folder. What needs much time or memory is in hostile.suite.ts.

import { randomBytes } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { test, type TestContext } from 'node:test'
import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict'
import type { ImageIndex } from '../model/image.ts'
import { waysIn } from './image/open.ts'
import { inspectImageStream, inspectTarget, UnreadableTarget } from './inspect.ts'
import { defaultLimits, type Limits } from './limits.ts'
import { dockerArchiveOf, never, ociLayoutOf, sha256, tarOf, workFolder, type TestEntry } from './testing.ts'

const apk = { path: 'lib/apk/db/installed', contents: 'P:musl\nV:1.2.5-r0\n\n' }

/** A good image in each form, as the entries of its archive. */
const forms: Record<string, (layers: readonly Buffer[]) => Promise<Buffer>> = {
  'docker-archive': (layers) => dockerArchiveOf(layers),
  'oci-layout': (layers) =>
    tarOf(ociLayoutOf([{ layers: layers.map((layer) => ({ stored: gzipSync(layer), diffId: sha256(layer) })) }])),
}

test('every way in has a form here', () => {
  deepEqual(
    waysIn.map(({ id }) => id),
    Object.keys(forms),
  )
  const files = readdirSync(new URL('image', import.meta.url))
  for (const { id } of waysIn) ok(files.includes(`${id}.ts`))
})

/** Reads an archive from a work folder that must be empty afterwards but for the archive. */
async function inspect(t: TestContext, archive: Uint8Array, limits: Partial<Limits> = {}): Promise<ImageIndex> {
  const folder = workFolder(t)
  const path = join(folder, 'image.tar')
  writeFileSync(path, archive)
  const options = { signal: never, workFolder: folder, limits: { ...defaultLimits, ...limits } }
  try {
    const { image } = await inspectTarget({ kind: 'image', path }, options)
    ok(image)
    return image
  } finally {
    deepEqual(readdirSync(folder), ['image.tar'])
  }
}

/** The message without the path of the folder. */
async function refused(t: TestContext, archive: Uint8Array, why: RegExp, limits: Partial<Limits> = {}): Promise<void> {
  await rejects(inspect(t, archive, limits), (error) => {
    ok(error instanceof UnreadableTarget, String(error))
    match(error.message, /image\.tar/)
    match(error.message, why)
    return true
  })
}

for (const [form, archiveOf] of Object.entries(forms)) {
  test(`${form}: a good image, plain, compressed and as a stream`, async (t) => {
    const archive = await archiveOf([await tarOf([apk])])
    for (const bytes of [archive, gzipSync(archive), zstdCompressSync(archive)]) {
      const image = await inspect(t, bytes)
      deepEqual(image.gaps, [])
      equal(image.packages[0]?.purl, 'pkg:apk/alpine/musl@1.2.5-r0')
      equal(image.packages[0]?.place.layer, image.layers[0]?.digest)
    }
    async function* stream() {
      for (let at = 0; at < archive.length; at += 1000) yield archive.subarray(at, at + 1000)
    }
    const folder = workFolder(t)
    const image = await inspectImageStream('test:1', stream(), { signal: never, workFolder: folder })
    equal(image.packages.length, 1)
    deepEqual(readdirSync(folder), [])
  })

  test(`${form}: cut at any block, it is refused, and the reason names the archive`, async (t) => {
    const archive = await archiveOf([await tarOf([apk, { path: 'big', contents: randomBytes(3000) }])])
    const end = archive.length - 1024 // without the last zeros it is whole
    for (let length = 0; length < end; length += 512) {
      await refused(t, archive.subarray(0, length), /cut|is not there|neither|empty/)
    }
    await refused(t, gzipSync(archive).subarray(0, 1000), /the gzip stream is cut/)
  })

  test(`${form}: a layer that is cut inside is a gap of that layer`, async (t) => {
    const [first, second] = [await tarOf([apk]), randomBytes(5000)]
    const cut = (await tarOf([{ path: 'usr/bin/a', contents: second }])).subarray(0, 2000)
    const image = await inspect(t, await archiveOf([first, cut]))
    equal(image.packages.length, 1)
    deepEqual(
      image.gaps.map(({ why, place }) => [why.split(' (')[0], place?.layer]),
      [['the layer could not be read to its end: the archive is cut', sha256(cut)]],
    )
  })

  test(`${form}: when no layer can be read, the image is refused`, async (t) => {
    await refused(t, await archiveOf([randomBytes(2000)]), /none of its layers could be read .*wrong checksum/)
  })

  test(`${form}: more layers than the limit`, async (t) => {
    const layer = await tarOf([])
    await refused(t, await archiveOf(Array.from({ length: 20 }, () => layer)), /it has 20 layers, more than 10/, {
      layers: 10,
    })
  })

  test(`${form}: 10,000 layers`, { timeout: 60_000 }, async (t) => {
    const layer = await tarOf([])
    await refused(t, await archiveOf(Array.from({ length: 10_000 }, () => layer)), /10000 layers, more than 512/)
  })

  test(`${form}: too large, and too many entries`, async (t) => {
    const archive = await archiveOf([await tarOf([apk])])
    await refused(t, gzipSync(archive), /it is larger than 1000 bytes/, { spool: 1000 })
    await refused(t, archive, /it has more than 2 entries/, { archiveEntries: 2 })
    await refused(t, archive, /is larger than 50 bytes/, { document: 50 })
  })
}

test('what is no image is refused', async (t) => {
  await refused(t, Buffer.alloc(0), /it is empty/)
  await refused(t, randomBytes(10_000), /cannot be read/)
  await refused(t, gzipSync(randomBytes(10_000)), /cannot be read as a tar/)
  await refused(t, await tarOf([{ path: 'a', contents: 'b' }]), /neither a docker archive .* nor an OCI image layout/)
  await refused(t, await tarOf([{ path: '../../manifest.json', contents: '[]' }]), /climbs out of the archive/)
  await refused(t, await tarOf([{ path: 'manifest.json', symlink: 'manifest.json' }]), /neither/)
})

test('a docker archive that lies', async (t) => {
  const layer = await tarOf([apk])
  const other = `sha256:${'0'.repeat(64)}`
  const configName = `${'1'.repeat(64)}.json`
  await refused(t, await dockerArchiveOf([layer], { configName }), /its digest should be sha256:1{64} and is sha256:/)
  await refused(t, await dockerArchiveOf([layer], { diffIds: [] }), /names 1 layers and .* 0/)
  await refused(t, await dockerArchiveOf([layer], { diffIds: ['x'] }), /rootfs.diff_ids.0: is no digest/)
  await refused(t, await dockerArchiveOf([layer], { manifest: {} }), /manifest.json is malformed/)
  await refused(t, await dockerArchiveOf([layer], { manifest: [] }), /names no image/)
  const outside = [{ Config: '../../../etc/passwd', Layers: [] }]
  await refused(t, await dockerArchiveOf([layer], { manifest: outside }), /climbs out of the archive/)

  const { gaps, packages } = await inspect(t, await dockerArchiveOf([layer], { diffIds: [other] }))
  equal(packages.length, 1)
  const why = `the layer is not the one that the configuration names: its digest should be ${other} and is ${sha256(layer)}`
  deepEqual(gaps, [{ why, place: { layer: other } }])
})

test('what is wrong with layers is told in their order, whichever is read first', async (t) => {
  // The larger one is begun first and takes longer.
  const layers = [await tarOf([apk]), await tarOf([{ path: 'large', contents: randomBytes(4_000_000) }])]
  for (const list of [layers, layers.toReversed()]) {
    const diffIds = list.map((_, index) => `sha256:${String(index).repeat(64)}`)
    const { gaps } = await inspect(t, await dockerArchiveOf(list, { diffIds }))
    deepEqual(
      gaps.flatMap(({ place }) => place?.layer ?? []),
      diffIds,
    )
  }
})

test('several images in one docker archive', async (t) => {
  const manifest = ['a:1', 'b:2'].map((tag) => ({ Config: 'x', RepoTags: [tag], Layers: [] }))
  await refused(t, await dockerArchiveOf([], { manifest }), /holds 2 images \(a:1, b:2\): save one at a time/)
})

/** The layout with the contents of one blob changed behind the back of its digest. */
async function tampered(entries: readonly TestEntry[], holding: string): Promise<Buffer> {
  const change = ({ path, contents = '' }: TestEntry): TestEntry => {
    const text = contents.toString()
    return { path, contents: path.startsWith('blobs/') && text.includes(holding) ? `${text} ` : contents }
  }
  return tarOf(entries.map(change))
}

test('an OCI layout whose blobs are not what their digests say', async (t) => {
  const layer = await tarOf([apk])
  const entries = ociLayoutOf([{ layers: [{ stored: layer, diffId: sha256(layer) }] }])
  await refused(
    t,
    await tampered(entries, '"schemaVersion":2'),
    /blobs\/sha256\/[0-9a-f]+: its digest should be .* and is/,
  )
  await refused(t, await tampered(entries, '"diff_ids"'), /its digest should be .* and is/)
  const { gaps } = await inspect(t, await tampered(entries, 'P:musl'))
  match(gaps[0]?.why ?? '', /its digest should be sha256:[0-9a-f]{64} and is sha256:[0-9a-f]{64}/)
})

test('an OCI layout without one of its layers says which', async (t) => {
  const [first, second] = [await tarOf([apk]), await tarOf([{ path: 'b' }])]
  const layers = [first, second].map((stored) => ({ stored, diffId: sha256(stored) }))
  const missing = `blobs/sha256/${sha256(second).slice(7)}`
  const { gaps, packages } = await inspect(
    t,
    await tarOf(ociLayoutOf([{ layers }]).filter(({ path }) => path !== missing)),
  )
  equal(packages.length, 1)
  deepEqual(gaps, [
    {
      why: `the layer could not be read to its end: ${missing} is not there`,
      place: { layer: sha256(second) },
    },
  ])
})

test('an index that leads to itself ends', async (t) => {
  const index = (size: number): string => {
    const manifests = [{ mediaType: 'application/vnd.oci.image.index.v1+json', digest: sha256('x'), size }]
    return JSON.stringify({ schemaVersion: 2, manifests })
  }
  const entries = [
    { path: 'index.json', contents: index(1) },
    { path: `blobs/sha256/${sha256('x').slice(7)}`, contents: index(1) },
  ]
  await refused(t, await tarOf(entries), /its digest should be/)
})

test('a layout in a folder whose blobs are links out of it', async (t) => {
  const folder = workFolder(t)
  const layout = join(folder, 'layout')
  for (const { path, contents = '' } of ociLayoutOf([{ layers: [] }])) {
    mkdirSync(dirname(join(layout, path)), { recursive: true })
    if (path.startsWith('blobs/')) symlinkSync('/etc/passwd', join(layout, path))
    else writeFileSync(join(layout, path), contents)
  }
  const reading = inspectTarget({ kind: 'image', path: layout }, { signal: never })
  await rejects(reading, /leads to no manifest that is there/)
})

test('a root file system with loops, links that lead out, and folders deeper than the limit', async (t) => {
  const folder = workFolder(t)
  const root = join(folder, 'root')
  mkdirSync(join(root, 'etc'), { recursive: true })
  mkdirSync(join(root, 'var/lib'), { recursive: true })
  writeFileSync(join(folder, 'secret'), 'ID=outside\n')
  symlinkSync(join(folder, 'secret'), join(root, 'etc/os-release'))
  symlinkSync('dpkg', join(root, 'var/lib/dpkg'))
  symlinkSync('/', join(root, 'everything'))
  mkdirSync(join(root, 'a/b/c/d'), { recursive: true })
  const limits = { ...defaultLimits, depth: 3 }
  const { distribution, packages, gaps } = await inspectTarget(
    { kind: 'rootfs', path: root },
    { signal: never, limits },
  )
  deepEqual([distribution, packages], [undefined, []])
  deepEqual(gaps, [
    { why: 'symbolic links lead in a circle', place: { path: 'var/lib/dpkg/status' } },
    { why: 'symbolic links lead in a circle', place: { path: 'var/lib/dpkg/status.d' } },
    { why: 'lies deeper than 3 folders or 4096 characters', place: { path: 'a/b/c/d' } },
    { why: 'no package was found in a form that is read' },
  ])
  equal(readFileSync(join(folder, 'secret'), 'utf8'), 'ID=outside\n')
})

test('a package database that is a folder is a gap', async (t) => {
  const root = workFolder(t)
  mkdirSync(join(root, 'var/lib/dpkg/status'), { recursive: true })
  const { gaps } = await inspectTarget({ kind: 'rootfs', path: root }, { signal: never })
  deepEqual(gaps[0], { why: 'is no plain file', place: { path: 'var/lib/dpkg/status' } })
})

test('targets that are not there, or of the other kind', async (t) => {
  const folder = workFolder(t)
  writeFileSync(join(folder, 'file'), '')
  const options = { signal: never }
  await rejects(inspectTarget({ kind: 'image', path: join(folder, 'none') }, options), /none is not there/)
  await rejects(inspectTarget({ kind: 'rootfs', path: join(folder, 'none') }, options), /none is not there/)
  await rejects(inspectTarget({ kind: 'rootfs', path: join(folder, 'file') }, options), /is no folder/)
  await rejects(inspectTarget({ kind: 'image', path: folder }, options), /write dir:/)
  await rejects(inspectTarget({ kind: 'image', path: '/dev/null' }, options), /no plain file/)
})
