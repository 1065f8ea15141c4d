import { test } from 'node:test'
import { zstdCompressSync } from 'node:zlib'
import { deepEqual } from 'node:assert/strict'
import { run } from '../testing.ts'
import { ubuntuChisel } from './ubuntu-chisel.ts'

const path = 'var/lib/chisel/manifest.wall'
const head = '{"jsonwall":"1.0","schema":"1.0","count":4}\n'
const whys = async (contents: string | Uint8Array): Promise<string[]> =>
  (await run(ubuntuChisel, path, contents)).gaps.map(({ why }) => why)

test('packages among slices and paths', async () => {
  const manifest = `${head}{"kind":"content","slice":"libc6_libs","path":"/usr/lib/libc.so.6"}
{"kind":"package","name":"libc6","version":"2.39-0ubuntu8.4","sha256":"00","arch":"amd64"}
{"kind":"path","path":"/usr/lib/libc.so.6","mode":"0644","slices":["libc6_libs"],"sha256":"00","size":1}
{"kind":"slice","name":"libc6_libs"}
`
  deepEqual(await run(ubuntuChisel, path, zstdCompressSync(manifest)), {
    packages: [
      {
        ecosystem: 'Debian',
        name: 'libc6',
        version: '2.39-0ubuntu8.4',
        purl: 'pkg:deb/debian/libc6@2.39-0ubuntu8.4?arch=amd64',
        arch: 'amd64',
        place: { path, line: 3 },
      },
    ],
    gaps: [
      {
        why: 'does not tell the source packages of its 1 packages, by which most advisories name them',
        place: { path },
      },
    ],
  })
})

test('what cannot be read is a gap', async () => {
  deepEqual(await whys(zstdCompressSync(`${head}{"kind":"package","name":"a"}\n`)), [
    'a package without a name and a version',
  ])
  deepEqual(await whys(zstdCompressSync('{"a":1}\n')), ['no manifest of Chisel: its first line tells no jsonwall'])
  deepEqual(await whys(zstdCompressSync('a')), ['could not be read as ubuntu-chisel: it is no JSON'])
  const damaged = 'could not be read as ubuntu-chisel: it is no zstd, is damaged, or holds more than 67108864 bytes'
  deepEqual(await whys('a'), [damaged])
  deepEqual(await whys(zstdCompressSync(Buffer.alloc(64 * 2 ** 20 + 1))), [damaged])
})
