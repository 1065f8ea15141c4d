// Reading an image: target to packages, against decompressing and hashing the same layers, one after the other.

import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { createGunzip } from 'node:zlib'
import { inspectTarget } from '../src/inspect/inspect.ts'
import { inTurns, type Bench } from './figure.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

export const inspectBench: Bench = {
  room: 'inspect',
  async measure() {
    const folder = await mkdtemp(join(tmpdir(), 'plimsoll-bench-'))
    try {
      const layers = await makeLayout(folder)
      const times = await inTurns(
        3,
        () => readImage(folder),
        () => decompressAndHash(layers),
      )
      const bytes = (await Promise.all(layers.map((path) => stat(path)))).reduce((sum, { size }) => sum + size, 0)
      const name = `a ${Math.round(bytes / 1e6)} MB image of ${layers.length} layers with npm packages`
      return [{ name, floorName: 'node:zlib and SHA-256 of its layers', bar: 1.5, ...times }]
    } finally {
      await rm(folder, { recursive: true })
    }
  },
}

async function readImage(path: string): Promise<void> {
  const { packages } = await inspectTarget({ kind: 'image', path }, { signal: new AbortController().signal })
  if (packages.length < 50) throw new Error(`only ${packages.length} packages: this measures nothing`)
}

async function decompressAndHash(layers: readonly string[]): Promise<void> {
  for (const layer of layers) {
    const hash = createHash('sha256')
    await pipeline(createReadStream(layer, { highWaterMark: 1 << 20 }), createGunzip({ chunkSize: 1 << 20 }), hash)
    hash.digest('hex')
  }
}

/** An OCI layout of two layers: this machine's package databases and documents, and the project's own dependencies. */
async function makeLayout(folder: string): Promise<string[]> {
  const blobs = join(folder, 'blobs/sha256')
  await mkdir(blobs, { recursive: true })
  const system = ['etc/os-release', 'usr/lib/os-release', 'var/lib/dpkg', 'usr/share/doc', 'usr/lib/python3']
  const parts = [
    ['-C', '/', ...system.filter((path) => existsSync(`/${path}`))],
    ['-C', root, 'node_modules'],
  ]
  const layers: { digest: string; size: number; diffId: string }[] = []
  for (const [index, part] of parts.entries()) {
    const tar = join(folder, `${index}.tar`)
    execFileSync('tar', ['-cf', tar, '--ignore-failed-read', ...part], { stdio: ['ignore', 'ignore', 'ignore'] })
    const diffId = await digestOf(tar)
    execFileSync('gzip', ['-6', tar])
    layers.push({ diffId, ...(await keep(`${tar}.gz`, blobs)) })
  }
  const platform = { architecture: process.arch === 'x64' ? 'amd64' : process.arch, os: 'linux' }
  const config = await blob({ ...platform, rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) } })
  const manifest = await blob({
    schemaVersion: 2,
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...config },
    layers: layers.map(({ digest, size }) => ({
      mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
      digest,
      size,
    })),
  })
  const manifests = [{ mediaType: 'application/vnd.oci.image.manifest.v1+json', ...manifest, platform }]
  await writeFile(join(folder, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}')
  await writeFile(join(folder, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests }))
  return layers.map(({ digest }) => join(blobs, digest.slice('sha256:'.length)))

  async function blob(content: object): Promise<{ digest: string; size: number }> {
    const path = join(folder, 'blob.json')
    await writeFile(path, JSON.stringify(content))
    return keep(path, blobs)
  }
}

async function keep(path: string, blobs: string): Promise<{ digest: string; size: number }> {
  const digest = await digestOf(path)
  const { size } = await stat(path)
  await rename(path, join(blobs, digest.slice('sha256:'.length)))
  return { digest, size }
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash)
  return `sha256:${hash.digest('hex')}`
}
