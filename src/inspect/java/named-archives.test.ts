import { createHash } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { deepEqual, equal, match, rejects } from 'node:assert/strict'
import { zipOf } from '../../lib/testing.ts'
import { loadGivenContent } from '../given-content.ts'
import { readLayer } from '../image/layer.ts'
import { inspectTarget } from '../inspect.ts'
import { never, tarOf, workFolder } from '../testing.ts'
import { coordinatesOf, loadNamedArchives } from './named-archives.ts'

const hash = 'a'.repeat(40)
const lines: [path: string, coordinates: string | undefined][] = [
  ['./org/slf4j/slf4j-api/1.7.36/slf4j-api-1.7.36.jar', 'org.slf4j slf4j-api 1.7.36'],
  ['log4j/log4j/1.2.17/log4j-1.2.17.jar', 'log4j log4j 1.2.17'],
  ['*com/x/a.b/1-SNAPSHOT/a.b-1-SNAPSHOT-jdk8.jar', 'com.x a.b 1-SNAPSHOT'],
  ['/root/.m2/repository/org/slf4j/slf4j-api/1/slf4j-api-1.jar', 'org.slf4j slf4j-api 1'],
  ['./lib/slf4j-api-1.7.36.jar', undefined],
  ['./org/slf4j/slf4j-api/1.7.36/other-1.7.36.jar', undefined],
  ['./slf4j-api/1.7.36/slf4j-api-1.7.36.jar', undefined],
  ['./org/s f/a/1/a-1.jar', undefined],
  ['', undefined],
]
for (const [path, coordinates] of lines) {
  test(`${path} is ${coordinates}`, () => {
    const found = coordinatesOf(`${hash}  ${path}`)
    equal(found && [found.group, found.artifact, found.version].join(' '), coordinates)
  })
}

/** Nothing in it, and not what it is called, says what it is. */
const nameless = zipOf([{ path: 'a/B.class' }, { path: 'c/D.class' }])
const other = zipOf([{ path: 'e/F.class' }, { path: 'g/H.class' }])
const sha1 = (bytes: Uint8Array): string => createHash('sha1').update(bytes).digest('hex')
const war = zipOf([{ path: 'WEB-INF/lib/x.jar', contents: nameless, packed: true }])

test('an archive that nothing names is what the list says, also inside another; the others stay gaps', async (t) => {
  const list = join(workFolder(t), 'archives.sha1')
  writeFileSync(list, `${sha1(nameless)}  ./org/x/lib/1.2/lib-1.2.jar\n`)
  const content = await loadGivenContent({ javaArchives: [list] })
  const tar = await tarOf(
    Object.entries({ 'srv/x.jar': nameless, 'srv/y.jar': other, 'srv/z.war': war }).map(([path, bytes]) => ({
      path,
      contents: bytes,
    })),
  )
  async function* once() {
    yield tar
  }
  const { files, gaps, reader } = await readLayer(once(), { signal: never, content })
  const named = Object.values(files).flatMap(({ packages }) =>
    packages.map(({ purl, place }) => `${purl} ${place.path}`),
  )
  deepEqual(named, ['pkg:maven/org.x/lib@1.2 srv/x.jar', 'pkg:maven/org.x/lib@1.2 srv/z.war!/WEB-INF/lib/x.jar'])
  deepEqual(gaps, [{ why: 'holds classes, and nothing tells which package they are', place: { path: 'srv/y.jar' } }])
  const without = await readLayer(once(), { signal: never, content: true })
  equal(without.gaps.length, 3)
  equal(without.reader === reader, false, 'kept layers are of one list')
})

test('a folder is read by the list too, and a line without coordinates is a gap', async (t) => {
  const folder = workFolder(t)
  const list = join(workFolder(t), 'archives.sha1')
  writeFileSync(join(folder, 'x.jar'), nameless)
  writeFileSync(join(folder, 'y.jar'), other)
  writeFileSync(list, `${sha1(nameless)}  ./org/x/lib/1.2/lib-1.2.jar\n${sha1(other)}  y.jar\n`)
  const content = await loadGivenContent({ javaArchives: [list] })
  const { packages, gaps } = await inspectTarget({ kind: 'rootfs', path: folder }, { signal: never, content })
  deepEqual(
    packages.map(({ name, version }) => `${name} ${version}`),
    ['org.x:lib 1.2'],
  )
  match(gaps[0]!.why, /^stands in archives\.sha1, on a line that is no path of a Maven repository$/)
  rmSync(list)
  const gone = await inspectTarget({ kind: 'rootfs', path: folder }, { signal: never, content })
  deepEqual(gone.packages, [])
})

test('a list that is not there, or holds no SHA-1, is refused with what to do', async (t) => {
  const folder = workFolder(t)
  await rejects(loadNamedArchives([join(folder, 'none')]), /none: could not be read \(ENOENT\)/)
  writeFileSync(join(folder, 'other'), `${'b'.repeat(64)}  ./org/x/lib/1.2/lib-1.2.jar\n`)
  await rejects(loadNamedArchives([join(folder, 'other')]), /no SHA-1 of an archive stands there: make it by `cd /)
})
