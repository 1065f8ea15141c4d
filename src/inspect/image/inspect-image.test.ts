import { test } from 'node:test'
import { deepEqual, equal } from 'node:assert/strict'
import { never, sha256, tarOf, type TestEntry } from '../testing.ts'
import { inspectImage } from './inspect-image.ts'
import { memoryLayerCache } from './layer-cache.ts'
import type { OpenedImage } from './opened-image.ts'

const base: TestEntry[] = [
  { path: 'etc/os-release', symlink: '../usr/lib/os-release' },
  {
    path: 'usr/lib/os-release',
    contents: 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n',
  },
  {
    path: 'var/lib/dpkg/status',
    contents: 'Package: bash\nStatus: install ok installed\nVersion: 5.2\nArchitecture: amd64\n',
  },
]
const app: TestEntry[] = [{ path: 'srv/node_modules/a/package.json', contents: '{"name":"a","version":"1.0.0"}' }]

/** An image of these layers, and how often each was opened. */
function imageOf(...layers: readonly Uint8Array[]): { image: OpenedImage; opened: number[] } {
  const opened = layers.map(() => 0)
  const config = { exposedPorts: [], env: [], entrypoint: [], cmd: [], labels: {}, volumes: [] }
  const image = {
    name: 'test',
    digest: sha256('manifest'),
    configDigest: sha256('config'),
    aliases: ['test:1'],
    config,
    layers: layers.map((bytes, index) => ({
      digest: sha256(bytes),
      open: async function* () {
        opened[index]!++
        yield bytes
      },
    })),
    gaps: [],
    close: async () => {},
  }
  return { image, opened }
}

test('packages of all layers, with the distribution in their purl and the layer that brought them', async () => {
  const layers = [await tarOf(base), await tarOf(app)]
  const { distribution, packages, gaps, size } = await inspectImage(imageOf(...layers).image, { signal: never })
  equal(distribution?.ecosystem, 'Debian:12')
  deepEqual(
    packages.map(({ purl, place }) => [purl, place.path, place.layer]),
    [
      ['pkg:deb/debian/bash@5.2?arch=amd64&distro=debian-12', 'var/lib/dpkg/status', sha256(layers[0]!)],
      ['pkg:npm/a@1.0.0', 'srv/node_modules/a/package.json', sha256(layers[1]!)],
    ],
  )
  deepEqual(gaps, [])
  equal(size, layers[0]!.length + layers[1]!.length)
})

test('a release that a later layer writes by way of a link of a folder', async () => {
  const low = [...base, { path: 'lib', symlink: 'usr/lib' }]
  const high = [{ path: 'lib/os-release', contents: 'ID=debian\nVERSION_ID="13"\nNAME=Debian\n' }]
  const { distribution, gaps } = await inspectImage(imageOf(await tarOf(low), await tarOf(high)).image, {
    signal: never,
  })
  deepEqual([distribution?.ecosystem, gaps], ['Debian:13', []])
})

test('a layer is read once, whichever image it stands in', async () => {
  const [first, second, third] = [await tarOf(base), await tarOf(app), await tarOf([{ path: 'srv/.wh.node_modules' }])]
  const layerCache = memoryLayerCache()
  const one = imageOf(first!, second!)
  const other = imageOf(first!, second!, third!)
  const before = await inspectImage(one.image, { signal: never, layerCache })
  const after = await inspectImage(other.image, { signal: never, layerCache })
  deepEqual(
    [one.opened, other.opened],
    [
      [1, 1],
      [0, 0, 1],
    ],
  )
  deepEqual([before.packages.length, after.packages.filter(({ hiddenBy }) => !hiddenBy).length], [2, 1])
})

test('what is kept of a layer outlives being written as JSON', async () => {
  const layers = [await tarOf(base), await tarOf(app)]
  const plain = memoryLayerCache()
  const texts = new Map<string, string>()
  const stored = {
    get: async (digest: string) => (texts.has(digest) ? JSON.parse(texts.get(digest)!) : undefined),
    put: async (layer: object & { digest: string }) => void texts.set(layer.digest, JSON.stringify(layer)),
  }
  const fresh = await inspectImage(imageOf(...layers).image, { signal: never, layerCache: plain })
  await inspectImage(imageOf(...layers).image, { signal: never, layerCache: stored })
  const again = imageOf(...layers)
  deepEqual(await inspectImage(again.image, { signal: never, layerCache: stored }), fresh)
  deepEqual(again.opened, [0, 0])
})

test('a layer that was cut is not kept', async () => {
  const cut = (await tarOf([...base, { path: 'usr/bin/x', contents: 'x'.repeat(5000) }])).subarray(0, 6000)
  const layerCache = memoryLayerCache()
  const { image, opened } = imageOf(cut)
  await inspectImage(image, { signal: never, layerCache })
  const { packages, gaps } = await inspectImage(image, { signal: never, layerCache })
  deepEqual([opened, packages.length, gaps.length], [[2], 1, 1])
})

test('the licence of a Debian package is in its copyright file, in whichever layer and behind whichever link', async () => {
  const machineReadable = (name: string): string => `Format: 1.0\n\nFiles: *\nLicense: ${name}\n`
  const status = ['bash', 'libtinfo6', 'ncurses-base', 'plain']
    .map((name) => `Package: ${name}\nStatus: install ok installed\nVersion: 1\n`)
    .join('\n')
  const doc = 'usr/share/doc'
  const low = await tarOf([
    { path: `${doc}/bash/copyright`, contents: machineReadable('GPL-2+') },
    { path: `${doc}/plain/copyright`, contents: machineReadable('ISC') },
    { path: `${doc}/libtinfo6`, symlink: 'ncurses-base' },
    { path: `${doc}/ncurses-base/copyright`, symlink: '../../../lib/text' },
    // Nothing kept the text that this one shares; without it no more than a licence is missing.
    { path: 'usr/lib/text', contents: 'Do as you like' },
    { path: `${doc}/bash-doc/copyright`, hardlink: 'usr/lib/text' },
  ])
  const high = await tarOf([
    { path: 'var/lib/dpkg/status', contents: status },
    { path: `${doc}/plain/copyright`, contents: 'Do as you like' },
    { path: `${doc}/.wh.ncurses-base` },
    { path: `${doc}/ncurses-base/copyright`, contents: machineReadable('X11 and own') },
  ])
  const { packages, gaps } = await inspectImage(imageOf(low, high).image, { signal: never })
  deepEqual(
    packages.map(({ name, licence }) => [name, licence]),
    [
      ['bash', 'GPL-2.0-or-later'],
      ['libtinfo6', 'X11 AND own'],
      ['ncurses-base', 'X11 AND own'],
      ['plain', undefined],
    ],
  )
  deepEqual(gaps, [])
})

test('an image without packages says so: it is not clean, it is not known', async () => {
  const { gaps } = await inspectImage(imageOf(await tarOf([{ path: 'app' }])).image, { signal: never })
  deepEqual(gaps, [{ why: 'no package was found in a form that is read' }])
})
