// What other readers of images get wrong, each as an image that shows that we do not. The expectations are written by hand,
// from what was put into the image. Against the real tools: exact.suite.ts (dpkg, apk, npm), java.suite.ts (Maven),
// binaries.suite.ts (go version -m, programs).

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { deepEqual, ok } from 'node:assert/strict'
import { zipOf, type TestZipEntry } from '../lib/testing.ts'
import type { Package } from '../model/package.ts'
import { inspectTarget } from './inspect.ts'
import { elfWith, inlineBuildInfo } from './programs/testing.ts'
import { dockerArchiveOf, never, sha256, tarOf, workFolder, type TestEntry } from './testing.ts'

/** `name version`, with the number of the layer that brought it, and `-` and the one that hid it. */
async function found(t: TestContext, layers: readonly (readonly TestEntry[])[]) {
  const tars = await Promise.all(layers.map(tarOf))
  const path = join(workFolder(t), 'image.tar')
  writeFileSync(path, await dockerArchiveOf(tars))
  const { packages, gaps } = await inspectTarget({ kind: 'image', path }, { signal: never })
  const number = (digest = ''): number => tars.findIndex((tar) => sha256(tar) === digest) + 1
  const told = packages.map(({ name, version, place: { layer }, hiddenBy }) => {
    return `${name} ${version} ${number(layer)}${hiddenBy === undefined ? '' : `-${number(hiddenBy)}`}`
  })
  return { told: told.toSorted(), packages, gaps }
}

const debian = { path: 'etc/os-release', contents: 'ID=debian\nVERSION_ID="12"\n' }
const status = 'var/lib/dpkg/status'

function dpkg(...packages: readonly string[]): TestEntry {
  const records = packages.map((one) => {
    const [name, version] = one.split(' ')
    return `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: ${version}\n`
  })
  return { path: status, contents: `${records.join('\n')}\n` }
}

const npm = (name: string, version: string): TestEntry => ({
  path: `srv/app/node_modules/${name}/package.json`,
  contents: JSON.stringify({ name, version }),
})

test('layers: a package is of the layer that installed it, not of the last one that wrote the database', async (t) => {
  const { told } = await found(t, [
    [debian, dpkg('base-files 12.4', 'libc6 2.36')],
    [dpkg('base-files 12.4', 'libc6 2.36', 'curl 7.88')],
    [dpkg('base-files 12.4', 'libc6 2.36', 'curl 7.88', 'git 2.39')],
  ])
  deepEqual(told, ['base-files 12.4 1', 'curl 7.88 2', 'git 2.39 3', 'libc6 2.36 1'])
})

test('layers: who has other permissions or another status only is still of the layer that installed it', async (t) => {
  const again = {
    ...dpkg('libc6 2.36'),
    contents: String(dpkg('libc6 2.36').contents).replace('\nVersion', '\nEssential: yes\nVersion'),
  }
  deepEqual((await found(t, [[debian, dpkg('libc6 2.36')], [again]])).told, ['libc6 2.36 1'])
})

const lock = {
  path: 'srv/app/package-lock.json',
  contents: JSON.stringify({
    lockfileVersion: 3,
    packages: { 'node_modules/gone': { version: '1.0.0' }, 'node_modules/here': { version: '2.0.0' } },
  }),
}

test('deleted files: what a later layer deletes is not there, though a lock file still names it', async (t) => {
  const { told, packages } = await found(t, [
    [lock, npm('gone', '1.0.0'), npm('here', '2.0.0')],
    [{ path: 'srv/app/node_modules/.wh.gone' }],
  ])
  ok(told.some((one) => one.startsWith('here 2.0.0')))
  const gone = packages.filter(({ name, declared }) => name === 'gone' && !declared)
  deepEqual(
    gone.map(({ hiddenBy }) => hiddenBy !== undefined),
    [true],
  )
})

test('deleted files: npm packages without a lock file are found', async (t) => {
  const scoped = { path: 'srv/app/node_modules/@s/b/package.json', contents: '{"name":"@s/b","version":"2.0.0"}' }
  const { told, gaps } = await found(t, [[npm('a', '1.0.0'), scoped]])
  deepEqual([told, gaps], [['@s/b 2.0.0 1', 'a 1.0.0 1'], []])
})

const manifest = (fields: Record<string, string>): TestZipEntry => ({
  path: 'META-INF/MANIFEST.MF',
  contents: Object.entries(fields)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join(''),
})
const pom = (group: string, artifact: string, version: string): TestZipEntry => ({
  path: `META-INF/maven/${group}/${artifact}/pom.properties`,
  contents: `groupId=${group}\nartifactId=${artifact}\nversion=${version}\n`,
})
const lookup = { path: 'org/apache/logging/log4j/core/lookup/JndiLookup.class' }

test('jars without Maven metadata: tomcat-embed-core has its own group, without any network', async (t) => {
  const fields = { 'Bundle-SymbolicName': 'org.apache.tomcat-embed-core', 'Implementation-Version': '9.0.50' }
  const jar = zipOf([manifest(fields), { path: 'org/apache/catalina/Server.class' }])
  const { told } = await found(t, [[{ path: 'app/tomcat-embed-core-9.0.50.jar', contents: jar }]])
  deepEqual(told, ['org.apache.tomcat.embed:tomcat-embed-core 9.0.50 1'])
})

test('jars without Maven metadata: log4j-core is named by its bundle and its classes, whatever its file is called', async (t) => {
  const fields = { 'Bundle-SymbolicName': 'org.apache.logging.log4j.core', 'Implementation-Version': '2.14.1' }
  for (const [path, entries] of [
    ['app/lib/renamed.jar', [manifest(fields), lookup]],
    ['app/lib/log4j-core-2.14.1.jar', [lookup]],
  ] as const) {
    const { told } = await found(t, [[{ path, contents: zipOf(entries) }]])
    deepEqual(told, ['org.apache.logging.log4j:log4j-core 2.14.1 1'])
  }
})

test('programs without packages: a bare node binary is named, once, also under a second name', async (t) => {
  const contents = elfWith('.rodata', Buffer.from('\0node.js/v20.11.1\0'))
  const { told } = await found(t, [
    [
      { path: 'usr/local/bin/node', contents },
      { path: 'usr/local/bin/nodejs', hardlink: 'usr/local/bin/node' },
    ],
  ])
  deepEqual(told, ['node 20.11.1 1'])
})

test('counted twice: code that a package of the system brought is there once, and owned by it', async (t) => {
  const metadata = 'usr/lib/python3/dist-packages/six-1.16.0.dist-info/METADATA'
  const { packages } = await found(t, [
    [
      debian,
      dpkg('python3-six 1.16.0-4'),
      { path: 'var/lib/dpkg/info/python3-six.list', contents: `/.\n/${metadata}\n` },
      { path: metadata, contents: 'Metadata-Version: 2.1\nName: six\nVersion: 1.16.0\n\n' },
    ],
  ])
  const own = ({ ecosystem, ownedBy }: Package): string => `${ecosystem} ${ownedBy?.split('?')[0] ?? 'by itself'}`
  deepEqual(packages.map(own).toSorted(), ['Debian by itself', 'PyPI pkg:deb/debian/python3-six@1.16.0-4'])
})

test('source packages are no installed ones', async (t) => {
  const contents = 'P:libcrypto3\nV:3.3.2-r0\no:openssl\n\nP:libssl3\nV:3.3.2-r0\no:openssl\n\n'
  const { told, packages } = await found(t, [[{ path: 'lib/apk/db/installed', contents }]])
  deepEqual(told, ['libcrypto3 3.3.2-r0 1', 'libssl3 3.3.2-r0 1'])
  deepEqual(new Set(packages.map(({ source }) => source?.name)), new Set(['openssl']))
})

test('what they find is found as well: log4j-core three archives deep, modules of a Go program', async (t) => {
  const jar = zipOf([pom('org.apache.logging.log4j', 'log4j-core', '2.14.1'), lookup])
  const war = zipOf([{ path: 'WEB-INF/lib/log4j-core-2.14.1.jar', contents: jar, packed: true }])
  const ear = zipOf([{ path: 'shop.war', contents: war, packed: true }])
  const modules = 'path\ta\nmod\texample.org/a\tv1.0.0\ndep\tgolang.org/x/net\tv0.17.0\n'
  const program = elfWith('.go.buildinfo', inlineBuildInfo('go1.22.3', modules))
  const { told } = await found(t, [
    [
      { path: 'srv/shop.ear', contents: ear },
      { path: 'usr/bin/a', contents: program },
    ],
  ])
  deepEqual(told, [
    'example.org/a v1.0.0 1',
    'golang.org/x/net v0.17.0 1',
    'org.apache.logging.log4j:log4j-core 2.14.1 1',
    'stdlib 1.22.3 1',
  ])
})
