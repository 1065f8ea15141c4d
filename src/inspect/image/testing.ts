// A real registry for suites, and images that skopeo pushes to it. https://distribution.github.io/distribution/about/configuration/

import { equal, ok } from 'node:assert/strict'
import { execFile, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { localMachine } from '../../io/machine.ts'
import type { ImageIndex } from '../../model/image.ts'
import { testAll } from '../../testing/shared.ts'
import { inspectTarget, parseTarget } from '../inspect.ts'
import { never, ociLayoutOf, sha256, tarOf, workFolder } from '../testing.ts'
import type { OpenOptions } from './open-options.ts'

export const amd64 = { os: 'linux', architecture: 'amd64' }
export const arm64 = { os: 'linux', architecture: 'arm64' }

export interface Registry {
  folder: string
  host: string
}

/** A test, or whatever else it lives as long as. */
interface Lifetime {
  after(then: () => unknown): void
}

/** Started on a free port of this machine with the sections given, and stopped with the test. */
export async function startRegistry(t: Lifetime, sections: object = {}, http: object = {}): Promise<Registry> {
  const folder = workFolder(t)
  const host = `127.0.0.1:${await freePort()}`
  const storage = { filesystem: { rootdirectory: join(folder, 'storage') } }
  const settings = { version: 0.1, log: { level: 'error' }, storage, http: { addr: host, ...http }, ...sections }
  const path = join(folder, 'config.yml')
  writeFileSync(path, JSON.stringify(settings)) // JSON is YAML
  const server = spawn('docker-registry', ['serve', path], { stdio: 'ignore' })
  const ended = new Promise((resolve) => server.on('exit', resolve))
  t.after(() => {
    server.kill()
    return ended
  })
  for (let tries = 0; ; tries++) {
    const isUp = await answers(host)
    if (isUp) return { folder, host }
    if (tries > 100) throw new Error('docker-registry does not answer')
    await delay(100)
  }
}

/**
 * Another, in memory, that has the list of referrers as Debian's has not: go-containerregistry's, built by Go. Undefined when
 * its module cannot be had; a failure when all suites must run.
 */
export async function startReferrersRegistry(t: Lifetime): Promise<string | undefined> {
  const program = join(workFolder(t), 'registry')
  const cwd = fileURLToPath(new URL('testdata/registry', import.meta.url))
  const env = { ...process.env, GOTOOLCHAIN: 'local', GOWORK: 'off' }
  const { status, stderr } = spawnSync('go', ['build', '-o', program, '.'], { cwd, env, encoding: 'utf8' })
  ok(status === 0 || !testAll, stderr)
  if (status !== 0) return undefined
  const server = spawn(program, { stdio: ['ignore', 'pipe', 'ignore'] })
  const ended = new Promise((resolve) => server.on('exit', resolve))
  t.after(() => {
    server.kill()
    return ended
  })
  const [line] = (await once(server.stdout, 'data')) as [Buffer]
  return String(line).trim()
}

function answers(host: string): Promise<boolean> {
  const [name = '', port] = host.split(':')
  return new Promise((resolve) => {
    const socket = connect(Number(port), name, () => resolve((socket.destroy(), true)))
    socket.on('error', () => resolve(false))
  })
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

export async function skopeo(...args: string[]): Promise<string> {
  return (await promisify(execFile)('skopeo', args)).stdout
}

/** An OCI archive with an image for each of two platforms. */
export async function archive(folder: string): Promise<string> {
  const base = await tarOf([
    { path: 'etc/os-release', contents: 'ID=alpine\nVERSION_ID=3.20.3\n' },
    { path: 'lib/apk/db/installed', contents: 'P:musl\nV:1.2.5-r0\nA:x86_64\n\n' },
  ])
  const own = await tarOf([{ path: 'srv/node_modules/a/package.json', contents: '{"name":"a","version":"1.0.0"}' }])
  const [below, above] = [base, own].map((layer) => ({ stored: gzipSync(layer), diffId: sha256(layer) }))
  const path = join(folder, 'image.tar')
  const history = [{ created_by: 'base' }, { created_by: 'own' }]
  const images = [
    { layers: [below!, above!], platform: amd64, history },
    { layers: [below!], platform: arm64, history: history.slice(0, 1) },
  ]
  writeFileSync(path, await tarOf(ociLayoutOf(images)))
  return path
}

/** Signed in nowhere, if `options` do not say otherwise. */
export async function read(reference: string, options: Partial<OpenOptions> = {}): Promise<ImageIndex> {
  const home = { env: {}, text: localMachine().text }
  const registry = { home, ...options.registry }
  const all = { signal: never, platform: amd64, ...options, registry }
  const { image } = await inspectTarget(parseTarget(reference), all)
  return image!
}

/** The repository that is pushed to. */
export const repository = 'team/app'
const manifestType = 'application/vnd.oci.image.manifest.v1+json'

/** As https://github.com/opencontainers/distribution-spec/blob/main/spec.md#push says; returns its digest. */
export async function pushBlob(host: string, bytes: Uint8Array): Promise<string> {
  const digest = sha256(bytes)
  const started = await fetch(`http://${host}/v2/${repository}/blobs/uploads/`, { method: 'POST' })
  const location = new URL(started.headers.get('location') ?? '', `http://${host}`)
  location.searchParams.set('digest', digest)
  const { status } = await fetch(location, { method: 'PUT', body: Buffer.from(bytes) })
  equal(status, 201)
  return digest
}

/** Under its digest, which is returned, or a tag. */
export async function pushManifest(host: string, manifest: object, tag?: string): Promise<string> {
  const body = JSON.stringify(manifest)
  const headers = { 'content-type': manifestType }
  const path = `http://${host}/v2/${repository}/manifests/${tag ?? sha256(body)}`
  const { status } = await fetch(path, { method: 'PUT', headers, body })
  equal(status, 201)
  return sha256(body)
}

/** An image of one layer, of which no other has the text; returns the digest of its manifest. */
export async function pushImage(host: string, text: string): Promise<string> {
  const contents = '{"name":"a","version":"1.0.0"}'
  const layer = await tarOf([
    { path: 'etc/hostname', contents: text },
    { path: 'srv/node_modules/a/package.json', contents },
  ])
  const config = Buffer.from(JSON.stringify({ ...amd64, rootfs: { type: 'layers', diff_ids: [sha256(layer)] } }))
  const blob = async (bytes: Buffer, mediaType: string) => ({
    mediaType,
    digest: await pushBlob(host, bytes),
    size: bytes.length,
  })
  return pushManifest(host, {
    schemaVersion: 2,
    mediaType: manifestType,
    config: await blob(config, 'application/vnd.oci.image.config.v1+json'),
    layers: [await blob(layer, 'application/vnd.oci.image.layer.v1.tar')],
  })
}

export function selfSigned(key: string, certificate: string, ...options: string[]): void {
  const [subject = '', ...more] = options
  const args = [
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-keyout',
    key,
    '-out',
    certificate,
    '-days',
    '2',
    '-subj',
    subject,
  ]
  execFileSync('openssl', [...args, ...more], { stdio: 'ignore' })
}
