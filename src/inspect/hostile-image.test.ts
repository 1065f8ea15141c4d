// Hostile layers between good ones: each ends in gaps that name place and reason, what is good is read all the same, and
// nothing is written. The ways in have hostile.test.ts, what needs much time or memory hostile.suite.ts.

import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { test, type TestContext } from 'node:test'
import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { paxOf, rawTar, tarEnd, zipOf, type TestTarEntry } from '../lib/testing.ts'
import { withoutPrograms } from '../testing/shared.ts'
import { inspectTarget } from './inspect.ts'
import { dockerArchiveOf, never, ociLayoutOf, sha256, tarOf, workFolder } from './testing.ts'

const apk = { path: 'lib/apk/db/installed', contents: 'P:musl\nV:1.2.5-r0\n\n' }
const node = (name: string): TestTarEntry => ({
  path: `srv/node_modules/${name}/package.json`,
  contents: `{"name":"${name}","version":"1.0.0"}`,
})
const layer = (entries: readonly TestTarEntry[]): Buffer => Buffer.concat([rawTar(entries), tarEnd])

/** What is left of an image of a good layer, this one, and another good one; gaps as `path: why`. */
async function between(t: TestContext, hostile: Uint8Array, below: readonly TestTarEntry[] = []) {
  const folder = workFolder(t)
  const path = join(folder, 'image.tar')
  const layers = [layer([apk, ...below]), hostile, layer([node('last')])]
  writeFileSync(path, await dockerArchiveOf(layers))
  const { image } = await inspectTarget({ kind: 'image', path }, { signal: never, workFolder: folder, content: true })
  deepEqual(readdirSync(folder), ['image.tar'])
  ok(image)
  const left = image.packages.filter(({ hiddenBy }) => hiddenBy === undefined).map(({ name }) => name)
  const gaps = image.gaps.map(({ why, place }) => {
    equal(place?.layer, sha256(hostile))
    return `${place.path ?? ''}: ${why}`
  })
  return { left, gaps, image }
}

const odd = Buffer.from('srv/\xff\xfe/\xc0\x80', 'latin1')
const long = `srv/${'n'.repeat(300)}`

const cases: readonly [what: string, entries: readonly TestTarEntry[], gaps: readonly (string | RegExp)[]][] = [
  [
    'names with newlines',
    [
      { path: 'srv/a\nb\r\n/c', contents: 'x' },
      { path: 'srv/\n', type: '2', target: '\n' },
    ],
    [],
  ],
  ['names that are no UTF-8', [{ path: odd, contents: 'x' }], []],
  ['a package below a name with a newline', [{ ...node('x'), path: 'srv/\n/node_modules/x/package.json' }], []],
  [
    'symbolic links that climb',
    [
      { path: 'etc/os-release', type: '2', target: '../../../../../../etc/os-release' },
      { path: 'up', type: '2', target: '../../..' },
      { path: 'up/etc/passwd', contents: 'x' },
      { path: 'a', type: '2', target: 'a' },
    ],
    [/^etc\/os-release: is a symbolic link to .*, which was not read$/],
  ],
  [
    'paths that climb',
    [
      { path: '../../../etc/cron.d/x', contents: 'x' },
      { path: '/etc/y', contents: 'y' },
    ],
    ['../../../etc/cron.d/x: the path climbs out of the root'],
  ],
  [
    'a hard link to a file of a layer below',
    [{ path: 'usr/lib/apk/db/installed', type: '1', target: apk.path }],
    ['usr/lib/apk/db/installed: is a hard link to a file that was not kept'],
  ],
  [
    'hard links that climb, and to themselves',
    [
      { path: 'srv/node_modules/a/package.json', type: '1', target: '../../../etc/passwd' },
      { path: 'srv/node_modules/b/package.json', type: '1', target: 'srv/node_modules/b/package.json' },
    ],
    [
      'srv/node_modules/a/package.json: is a hard link to a file that was not kept',
      'srv/node_modules/b/package.json: is a hard link to a file that was not kept',
    ],
  ],
  [
    'device files, pipes, and types that nobody knows, also in the place of a database',
    [
      { path: 'dev/sda', type: '3' },
      { path: 'dev/null', type: '4', size: 4096 },
      { path: 'run/pipe', type: '6' },
      { path: 'var/lib/dpkg/status', type: '3' },
      { path: 'srv/odd', type: 'Z' },
    ],
    [],
  ],
  [
    'duplicate entries, the last of which is broken',
    [node('twice'), { ...node('twice'), contents: '{' }],
    ['srv/node_modules/twice/package.json: could not be read as node-package: it is no JSON'],
  ],
  [
    'pax headers that lie about names',
    [paxOf({ path: 'srv/node_modules/pax/package.json' }), { path: 'x' }],
    [/no JSON/],
  ],
  [
    'a pax header that climbs',
    [paxOf({ path: '../../x' }), { path: 'srv/fine', contents: 'x' }],
    ['../../x: the path climbs out of the root'],
  ],
  [
    'a GNU long name',
    [
      { path: '././@LongLink', type: 'L', contents: `${long}\0` },
      { path: 'short', contents: 'x' },
    ],
    [],
  ],
  [
    'a sparse database',
    [paxOf({ 'GNU.sparse.major': '1', 'GNU.sparse.name': 'var/lib/dpkg/status' }), { path: 'x', contents: '0\n' }],
    ['var/lib/dpkg/status: is stored as a sparse file, which is not read'],
  ],
  [
    'a jar whose ZIP64 record lies',
    [
      { path: 'srv/a.jar', contents: lyingZip64(2n ** 62n) },
      { path: 'srv/b.jar', contents: lyingZip64(2n ** 40n) },
    ],
    [
      'srv/a.jar: is damaged: a ZIP64 length is beyond any file',
      'srv/b.jar: is damaged: its directory lies outside of it',
    ],
  ],
]

/** A zip whose end says all ones, and whose ZIP64 record names a directory of this size. */
function lyingZip64(size: bigint): Buffer {
  const zip = zipOf([{ path: 'a', contents: 'b' }])
  const record = Buffer.alloc(56)
  record.write('PK\x06\x06', 'latin1')
  record.writeBigUInt64LE(1n, 32)
  record.writeBigUInt64LE(size, 40)
  const locator = Buffer.alloc(20)
  locator.write('PK\x06\x07', 'latin1')
  const end = Buffer.from(zip.subarray(-22)).fill(0xff, 8, 20)
  return Buffer.concat([zip.subarray(0, -22), record, locator, end])
}

for (const [what, entries, expected] of cases) {
  test(`${what}: told, and the rest is read`, async (t) => {
    for (const pack of [(bytes: Buffer) => bytes, gzipSync, zstdCompressSync]) {
      const { left, gaps } = await between(t, pack(layer([...entries, node('good')])))
      for (const name of ['musl', 'good', 'last']) ok(left.includes(name), `${name} of ${left.join()}`)
      if (pack !== gzipSync && pack !== zstdCompressSync) {
        equal(gaps.length, expected.length, gaps.join('\n'))
        for (const [index, gap] of gaps.entries()) {
          const why = expected[index]!
          if (typeof why === 'string') equal(gap, why)
          else match(gap, why)
        }
      }
    }
  })
}

test('whiteouts of the parents of what was brought, of the root, and of nothing', async (t) => {
  const below = [node('a'), { ...node('b'), path: 'opt/x/node_modules/b/package.json' }]
  const marks = ['.wh.srv', 'opt/.wh.x', '.wh.not-there', 'a/b/c/.wh.d', '.wh..', '.wh...', '../.wh.lib']
  const { left, gaps, image } = await between(t, layer([...marks.map((path) => ({ path })), node('good')]), below)
  deepEqual(left.toSorted(), ['good', 'last', 'musl'])
  deepEqual(gaps, [
    '.wh..: a whiteout without a name',
    '.wh...: a whiteout without a name',
    '../.wh.lib: the path climbs out of the root',
  ])
  const hidden = image.packages.filter(({ hiddenBy }) => hiddenBy !== undefined).map(({ name }) => name)
  deepEqual(hidden.toSorted(), ['a', 'b'])
})

test('an entry that claims more than there is ends its layer, and no other', async (t) => {
  const { left, gaps } = await between(t, layer([node('good'), { path: 'srv/big', contents: 'x', size: 8 ** 11 - 1 }]))
  deepEqual(left.toSorted(), ['good', 'last', 'musl'])
  match(gaps.join(), /^: the layer could not be read to its end: the archive is cut/)
})

test('a layer that is an archive of archives, and one that is gzip in gzip', async (t) => {
  const tar = await tarOf([{ path: 'x', contents: 'x' }])
  const inside = await between(t, layer([{ path: 'srv/a.tar', contents: tar }, node('good')]))
  deepEqual([inside.left.toSorted(), inside.gaps], [['good', 'last', 'musl'], []])
  const twice = await between(t, gzipSync(gzipSync(layer([node('good')]))))
  deepEqual(twice.left.toSorted(), ['last', 'musl'])
  match(twice.gaps.join(), /^: the layer could not be read to its end: /)
})

test('an OCI layout whose descriptors have wrong sizes is read by its digests', async (t) => {
  const stored = layer([apk])
  for (const size of [0, 1, 2 ** 40, Number.MAX_SAFE_INTEGER]) {
    const folder = workFolder(t)
    const entries = ociLayoutOf([{ layers: [{ stored, diffId: sha256(stored) }] }])
    const lying = entries.map((entry) =>
      entry.path === 'index.json'
        ? { ...entry, contents: String(entry.contents).replace(/"size":\d+/, `"size":${size}`) }
        : entry,
    )
    writeFileSync(join(folder, 'image.tar'), await tarOf(lying))
    const { packages, gaps } = await inspectTarget(
      { kind: 'image', path: join(folder, 'image.tar') },
      { signal: never },
    )
    deepEqual([packages.length, gaps], [1, []])
  }
})

test('a layer of GNU tar with names that shells fear', { skip: withoutPrograms('tar') }, async (t) => {
  const root = workFolder(t)
  for (const name of ['$(touch pwned)', '`id`', '-rf', 'a\nb', ' ', '"\'', '%s%n', '\u202E', '*']) {
    const folder = join(root, 'srv', name, 'node_modules/x')
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'package.json'), '{"name":"x","version":"1.0.0"}')
  }
  const tar = execFileSync('tar', ['-C', root, '-cf', '-', 'srv'])
  const { left, gaps } = await between(t, tar)
  equal(left.filter((name) => name === 'x').length, 9)
  deepEqual(gaps, [])
  deepEqual(readdirSync(root), ['srv'])
  equal(readFileSync(join(root, 'srv/-rf/node_modules/x/package.json'), 'utf8').length, 30)
})
