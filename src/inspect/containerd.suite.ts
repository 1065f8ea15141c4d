// Images of a real containerd, with folders and a socket of its own, against what its `ctr` says, and against the archives
// that they were imported from. Some kernels refuse to run it: then the suite is skipped with what containerd says.

import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict'
import { execFile, execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { withoutPrograms } from '../testing/shared.ts'
import { contentFolder, storedImages } from './image/containerd-store.ts'
import { amd64, archive, arm64, read } from './image/testing.ts'
import { dockerArchiveOf, never, ociLayoutOf, sha256, tarOf, workFolder } from './testing.ts'

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-containerd-'))
const root = join(folder, 'root')
const socket = join(folder, 'containerd.sock')
const skip = withoutPrograms('containerd', 'ctr') || (await startContainerd())

after(() => rmSync(folder, { recursive: true, force: true }))

/** False when it answers, else why it does not. */
async function startContainerd(): Promise<string | false> {
  const config = join(folder, 'config.toml')
  const log = join(folder, 'log')
  const lines = [
    'version = 2',
    `root = "${root}"`,
    `state = "${join(folder, 'state')}"`,
    'disabled_plugins = ["io.containerd.grpc.v1.cri"]',
    `[grpc]\naddress = "${socket}"`,
    `[ttrpc]\naddress = "${join(folder, 'ttrpc.sock')}"`,
  ]
  writeFileSync(config, lines.join('\n'))
  const output = openSync(log, 'w')
  const daemon = spawn('containerd', ['-c', config], { stdio: ['ignore', output, output] })
  const ended = new Promise((resolve) => daemon.on('exit', resolve).on('error', resolve))
  after(async () => {
    daemon.kill('SIGTERM')
    await ended
  })
  for (let tries = 0; tries < 200 && (daemon.exitCode ?? daemon.signalCode) === null; tries++) {
    if (existsSync(socket)) return false
    await wait(100)
  }
  const said = readFileSync(log, 'utf8').trim().split('\n')
  return `containerd does not start here: ${said.findLast((line) => /fail|error/i.test(line)) ?? said.at(-1)}`
}

function ctr(namespace: string, ...words: string[]): string {
  return execFileSync('ctr', ['-a', socket, '-n', namespace, ...words], { encoding: 'utf8', stdio: 'pipe' })
}

/** Unpacking needs mounts, which no test here asks for. */
function importArchive(namespace: string, path: string, ...options: string[]): void {
  ctr(namespace, 'images', 'import', '--no-unpack', ...options, path)
}

/** `NAME DIGEST` */
function listed(namespace: string): string[] {
  const [, ...lines] = ctr(namespace, 'images', 'ls').trim().split('\n')
  return lines.map((line) => line.split(/\s+/)).map(([name, , digest]) => `${name} ${digest}`)
}

async function stored(namespace: string): Promise<string[]> {
  const images = await storedImages(root, 2 ** 28, never)
  return images.filter((image) => image.namespace === namespace).map(({ name, target }) => `${name} ${target.digest}`)
}

/** An OCI archive whose images for two platforms have an index with a name. */
async function namedArchive(name: string): Promise<string> {
  const work = mkdtempSync(join(folder, 'archive-'))
  execFileSync('tar', ['-xf', await archive(work), '-C', work])
  const index = JSON.parse(readFileSync(join(work, 'index.json'), 'utf8')) as { manifests: object[] }
  const annotations = { 'io.containerd.image.name': name }
  writeFileSync(
    join(work, 'index.json'),
    JSON.stringify({ ...index, manifests: index.manifests.map((one) => ({ ...one, annotations })) }),
  )
  execFileSync('tar', ['-cf', join(work, 'image.tar'), '-C', work, 'oci-layout', 'index.json', 'blobs'])
  return join(work, 'image.tar')
}

/** A small image of its own: each `text` gives another layer. */
async function oneLayer(text: string): Promise<Buffer> {
  return tarOf([{ path: `srv/node_modules/${text}/package.json`, contents: `{"name":"${text}","version":"1.0.0"}` }])
}

test('an index for two platforms: what the archive holds is what containerd keeps', { skip }, async () => {
  const name = 'registry.example/team/app:1'
  const path = await namedArchive(name)
  importArchive('default', path, '--all-platforms')
  deepEqual(await stored('default'), listed('default'))
  for (const platform of [amd64, arm64]) {
    const expected = await read(path, { platform })
    const found = await read(`containerd:${root}#${name}`, { platform })
    deepEqual({ ...found, aliases: [] }, { ...expected, aliases: [] })
    ok(found.packages.length > 0)
    deepEqual(new Set(found.aliases), new Set([name, listed('default')[0]?.split(' ')[1]]))
  }
})

test('a docker archive, by its short name and by its digest, in a namespace of its own', { skip }, async (t) => {
  const path = join(workFolder(t), 'docker.tar')
  writeFileSync(path, await dockerArchiveOf([await oneLayer('a'), await oneLayer('b')], { config: { User: '1000' } }))
  importArchive('k8s.io', path)
  deepEqual(await stored('k8s.io'), listed('k8s.io'))
  const [line = ''] = listed('k8s.io')
  const [name, digest] = line.split(' ')
  equal(name, 'docker.io/library/test:1')
  const expected = await read(path)
  for (const written of [name, `k8s.io/${name}`, 'test:1', 'k8s.io/test:1', digest]) {
    const found = await read(`containerd:${root}#${written}`)
    // A docker archive has no manifest; the configuration is the same.
    deepEqual([found.digest, found.configDigest], [digest, expected.configDigest])
    deepEqual([found.packages, found.layers, found.config], [expected.packages, expected.layers, expected.config])
  }
})

test('no name, an unknown one and an ambiguous one: what is there is said', { skip }, async (t) => {
  const path = join(workFolder(t), 'docker.tar')
  writeFileSync(path, await dockerArchiveOf([await oneLayer('other')]))
  importArchive('other', path)
  await rejects(read(`containerd:${root}`), /holds:[^]*\n {2}k8s\.io\/docker\.io\/library\/test:1/)
  await rejects(read(`containerd:${root}#nginx`), /has no image nginx\..*holds:[^]*\n {2}default\/registry\.example/)
  const both = /test:1 is another image in each namespace[^]*\n {2}k8s\.io\/test:1 .*\n {2}other\/test:1 \(sha256:/
  await rejects(read(`containerd:${root}#test:1`), both)
  const { packages } = await read(`containerd:${root}#other/test:1`)
  deepEqual(
    packages.map(({ purl }) => purl),
    ['pkg:npm/other@1.0.0'],
  )
  await rejects(read(`containerd:${folder}#test:1`), /meta\.db is not there: is this the folder/)
})

test('one platform of an index, as it is pulled: the others are listed and not there', { skip }, async () => {
  const name = 'registry.example/team/one:1'
  const path = await namedArchive(name)
  const expected = await read(path, { platform: arm64 })
  importArchive('one', path, '--platform', 'linux/arm64')
  const { digest: other, configDigest } = await read(path, { platform: amd64 })
  for (const digest of [other, configDigest]) removeBlob(digest)
  // The only one that there is, also on a machine of the other kind.
  const found = await read(`containerd:${root}#one/${name}`, { platform: amd64 })
  deepEqual([found.digest, found.architecture], [expected.digest, 'arm64'])
  deepEqual([found.packages, found.gaps], [expected.packages, []])
})

test('layers that containerd threw away are gaps, and all of them leave the configuration', { skip }, async (t) => {
  const layers = [await oneLayer('below'), await oneLayer('above')].map((layer) => {
    return { stored: gzipSync(layer), diffId: sha256(layer) }
  })
  const path = join(workFolder(t), 'image.tar')
  writeFileSync(path, await tarOf(ociLayoutOf([{ layers }])))
  const whole = await read(path)
  importArchive('default', path, '--digests', '--base-name', 'registry.example/discarded')
  const name = `registry.example/discarded@${whole.digest}`
  removeBlob(sha256(layers[0]!.stored))
  const some = await read(`containerd:${root}#${name}`)
  deepEqual(
    some.packages.map(({ purl }) => purl),
    ['pkg:npm/above@1.0.0'],
  )
  equal(some.gaps.length, 1)
  match(some.gaps[0]!.why, /content store does not have sha256:.*discard_unpacked_layers/)
  equal(some.gaps[0]!.place?.layer, layers[0]!.diffId)

  removeBlob(sha256(layers[1]!.stored))
  const none = await read(`containerd:${root}#${name}`)
  deepEqual([none.packages, none.config], [[], whole.config])
  match(none.gaps[0]!.why, /keeps none of its layers/)
  removeBlob(whole.digest)
  await rejects(read(`containerd:${root}#${name}`), /does not have sha256:.*pull the image again/)
})

/** As containerd's garbage collection does, which runs when it likes. */
function removeBlob(digest: string): void {
  rmSync(join(root, contentFolder, 'blobs', digest.replace(':', '/')), { force: true })
}

test('many names, and while containerd writes more of them', { skip, timeout: 120_000 }, async (t) => {
  const layer = await oneLayer('many')
  const entries = ociLayoutOf([{ layers: [{ stored: gzipSync(layer), diffId: sha256(layer) }] }])
  const index = entries.find((entry) => entry.path === 'index.json')!
  const { manifests } = JSON.parse(index.contents as string) as { manifests: object[] }
  const names = Array.from(
    { length: 250 },
    (_, number) => `registry.example/many/${'x'.repeat(number % 90)}a:${number}`,
  )
  const named = names.map((name) => ({ ...manifests[0], annotations: { 'io.containerd.image.name': name } }))
  index.contents = JSON.stringify({ schemaVersion: 2, manifests: named })
  const path = join(workFolder(t), 'image.tar')
  writeFileSync(path, await tarOf(entries))

  const writing = promisify(execFile)('ctr', ['-a', socket, '-n', 'many', 'images', 'import', '--no-unpack', path])
  let isDone = false
  void writing.finally(() => (isDone = true)).catch(() => {})
  let [before, readings] = [0, 0]
  while (!isDone) {
    const found = await stored('many').catch((error: Error) => match(error.message, /containerd is busy, try again/))
    if (!found) continue
    readings++
    ok(found.length >= before, `${found.length} after ${before}`)
    before = found.length
    for (const line of found) ok(names.includes(line.slice(0, line.indexOf(' '))), line)
  }
  await writing
  ok(readings > 1)
  deepEqual(await stored('many'), listed('many'))
  equal(listed('many').length, names.length)
})
