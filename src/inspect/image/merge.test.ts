import { test } from 'node:test'
import { deepEqual } from 'node:assert/strict'
import { nameOf } from '../../lib/path.ts'
import type { FoundContent } from '../../model/image.ts'
import type { Package } from '../../model/package.ts'
import type { LayerIndex } from './layer-index.ts'
import { ListingWriter } from './listing.ts'
import { mergeLayers } from './merge.ts'

const base: LayerIndex = {
  digest: '',
  size: 0,
  entries: 0,
  reader: '',
  complete: true,
  files: {},
  removed: [],
  opaque: [],
  links: {},
  owned: {},
  gaps: [],
}

type Parts = Partial<Omit<LayerIndex, 'listing'>> & { folders?: string[]; plain?: Record<string, number> }

/** `plain`: files with their sizes. What is in `files` is listed as well, of size 1. */
function layer(digest: string, { folders = [], plain = {}, ...parts }: Parts): LayerIndex {
  const listing = new ListingWriter({ listed: 1000, listing: 100_000 })
  for (const path of folders) listing.add(path, nameOf(path), undefined)
  for (const path of Object.keys(parts.files ?? {})) if (!(path in plain)) listing.add(path, nameOf(path), 1)
  for (const [path, size] of Object.entries(plain)) listing.add(path, nameOf(path), size)
  return { ...base, ...parts, listing: listing.result()!, digest }
}

function holds(path: string, ...versions: string[]): LayerIndex['files'] {
  const packages = versions.map((text): Package => {
    const [name = '', version = ''] = text.split(' ')
    return { ecosystem: 'Debian', name, version, purl: '', place: { path } }
  })
  return { [path]: { packages } }
}

function merged(...layers: LayerIndex[]): Package[] {
  return mergeLayers(layers, (path) => path.endsWith('os-release') || path.endsWith('status')).packages
}

/** `name version layer` of what is left. */
function left(...layers: LayerIndex[]): string[] {
  const seen = merged(...layers).filter(({ hiddenBy }) => hiddenBy === undefined)
  return seen.map(({ name, version, place }) => `${name} ${version} ${place.layer}`)
}

/** `name version layer, hidden by layer`. */
function hidden(...layers: LayerIndex[]): string[] {
  const gone = merged(...layers).filter(({ hiddenBy }) => hiddenBy !== undefined)
  return gone.map(({ name, version, place, hiddenBy }) => `${name} ${version} ${place.layer}, hidden by ${hiddenBy}`)
}

const status = 'var/lib/dpkg/status'
const app = 'srv/app/node_modules/a/package.json'

test('a database written anew keeps the layer of what was there before', () => {
  const first = layer('1', { files: holds(status, 'libc6 2.36', 'bash 5.2') })
  const second = layer('2', { files: holds(status, 'libc6 2.36', 'bash 5.3', 'curl 8.1') })
  const third = layer('3', { files: holds(status, 'libc6 2.36', 'curl 8.1') })
  deepEqual(left(first, second), ['libc6 2.36 1', 'bash 5.3 2', 'curl 8.1 2'])
  deepEqual(left(first, second, third), ['libc6 2.36 1', 'curl 8.1 2'])
})

const first = layer('1', { files: holds(app, 'a 1') })
const gone: [what: string, parts: Parts][] = [
  ['a whiteout of the file', { removed: [app] }],
  ['a whiteout of a folder above', { removed: ['srv'] }],
  ['an opaque folder above', { opaque: ['srv/app/node_modules'] }],
  ['an opaque root', { opaque: [''] }],
  ['a plain file in the place of a folder above', { plain: { 'srv/app/node_modules': 1 } }],
  ['a plain file in the place of a folder that no extractor names', { plain: { 'srv/app': 1 } }],
  ['a plain file in its place', { plain: { [app]: 1 } }],
  ['a symbolic link in the place of a folder above', { links: { srv: 'elsewhere' } }],
  ['a folder in the place of the file', { folders: [app] }],
]
for (const [what, parts] of gone) {
  test(`${what} takes away what is below, which is shipped still`, () => {
    const layers = [first, layer('2', parts)]
    deepEqual([left(...layers), hidden(...layers)], [[], ['a 1 1, hidden by 2']])
  })
}

const kept: [what: string, parts: Parts][] = [
  ['a whiteout of a neighbour', { removed: ['srv/ap', 'srv/app/node_modules/a/package.jso'] }],
  ['an opaque neighbour', { opaque: ['srv/app/node_modules/b'] }],
  ['a folder above listed again', { folders: ['srv/app/node_modules'] }],
]
for (const [what, parts] of kept) {
  test(`${what} takes away nothing`, () => deepEqual(left(first, layer('2', parts)), ['a 1 1']))
}

test('a whiteout takes away only what is below, not what its own layer brings', () => {
  deepEqual(left(first, layer('2', { removed: ['srv/app'], files: holds(app, 'a 2') })), ['a 2 2'])
  deepEqual(left(first, layer('2', { opaque: ['srv'], files: holds(app, 'a 1') })), ['a 1 1'])
})

test('a database that lies elsewhere now keeps the layers of what was there before', () => {
  const purl = 'pkg:apk/alpine/any@1'
  const at = (path: string, ...versions: string[]): LayerIndex['files'] => ({
    [path]: { packages: holds(path, ...versions)[path]!.packages.map((found) => ({ ...found, purl })) },
  })
  const [before, now] = ['lib/apk/db/installed', 'usr/lib/apk/db/installed']
  const below = layer('1', { files: at(before, 'musl 1.2', 'zlib 1.3', 'gone 1') })
  const moved = layer('2', { files: at(now, 'musl 1.2', 'zlib 1.4', 'new 1'), links: { lib: 'usr/lib' } })
  deepEqual(left(below, moved), ['musl 1.2 1', 'zlib 1.4 2', 'new 1 2'])
  deepEqual(hidden(below, moved), ['zlib 1.3 1, hidden by 2', 'gone 1 1, hidden by 2'])
  // Both are there: nothing moved.
  deepEqual(left(below, layer('2', { files: at(now, 'musl 1.2') })), [
    'musl 1.2 1',
    'zlib 1.3 1',
    'gone 1 1',
    'musl 1.2 2',
  ])
  // An application's file is another one wherever it lies.
  const copied = layer('2', { files: holds('opt/app/node_modules/a/package.json', 'a 1'), removed: ['srv'] })
  deepEqual([left(first, copied), hidden(first, copied)], [['a 1 2'], ['a 1 1, hidden by 2']])
})

test('of a database written anew, what is not in it any more is hidden; so is what another version replaced', () => {
  const below = layer('1', { files: holds(status, 'libc6 2.36', 'bash 5.2', 'gone 1') })
  const above = layer('2', { files: holds(status, 'libc6 2.36', 'bash 5.3') })
  deepEqual(hidden(below, above), ['bash 5.2 1, hidden by 2', 'gone 1 1, hidden by 2'])
  const last = layer('3', { removed: ['var/lib/dpkg'] })
  deepEqual(hidden(below, above, last).slice(2), ['libc6 2.36 1, hidden by 3', 'bash 5.3 2, hidden by 3'])
})

test('a lock file that is gone leaves nothing hidden: it is no proof that anything was shipped', () => {
  const files = { 'srv/lock': { packages: [{ ...holds('x', 'a 1')['x']!.packages[0]!, declared: true as const }] } }
  deepEqual(merged(layer('1', { files }), layer('2', { removed: ['srv'] })), [])
})

test('bytes that later layers replace or remove are wasted', () => {
  const layers = [
    layer('1', { plain: { 'a/big': 100, 'a/b/one': 10, 'a/b/two': 20, c: 5, 'd/x': 7 }, links: { lib: 'usr/lib' } }),
    layer('2', { plain: { 'a/big': 300, 'usr/lib/x': 1000 }, removed: ['a/b/one'], opaque: ['d'] }),
    layer('3', { plain: { c: 1, a: 2, 'lib/x': 3 } }),
  ]
  // 1: big, one, then two with its folder, c, x; 2: big with its folder, x by way of the link; 3: nothing.
  deepEqual(mergeLayers(layers, () => false).wasted, [100 + 10 + 20 + 5 + 7, 300 + 1000, 0])
})

test('with a layer that is not listed, what is wasted is not known, and a gap says so unless it is the lowest', () => {
  const { listing: _, ...huge } = layer('1', {})
  deepEqual(
    mergeLayers([huge, layer('2', {})], () => false),
    {
      packages: [],
      releases: new Map(),
      owned: new Map(),
      setuid: [],
      wasted: undefined,
      gaps: [],
    },
  )
  const why = 'has too many files to know which of them replace others'
  deepEqual(mergeLayers([layer('2', {}), huge], () => false).gaps, [{ why, place: { layer: '1' } }])
})

test('setuid files that a container sees, with the layer that brought them', () => {
  const su = { packages: [], mode: 0o4755 }
  const below = layer('1', { files: { 'bin/su': su, 'bin/mount': su }, links: { sbin: 'bin' } })
  const { setuid } = mergeLayers([below, layer('2', { removed: ['sbin/mount'] })], () => false)
  deepEqual(setuid, [{ path: 'bin/su', mode: 0o4755, layer: '1' }])
})

test('what is deleted and brought back belongs to the layer that brought it back', () => {
  deepEqual(left(first, layer('2', { removed: ['srv'] }), layer('3', { files: holds(app, 'a 1') })), ['a 1 3'])
})

test('paths go through the links of layers below', () => {
  const usrmerge = layer('1', { links: { lib: 'usr/lib' }, files: holds('usr/lib/apk/db/installed', 'musl 1') })
  const later = layer('2', { files: holds('lib/apk/db/installed', 'musl 1', 'curl 8') })
  deepEqual(left(usrmerge, later), ['musl 1 1', 'curl 8 2'])
  deepEqual(left(usrmerge, layer('2', { removed: ['lib/apk'] })), [])
  deepEqual(left(usrmerge, layer('2', { opaque: ['lib/apk'] })), [])
  // A folder of its own takes the place of the link.
  const folder = layer('2', { folders: ['lib'], files: holds('lib/apk/db/installed', 'curl 8') })
  deepEqual(left(usrmerge, folder), ['musl 1 1', 'curl 8 2'])
})

test('links that lead in a circle or out of the root end', () => {
  const circle = layer('1', { links: { a: 'b', b: 'a', up: '../../..' }, files: holds('a/x', 'a 1') })
  const climbing = layer('2', { files: holds('up/y', 'b 1') })
  deepEqual(left(circle, climbing), ['a 1 1', 'b 1 2'])
})

test('os-release is read through its link, also into a layer below', () => {
  const release = 'usr/lib/os-release'
  const below = layer('1', { files: { [release]: { packages: [], text: 'ID=debian' } } })
  const link = layer('2', { links: { 'etc/os-release': '../usr/lib/os-release' } })
  const { releases } = mergeLayers([below, link], (path) => path.endsWith('os-release'))
  deepEqual(Object.fromEntries(releases), { [release]: 'ID=debian', 'etc/os-release': 'ID=debian' })
})

test('a wanted file that is a link to something that was not read is a gap', () => {
  const { gaps } = mergeLayers([layer('1', { links: { [status]: '/data/status' } })], (path) => path === status)
  deepEqual(gaps, [
    { why: 'is a symbolic link to /data/status, which was not read', place: { path: status, layer: '1' } },
  ])
})

test('gaps of a layer name it, also when it is hidden later', () => {
  const { gaps } = mergeLayers([layer('1', { gaps: [{ why: 'x', place: { path: 'a' } }] })], () => false)
  deepEqual(gaps, [{ why: 'x', place: { path: 'a', layer: '1' } }])
})

test('what a layer writes by way of a link from below lies where the link leads', () => {
  const below = layer('1', { links: { lib: 'usr/lib' }, folders: ['usr/lib'] })
  const path = 'lib/python3/a.dist-info/METADATA'
  const secret = { rule: 'r', place: { path, line: 2 }, evidence: {} } as unknown as FoundContent
  const inner = { ...holds(path, 'b 1')[path]!.packages[0]!, place: { path: `${path}!/inner` } }
  const file = { packages: [...holds(path, 'a 1')[path]!.packages, inner], found: [secret] }
  const above = layer('2', { files: { [path]: file }, owned: { [path]: 'deb/python3-a' }, contentGaps: [] })
  const { packages, owned, contents } = mergeLayers([{ ...below, contentGaps: [] }, above], () => false)
  const real = `usr/${path}`
  deepEqual(
    packages.map(({ place }) => place.path),
    [real, `${real}!/inner`],
  )
  deepEqual([...owned], [[real, 'deb/python3-a']])
  deepEqual(
    contents!.found.map(({ place }) => place),
    [{ path: real, line: 2, layer: '2' }],
  )
})
