// A real registry for suites, and images that skopeo pushes to it. https://distribution.github.io/distribution/about/configuration/

import { execFile, execFileSync, spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import type { TestContext } from 'node:test'
import { localMachine } from '../../io/machine.ts'
import type { ImageIndex } from '../../model/image.ts'
import { inspectTarget, parseTarget } from '../inspect.ts'
import { never, ociLayoutOf, sha256, tarOf, workFolder } from '../testing.ts'
import type { OpenOptions } from './open.ts'

export const amd64 = { os: 'linux', architecture: 'amd64' }
export const arm64 = { os: 'linux', architecture: 'arm64' }

export interface Registry {
  folder: string
  host: string
}

/** Started on a free port of this machine with the sections given, and stopped with the test. */
export async function startRegistry(t: TestContext, sections: object = {}, http: object = {}): Promise<Registry> {
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
