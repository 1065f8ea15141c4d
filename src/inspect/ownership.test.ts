import { test } from 'node:test'
import { deepEqual, equal } from 'node:assert/strict'
import { zstdCompressSync } from 'node:zlib'
import { isFileList, ownedAmong } from './ownership.ts'

function owned(path: string, contents: string, ...paths: string[]): [string, string][] {
  return [...ownedAmong(new Set(paths), { path, contents: Buffer.from(contents) })]
}

// Lists as `dpkg -L python3-six` and `dpkg -L libc6:amd64` print them.
test('of dpkg, by package and architecture, also through the links of a merged /usr', () => {
  const six = 'usr/lib/python3/dist-packages/six-1.16.0.egg-info/PKG-INFO'
  const list = `/.\n/usr\n/usr/lib/python3/dist-packages/six.py\n/${six}\n`
  deepEqual(owned('var/lib/dpkg/info/python3-six.list', list, six, 'srv/six.py'), [[six, 'deb/python3-six']])
  const busybox = owned('var/lib/dpkg/info/busybox:amd64.list', '/bin/busybox\n', 'usr/bin/busybox')
  deepEqual(busybox, [['usr/bin/busybox', 'deb/busybox:amd64']])
})

test('of distroless images, by the sums beside each package', () => {
  const sums = `${'0'.repeat(32)}  usr/bin/python3.11\n${'1'.repeat(32)}  usr/share/doc/a b\nnothing\n`
  deepEqual(
    owned('var/lib/dpkg/status.d/python3.md5sums', sums, 'usr/bin/python3.11', 'usr/share/doc/a b', 'nothing'),
    [
      ['usr/bin/python3.11', 'deb/python3'],
      ['usr/share/doc/a b', 'deb/python3'],
    ],
  )
})

test('of images that Chisel cut, by the slices of each path', () => {
  const manifest = zstdCompressSync(
    [
      '{"jsonwall":"1.0","schema":"1.0","count":5}',
      '{"kind":"content","slice":"python3.12-minimal_core","path":"/usr/bin/python3.12"}',
      '{"kind":"content","slice":"base-files_base","path":"/etc/"}',
      '{"kind":"package","name":"python3.12-minimal","version":"3.12.3-1"}',
      '{"kind":"content","slice":"no path"}',
    ].join('\n'),
  )
  const found = ownedAmong(new Set(['usr/bin/python3.12']), {
    path: 'var/lib/chisel/manifest.wall',
    contents: manifest,
  })
  deepEqual([...found], [['usr/bin/python3.12', 'deb/python3.12-minimal']])
  equal(owned('var/lib/chisel/manifest.wall', 'damaged', 'usr/bin/python3.12').length, 0)
})

test('of apk, folder by folder', () => {
  const database =
    'C:Q1\nP:musl\nV:1.2.5-r0\n\nF:lib\nR:ld-musl-x86_64.so.1\na:0:0:755\n\nP:npm\nV:1\nF:usr/lib\nF:usr/lib/npm\nR:package.json\n'
  const paths = ['lib/ld-musl-x86_64.so.1', 'usr/lib/npm/package.json', 'usr/lib/package.json']
  deepEqual(owned('lib/apk/db/installed', database, ...paths), [
    [paths[0], 'apk/musl'],
    [paths[1], 'apk/npm'],
  ])
})

test('of pacman, whose folder is the name with version and release', () => {
  const list = '%FILES%\nusr/\nusr/bin/\nusr/bin/go\n\n%BACKUP%\n'
  deepEqual(owned('var/lib/pacman/local/go-tools-4:0.30-1/files', list, 'usr/bin/go'), [
    ['usr/bin/go', 'alpm/go-tools'],
  ])
})

test('other files are no lists', () => {
  deepEqual(['var/lib/dpkg/info/a.md5sums', 'srv/a.list', 'var/lib/dpkg/info/a.list'].map(isFileList), [
    false,
    false,
    true,
  ])
  equal(owned('srv/a.list', '/usr/bin/a\n', 'usr/bin/a').length, 0)
})
