import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { zipOf } from '../../lib/testing.ts'
import { bytesSource, type ByteSource } from '../../lib/zip.ts'
import { gapList } from '../gaps.ts'
import { archivePackages } from './archive.ts'
import { defaultArchiveLimits } from './limits.ts'
import { KnownArchives } from './known-archives.ts'

const named = zipOf([
  { path: 'META-INF/maven/org.acme/a/pom.properties', contents: 'groupId=org.acme\nartifactId=a\nversion=1\n' },
])
const withoutName = zipOf([{ path: 'x/Y.class' }])
const library = zipOf([
  { path: 'a.jar', contents: named, packed: true },
  { path: 'b.jar', contents: withoutName, packed: true },
])

async function told(source: ByteSource, path: string, known: KnownArchives, depth = 8): Promise<string[]> {
  const gaps = gapList(new AbortController().signal, 100)
  const list: string[] = []
  const limits = { ...defaultArchiveLimits, depth }
  for await (const { name, place } of archivePackages(source, path, gaps.scan, { known, limits }))
    list.push(`${name} ${place.path}`)
  return [...list, ...gaps.list().map(({ why, place }) => `${place?.path} ${why}`)]
}

/** How many bytes were read. */
function counted(bytes: Uint8Array): { source: ByteSource; read: () => number } {
  let count = 0
  const { size, read } = bytesSource(bytes)
  const counting = async (start: number, length: number): Promise<Uint8Array> => {
    count += length
    return read(start, length)
  }
  return { source: { size, read: counting }, read: () => count }
}

const expected = (path: string): string[] => [
  `org.acme:a ${path}!/lib.jar!/a.jar`,
  `${path}!/lib.jar!/b.jar holds classes, and nothing tells which package they are`,
]

test('a library that lies in two applications is told in both, and read once', async () => {
  const known = new KnownArchives()
  const packed = zipOf([{ path: 'lib.jar', contents: library, packed: true }])
  deepEqual(await told(bytesSource(packed), 'one.war', known), expected('one.war'))
  const again = counted(
    zipOf([
      { path: 'lib.jar', contents: library },
      { path: 'big', contents: Buffer.alloc(100_000) },
    ]),
  )
  deepEqual(await told(again.source, 'two.war', known), expected('two.war'))
  equal(again.read() < 100_000, true)
})

test('another content under the same name is another library', async () => {
  const known = new KnownArchives()
  await told(bytesSource(zipOf([{ path: 'lib.jar', contents: library }])), 'one.war', known)
  const other = zipOf([{ path: 'lib.jar', contents: named }])
  deepEqual(await told(bytesSource(other), 'two.war', known), ['org.acme:a two.war!/lib.jar'])
})

test('what was read whole is not told where it would lie too deep', async () => {
  const known = new KnownArchives()
  await told(bytesSource(zipOf([{ path: 'lib.jar', contents: library }])), 'one.war', known, 3)
  const deeper = zipOf([{ path: 'in.war', contents: zipOf([{ path: 'lib.jar', contents: library }]) }])
  deepEqual(await told(bytesSource(deeper), 'two.ear', known, 3), [
    'two.ear!/in.war!/lib.jar!/a.jar lies more than 3 archives deep',
    'two.ear!/in.war!/lib.jar!/b.jar lies more than 3 archives deep',
  ])
})
