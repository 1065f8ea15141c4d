import { test } from 'node:test'
import { deepEqual } from 'node:assert/strict'
import type { Package } from '../../model/package.ts'
import type { LayerIndex } from './layer.ts'
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
  folders: [],
  plain: [],
  gaps: [],
}

const layer = (digest: string, parts: Partial<LayerIndex>): LayerIndex => ({ ...base, ...parts, digest })

function holds(path: string, ...versions: string[]): LayerIndex['files'] {
  const packages = versions.map((text): Package => {
    const [name = '', version = ''] = text.split(' ')
    return { ecosystem: 'Debian', name, version, purl: '', place: { path } }
  })
  return { [path]: { packages } }
}

/** `name version layer` of what is left. */
function left(...layers: LayerIndex[]): string[] {
  const { packages } = mergeLayers(layers, (path) => path.endsWith('os-release') || path.endsWith('status'))
  return packages.map(({ name, version, place }) => `${name} ${version} ${place.layer}`)
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
const gone: [what: string, parts: Partial<LayerIndex>][] = [
  ['a whiteout of the file', { removed: [app] }],
  ['a whiteout of a folder above', { removed: ['srv'] }],
  ['an opaque folder above', { opaque: ['srv/app/node_modules'] }],
  ['an opaque root', { opaque: [''] }],
  ['a plain file in the place of a folder above', { plain: ['srv/app/node_modules'] }],
  ['a symbolic link in the place of a folder above', { links: { srv: 'elsewhere' } }],
  ['a folder in the place of the file', { folders: [app] }],
]
for (const [what, parts] of gone)
  test(`${what} takes away what is below`, () => deepEqual(left(first, layer('2', parts)), []))

const kept: [what: string, parts: Partial<LayerIndex>][] = [
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
