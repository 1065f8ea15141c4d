// Against a real registry (Debian's docker-registry), with images that skopeo has pushed, and signatures made by openssl.

import { deepEqual, equal, match, notEqual, ok, rejects } from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { test } from 'node:test'
import { localMachine } from '../io/machine.ts'
import { withoutPrograms } from '../testing/shared.ts'
import {
  amd64,
  archive,
  arm64,
  pushBlob,
  pushManifest,
  read,
  selfSigned,
  skopeo,
  startRegistry,
} from './image/testing.ts'
import { cosignPayload, trusting } from './origin/testing.ts'
import { parseTrustedKey } from './origin/trusted-key.ts'
import { ociLayoutOf, sha256, tarOf, workFolder } from './testing.ts'

const skip = withoutPrograms('docker-registry', 'skopeo', 'openssl')
const formats = {
  gzip: ['--format', 'oci', '--dest-compress-format', 'gzip', '--dest-compress'],
  zstd: ['--format', 'oci', '--dest-compress-format', 'zstd', '--dest-compress'],
  docker: ['--format', 'v2s2'],
}

test('what skopeo pushed, gzip or zstd, OCI or Docker, is what is read', { skip }, async (t) => {
  const folder = workFolder(t)
  const source = join(folder, 'image')
  const choice = ['--override-arch', 'amd64', '--dest-decompress']
  await skopeo('copy', ...choice, `oci-archive:${await archive(folder)}`, `dir:${source}`)
  for (const [tag, options] of Object.entries(formats)) {
    const { host } = await startRegistry(t) // of one's own: skopeo takes what lies there in another compression
    const name = `${host}/team/app:${tag}`
    await skopeo('copy', ...options, '--dest-tls-verify=false', `dir:${source}`, `docker://${name}`)
    const found = await read(`registry:${name}`)
    const raw = await skopeo('inspect', '--raw', '--tls-verify=false', `docker://${name}`)
    const config = await skopeo('inspect', '--config', '--raw', '--tls-verify=false', `docker://${name}`)
    equal(found.digest, sha256(raw), tag)
    equal(found.configDigest, sha256(config), tag)
    if (tag === 'zstd') match(raw, /tar\+zstd/)
    if (tag === 'docker') match(raw, /vnd\.docker\.distribution\.manifest\.v2\+json/)
    const { diff_ids: diffIds } = (JSON.parse(config) as { rootfs: { diff_ids: string[] } }).rootfs
    deepEqual(
      found.layers.map(({ digest }) => digest),
      diffIds,
      tag,
    )
    deepEqual(
      found.packages.map(({ purl }) => purl),
      ['pkg:apk/alpine/musl@1.2.5-r0?arch=x86_64&distro=alpine-3.20.3', 'pkg:npm/a@1.0.0'],
    )
    deepEqual([found.aliases, found.gaps], [[name], []], tag)
  }
})

test('an index: each platform, and all the names of one image', { skip }, async (t) => {
  const { folder, host } = await startRegistry(t)
  const name = `${host}/team/app:1`
  await skopeo('copy', '--all', '--dest-tls-verify=false', `oci-archive:${await archive(folder)}`, `docker://${name}`)
  const index = await skopeo('inspect', '--raw', '--tls-verify=false', `docker://${name}`)
  const { manifests } = JSON.parse(index) as { manifests: { digest: string; platform: { architecture: string } }[] }
  for (const platform of [amd64, arm64]) {
    const { digest } = manifests.find((each) => each.platform.architecture === platform.architecture)!
    const byTag = await read(name, { platform }) // without `registry:`, no such file being there
    deepEqual([byTag.digest, byTag.architecture, byTag.aliases], [digest, platform.architecture, [name, sha256(index)]])
    equal((await read(`registry:${host}/team/app@${sha256(index)}`, { platform })).digest, digest)
    equal((await read(`registry:${host}/team/app@${digest}`)).digest, digest)
  }
})

test('a manifest in the first form is refused', { skip }, async (t) => {
  const { folder, host } = await startRegistry(t, { compatibility: { schema1: { enabled: true } } })
  const name = `${host}/team/app:1`
  const copy = ['copy', '--format', 'v2s1', '--override-arch', 'amd64', '--dest-tls-verify=false']
  await skopeo(...copy, `oci-archive:${await archive(folder)}`, `docker://${name}`)
  await rejects(read(name), /it is stored in the first form of Docker’s manifests/)
})

test('TLS is verified: by a CA of one’s own, and never left out for an insecure registry', { skip }, async (t) => {
  const folder = workFolder(t)
  const [key, certificate] = [join(folder, 'tls.key'), join(folder, 'tls.pem')]
  selfSigned(key, certificate, '/CN=registry', '-addext', 'subjectAltName=IP:127.0.0.1')
  const { host } = await startRegistry(t, {}, { tls: { key, certificate } })
  await skopeo(
    'copy',
    '--all',
    '--dest-tls-verify=false',
    `oci-archive:${await archive(folder)}`,
    `docker://${host}/team/app:1`,
  )
  const main = fileURLToPath(new URL('../cli/main.ts', import.meta.url))
  const scan = (env: Record<string, string>, ...more: string[]) => {
    const args = [
      main,
      'scan',
      `registry:${host}/team/app:1`,
      '--format',
      'json',
      '--data',
      folder,
      '--platform',
      'linux/amd64',
    ]
    return spawnSync(process.execPath, [...args, ...more], {
      encoding: 'utf8',
      env: { ...process.env, HOME: folder, ...env },
    })
  }
  const trusted = scan({ NODE_EXTRA_CA_CERTS: certificate })
  equal((JSON.parse(trusted.stdout) as { packages: unknown[] }).packages.length, 2)
  for (const options of [[], ['--insecure-registry', host]]) {
    const { status, stdout, stderr } = scan({}, ...options)
    deepEqual([status, stdout], [2, ''])
    match(stderr, /nobody known has signed its certificate: name your CA by NODE_EXTRA_CA_CERTS/)
  }
})

test(
  'signatures that openssl has made as cosign does, in a registry that has no list of referrers',
  { skip },
  async (t) => {
    const { folder, host } = await startRegistry(t)
    const name = `${host}/team/app:1`
    await skopeo('copy', '--all', '--dest-tls-verify=false', `oci-archive:${await archive(folder)}`, `docker://${name}`)
    const { digest } = await read(name)
    const payload = cosignPayload(digest)
    writeFileSync(join(folder, 'payload'), payload)
    const layers: object[] = []
    const keys = [
      ['EC', '-pkeyopt', 'ec_paramgen_curve:P-256'],
      ['RSA', '-pkeyopt', 'rsa_keygen_bits:2048'],
    ].map(([algorithm = '', ...options]) => {
      const [key, signature] = [join(folder, `${algorithm}.key`), join(folder, `${algorithm}.sig`)]
      execFileSync('openssl', ['genpkey', '-algorithm', algorithm, ...options, '-out', key], { stdio: 'ignore' })
      execFileSync('openssl', ['dgst', '-sha256', '-sign', key, '-out', signature, join(folder, 'payload')])
      layers.push({
        mediaType: 'application/vnd.dev.cosign.simplesigning.v1+json',
        digest: sha256(payload),
        size: payload.length,
        annotations: { 'dev.cosignproject.cosign/signature': readFileSync(signature).toString('base64') },
      })
      const pem = execFileSync('openssl', ['pkey', '-in', key, '-pubout'], { encoding: 'utf8' })
      return parseTrustedKey(`${algorithm}.pub`, pem)
    })
    const config = '{}'
    for (const bytes of [payload, Buffer.from(config)]) await pushBlob(host, bytes)
    const manifest = {
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: sha256(config), size: config.length },
      layers,
    }
    await pushManifest(host, manifest, `${digest.replace(':', '-')}.sig`)

    const home = { env: {}, text: localMachine().text }
    const outcome = async (...trustedKeys: typeof keys) => {
      const { origin, gaps } = await read(name, { registry: { home, trust: trusting(...trustedKeys) } })
      deepEqual(gaps, [])
      return origin?.signatures.map(({ verified }) => verified)
    }
    deepEqual(await outcome(), [false, false])
    deepEqual(await outcome(keys[0]!), [true, false])
    deepEqual(await outcome(keys[1]!), [false, true])
    deepEqual(await outcome(...keys), [true, true])

    // Both copied into one layout, as skopeo writes it.
    const layout = join(folder, 'layout')
    const tag = `${digest.replace(':', '-')}.sig`
    const options = ['copy', '--src-tls-verify=false', '--override-arch', 'amd64']
    await skopeo(...options, `docker://${name}`, `oci:${layout}:1`)
    await skopeo(...options, `docker://${host}/team/app:${tag}`, `oci:${layout}:${tag}`)
    const copied = await read(layout, { registry: { home, trust: trusting(...keys) } })
    deepEqual([copied.digest, copied.gaps], [digest, []])
    deepEqual(
      copied.origin?.signatures.map(({ verified }) => verified),
      [true, true],
    )
  },
)

test('a layer of 20 MB comes through whole, also in worker threads', { skip }, async (t) => {
  const { folder, host } = await startRegistry(t)
  const layers = await Promise.all(
    ['a', 'b'].map(async (name) => {
      const contents = randomBytes(11 * 2 ** 20)
      const files = [
        { path: 'data', contents },
        { path: `srv/node_modules/${name}/package.json`, contents: JSON.stringify({ name, version: '1.0.0' }) },
      ]
      const layer = await tarOf(files)
      return { stored: gzipSync(layer, { level: 1 }), diffId: sha256(layer) }
    }),
  )
  ok(layers.reduce((sum, { stored }) => sum + stored.length, 0) > 16 * 2 ** 20)
  writeFileSync(join(folder, 'large.tar'), await tarOf(ociLayoutOf([{ layers }])))
  await skopeo(
    'copy',
    '--dest-tls-verify=false',
    `oci-archive:${join(folder, 'large.tar')}`,
    `docker://${host}/team/large:1`,
  )
  const { packages, gaps, layers: found } = await read(`${host}/team/large:1`)
  deepEqual(gaps, [])
  deepEqual(packages.map(({ name }) => name).toSorted(), ['a', 'b'])
  notEqual(found[0]?.digest, found[1]?.digest)
})
