// What is found equals what the real tools say: apk's records, dpkg-query, npm ls, GNU tar, docker save.

import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getuid } from 'node:process'
import { setTimeout } from 'node:timers/promises'
import { test, type TestContext } from 'node:test'
import { deepEqual, equal, ok } from 'node:assert/strict'
import { TarReader } from '../lib/tar.ts'
import type { Package } from '../model/package.ts'
import { shared, testAll, withoutPrograms, withoutShared } from '../testing/shared.ts'
import { readLayer } from './image/layer.ts'
import { inspectTarget, parseTarget, type Inspection } from './inspect.ts'
import { inspectRootfs } from './rootfs/inspect-rootfs.ts'
import { dockerArchiveOf, nameAndVersion, never, ociLayoutOf, sha256, tarOf, workFolder } from './testing.ts'

function inspect(target: string): Promise<Inspection> {
  return inspectTarget(parseTarget(target), { signal: never })
}

function lines(program: string, ...words: string[]): string[] {
  return execFileSync(program, words, { encoding: 'utf8', maxBuffer: 1e9 }).split('\n').filter(Boolean)
}

for (const name of ['alpine-3.10.9', 'alpine-3.20.3']) {
  const path = `rootfs/${name}`
  test(`${name} has the packages of its database`, { skip: withoutShared(path) }, async () => {
    const { packages, gaps, distribution } = await inspect(`dir:${shared(path)}`)
    const database = `${shared(path)}/lib/apk/db/installed`
    const expected = lines('awk', '-F:', '/^P:/ { p = $2 } /^V:/ { v = $2 } /^$/ { print p, v }', database)
    equal(packages.length, Number(lines('grep', '-c', '^P:', database)[0]))
    deepEqual(packages.map(nameAndVersion), expected)
    deepEqual(gaps, [])
    equal(distribution?.ecosystem, `Alpine:v${/\d+\.\d+/.exec(name)}`)
  })
}

const dpkgFormat = '${db:Status-Status} ${Package} ${Version} ${Architecture} ${source:Package} ${source:Version}\n' // dpkg-query's, not ours

/** Each installed package as `name version architecture source version-of-source`. */
function dpkgQuery(...options: string[]): string[] {
  const listed = lines('dpkg-query', ...options, '-W', `-f=${dpkgFormat}`)
  const installed = listed.filter((line) => !line.startsWith('config-files ') && !line.startsWith('not-installed '))
  return installed.map((line) => line.slice(line.indexOf(' ') + 1)).toSorted()
}

function asDpkg(packages: readonly Package[]): string[] {
  const line = ({ name, version, arch, source = { name, version } }: Package): string =>
    [name, version, arch, source.name, source.version].join(' ')
  return packages.map(line).toSorted()
}

test('this machine has the packages of dpkg-query', { skip: withoutPrograms('dpkg-query') }, async () => {
  const { packages, kind } = await inspect('host')
  equal(kind, 'host')
  // Programs of container platforms are looked for as well.
  deepEqual(asDpkg(packages.filter(({ purl }) => purl.startsWith('pkg:deb/'))), dpkgQuery())
})

test(
  'an installed project has the packages of npm ls',
  { skip: withoutPrograms('npm'), timeout: 300_000 },
  async (t) => {
    const root = workFolder(t)
    const project = join(root, 'srv/app')
    mkdirSync(project, { recursive: true })
    writeFileSync(join(project, 'package.json'), '{"name":"app","version":"9.9.9","private":true}')
    const words = ['install', '--ignore-scripts', '--no-audit', '--no-fund', 'express@4.21.2', 'semver@7.6.3']
    const installed = spawnSync('npm', words, { cwd: project, encoding: 'utf8' })
    if (installed.status !== 0) {
      ok(!testAll, installed.stderr)
      return t.skip('no package registry answers')
    }
    const list = spawnSync('npm', ['ls', '--all', '--parseable', '--long'], { cwd: project, encoding: 'utf8' }).stdout
    const expected = list.trim().split('\n').slice(1) // the first is the project
    const { packages, gaps } = await inspect(`dir:${root}`)
    deepEqual(
      packages
        .map(({ name, version, place }) => `${root}/${place.path?.replace('/package.json', '')}:${name}@${version}`)
        .toSorted(),
      expected.toSorted(),
    )
    deepEqual(gaps, [])
  },
)

/** A tiny package, installed by the real dpkg below a root of its own. */
function install(root: string, name: string, version: string, fields = ''): void {
  const folder = join(root, '..', `${name}-${version}`)
  mkdirSync(join(folder, 'DEBIAN'), { recursive: true })
  const control = `Package: ${name}\nVersion: ${version}\nArchitecture: all\nMaintainer: A <a@example.org>\nDescription: x\n`
  writeFileSync(join(folder, 'DEBIAN/control'), fields + control)
  execFileSync('dpkg-deb', ['--build', folder, `${folder}.deb`], { stdio: 'pipe' })
  execFileSync(
    'dpkg',
    ['--force-not-root', '--force-script-chrootless', `--root=${root}`, '--install', `${folder}.deb`],
    {
      stdio: 'pipe',
    },
  )
}

test(
  'code that a package of dpkg brought is owned by it, in a folder as in an image',
  { skip: withoutPrograms('dpkg', 'dpkg-deb', 'tar') },
  async (t) => {
    const { root } = await dpkgLayers(t)
    const own = join(root, '..', 'python3-six-1.0/usr/lib/python3/dist-packages/six-1.16.0.dist-info')
    mkdirSync(own, { recursive: true })
    writeFileSync(join(own, 'METADATA'), 'Metadata-Version: 2.1\nName: six\nVersion: 1.16.0\n\n')
    install(root, 'python3-six', '1.0')
    const other = join(root, 'srv/site-packages/six-1.15.0.dist-info')
    mkdirSync(other, { recursive: true })
    writeFileSync(join(other, 'METADATA'), 'Metadata-Version: 2.1\nName: six\nVersion: 1.15.0\n\n')
    const archive = join(root, '../image.tar')
    writeFileSync(archive, await dockerArchiveOf([layerOf(root, 'etc', 'var', 'usr', 'srv')]))
    for (const target of [`dir:${root}`, archive]) {
      const { packages } = await inspect(target)
      const found = packages.filter(({ ecosystem }) => ecosystem === 'PyPI')
      deepEqual(found.map(({ version, ownedBy }) => [version, ownedBy]).toSorted(), [
        ['1.15.0', undefined],
        ['1.16.0', 'pkg:deb/debian/python3-six@1.0?arch=all&distro=debian-12'],
      ])
    }
  },
)

test(
  'the root of a running process is a root file system',
  { skip: existsSync('/proc/self/root') ? false : 'no /proc' },
  async () => {
    const here = await inspectRootfs('/', { signal: never, packageFiles: 'operating-system' })
    const there = await inspectRootfs(`/proc/${process.pid}/root`, { signal: never, packageFiles: 'operating-system' })
    deepEqual(there, here)
  },
)

/** A layer, made by the system's tar. */
function layerOf(root: string, ...paths: string[]): Buffer {
  return execFileSync('tar', ['-C', root, '-cf', '-', ...paths], { maxBuffer: 1e9 })
}

const dpkgSkip = withoutPrograms('dpkg', 'dpkg-deb', 'tar')

async function dpkgLayers(t: TestContext): Promise<{ root: string; layers: Buffer[] }> {
  const root = join(workFolder(t), 'root')
  for (const folder of ['info', 'updates', 'triggers'])
    mkdirSync(join(root, 'var/lib/dpkg', folder), { recursive: true })
  mkdirSync(join(root, 'etc'))
  writeFileSync(join(root, 'var/lib/dpkg/status'), '')
  writeFileSync(join(root, 'etc/os-release'), 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian 12"\n')
  install(root, 'base', '1:1.0-1+b1', 'Source: base-source (1:1.0-1)\n')
  install(root, 'old', '1.0')
  install(root, 'gone', '1.0')
  const first = layerOf(root, 'etc', 'var')
  install(root, 'old', '2.0~rc1')
  install(root, 'added', '3.0')
  execFileSync('dpkg', ['--force-not-root', '--force-script-chrootless', `--root=${root}`, '--remove', 'gone'], {
    stdio: 'pipe',
  })
  return { root, layers: [first, layerOf(root, 'var/lib/dpkg/status')] }
}

for (const form of ['docker archive', 'OCI layout as a tar', 'OCI layout as a folder']) {
  test(
    `a ${form} of two steps of dpkg have the packages of dpkg-query, each in its layer`,
    { skip: dpkgSkip },
    async (t) => {
      const { root, layers } = await dpkgLayers(t)
      const path = join(root, '..', 'image')
      const compressed = layers.map((layer) => ({ stored: compress(layer), diffId: sha256(layer) }))
      if (form === 'docker archive') writeFileSync(path, await dockerArchiveOf(layers))
      else if (form.endsWith('tar')) writeFileSync(path, await tarOf(ociLayoutOf([{ layers: compressed }])))
      else {
        mkdirSync(join(path, 'blobs/sha256'), { recursive: true })
        for (const { path: name, contents = '' } of ociLayoutOf([{ layers: compressed }]))
          writeFileSync(join(path, name), contents)
      }
      const { packages: all, gaps, image, distribution } = await inspect(path)
      deepEqual(gaps, [])
      equal(distribution?.ecosystem, 'Debian:12')
      const { packages = [], hidden = [] } = Object.groupBy(all, (one) => (one.hiddenBy ? 'hidden' : 'packages'))
      deepEqual(asDpkg(packages), dpkgQuery(`--root=${root}`))
      const [first, second] = image!.layers.map(({ digest }) => digest)
      deepEqual(Object.fromEntries(packages.map(({ name, version, place }) => [`${name} ${version}`, place.layer])), {
        'base 1:1.0-1+b1': first,
        'old 2.0~rc1': second,
        'added 3.0': second,
      })
      deepEqual(
        hidden.map((found) => [nameAndVersion(found), found.place.layer, found.hiddenBy]).toSorted(),
        ['gone 1.0', 'old 1.0'].map((name) => [name, first, second]),
      )
    },
  )
}

/** By the system's gzip: another writer than the reader's library. */
function compress(bytes: Buffer): Buffer {
  return execFileSync('gzip', ['-c'], { input: bytes, maxBuffer: 1e9 })
}

test(
  'a package database that tar stored as sparse is a gap, not an empty one',
  { skip: withoutPrograms('tar') },
  async (t) => {
    const root = workFolder(t)
    mkdirSync(join(root, 'var/lib/dpkg'), { recursive: true })
    writeFileSync(join(root, 'var/lib/dpkg/status'), 'Package: a\nVersion: 1\n')
    truncateSync(join(root, 'var/lib/dpkg/status'), 3 * 1024 * 1024)
    for (const format of ['gnu', 'posix']) {
      const tar = execFileSync('tar', ['-C', root, `--format=${format}`, '--sparse', '-cf', '-', 'var'])
      async function* stored() {
        yield tar
      }
      const { gaps } = await readLayer(stored(), { signal: never })
      deepEqual(gaps, [
        { why: 'is stored as a sparse file, which is not read', place: { path: 'var/lib/dpkg/status' } },
      ])
    }
  },
)

test('zstd layers made by the real tool are read', { skip: withoutPrograms('zstd') }, async () => {
  const layer = await tarOf([{ path: 'lib/apk/db/installed', contents: 'P:musl\nV:1\n' }])
  async function* stored() {
    yield execFileSync('zstd', ['-c'], { input: layer })
  }
  const { digest, files } = await readLayer(stored(), { signal: never })
  equal(digest, sha256(layer))
  equal(files['lib/apk/db/installed']?.packages.length, 1)
})

test(
  'zstd layers of many frames, as pzstd makes them, are read to their end',
  { skip: withoutPrograms('pzstd') },
  async () => {
    const big = { path: 'usr/share/big', contents: Buffer.alloc(20_000_000, 'some text ') }
    const layer = await tarOf([big, { path: 'lib/apk/db/installed', contents: 'P:musl\nV:1\n' }])
    const packed = execFileSync('pzstd', ['-1', '-p', '4', '-c'], {
      input: layer,
      maxBuffer: 1e9,
      stdio: ['pipe', 'pipe', 'ignore'],
    })
    async function* stored() {
      for (let at = 0; at < packed.length; at += 65_536) yield packed.subarray(at, at + 65_536)
    }
    const { digest, files, complete } = await readLayer(stored(), { signal: never })
    deepEqual([digest, complete], [sha256(layer), true])
    equal(files['lib/apk/db/installed']?.packages.length, 1)
  },
)

for (const format of ['v7', 'oldgnu', 'gnu', 'ustar', 'posix']) {
  test(`tar --format=${format} lists the same as ours`, { skip: withoutPrograms('tar') }, (t) => {
    const root = workFolder(t)
    const folder = join(root, 'folder')
    mkdirSync(folder)
    const names = ['a', 'ü', 'x'.repeat(80), ...(['v7', 'ustar'].includes(format) ? [] : ['y'.repeat(200)])]
    for (const [index, name] of names.entries()) writeFileSync(join(folder, name), 'z'.repeat(index * 700))
    const isSparse = !['v7', 'ustar'].includes(format)
    if (isSparse) {
      writeFileSync(join(folder, 'sparse'), 'begin')
      truncateSync(join(folder, 'sparse'), 3 * 1024 * 1024)
    }
    execFileSync('ln', ['-s', '../elsewhere', join(folder, 'link')])
    execFileSync('ln', [join(folder, 'a'), join(folder, 'zz-hard')])
    const options = ['--sort=name', `--format=${format}`, ...(isSparse ? ['--sparse'] : [])]
    const tar = execFileSync('tar', ['-C', root, ...options, '-cf', '-', 'folder'], { maxBuffer: 1e9 })
    writeFileSync(join(root, 'it.tar'), tar)
    const found: string[] = []
    const sparse: string[] = []
    const reader = new TarReader({
      entry(entry) {
        found.push(entry.path)
        if (entry.sparse) sparse.push(entry.path)
        return false
      },
      data() {},
      end() {},
    })
    reader.write(tar)
    reader.end()
    deepEqual(found, lines('tar', '--quoting-style=literal', '-tf', join(root, 'it.tar')))
    deepEqual(sparse, isSparse ? ['folder/sparse'] : [])
  })
}

const dockerSkip = withoutPrograms('docker', 'dockerd') || (getuid?.() === 0 ? false : 'dockerd needs root')

test(
  'what docker save writes has its digests, and the packages of both layers',
  { skip: dockerSkip, timeout: 120_000 },
  async (t) => {
    const folder = workFolder(t)
    const engine = await startEngine(t)
    if (engine === undefined) return t.skip('dockerd does not start here')
    const docker = (words: string[]): string =>
      execFileSync('docker', ['-H', engine, ...words], {
        encoding: 'utf8',
        timeout: 60_000,
        env: { ...process.env, DOCKER_BUILDKIT: '0' },
      })
    const base = await tarOf([{ path: 'lib/apk/db/installed', contents: 'P:musl\nV:1\n\nP:zlib\nV:1\n' }])
    mkdirSync(join(folder, 'context'))
    writeFileSync(join(folder, 'base.tar'), base)
    docker(['import', join(folder, 'base.tar'), 'base:1'])
    writeFileSync(join(folder, 'context/package.json'), '{"name":"a","version":"1.0.0"}')
    writeFileSync(
      join(folder, 'context/Dockerfile'),
      'FROM base:1\nENV API_TOKEN=hunter2\nCOPY package.json /srv/node_modules/a/\n',
    )
    docker(['build', '-t', 'app:1', join(folder, 'context')])
    docker(['save', '-o', join(folder, 'app.tar'), 'app:1'])
    const [id, ...diffIds] = docker(['inspect', '-f', '{{.Id}}{{range .RootFS.Layers}} {{.}}{{end}}', 'app:1'])
      .trim()
      .split(' ')

    const { image, packages, gaps } = await inspect(join(folder, 'app.tar'))
    deepEqual(gaps, [])
    deepEqual([image?.digest, image?.aliases[0]], [id, 'app:1'])
    deepEqual(
      image?.layers.map(({ digest }) => digest),
      diffIds,
    )
    deepEqual(
      packages.map((found) => `${nameAndVersion(found)} ${found.place.layer}`),
      [`musl 1 ${diffIds[0]}`, `zlib 1 ${diffIds[0]}`, `a 1.0.0 ${diffIds[1]}`],
    )
    ok(image?.config.env.includes('API_TOKEN=[redacted]'))
    ok(!JSON.stringify(image).includes('hunter2'))
  },
)

/** An engine in its own folders, without network; undefined where the kernel refuses it. */
async function startEngine(t: TestContext): Promise<string | undefined> {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-engine-'))
  const path = (name: string): string => join(folder, name)
  const options = ['--data-root', path('data'), '--exec-root', path('exec'), '-H', `unix://${path('socket')}`]
  const more = ['-p', path('pid'), '--iptables=false', '--bridge=none', '--storage-driver=vfs']
  const engine = spawn('dockerd', [...options, ...more], { stdio: 'ignore' })
  const ended = new Promise((resolve) => engine.on('exit', resolve))
  t.after(async () => {
    engine.kill()
    const impatience = new AbortController()
    await Promise.race([ended, setTimeout(10_000, undefined, impatience)])
    impatience.abort()
    engine.kill('SIGKILL')
    await ended
    rmSync(folder, { recursive: true, force: true })
  })
  const socket = `unix://${path('socket')}`
  for (let tries = 0; tries < 100 && engine.exitCode === null; tries++) {
    if (existsSync(path('socket')) && spawnSync('docker', ['-H', socket, 'version'], { timeout: 5000 }).status === 0)
      return socket
    await setTimeout(300)
  }
  return undefined
}
