// Against a real registry (Debian's docker-registry), with keys that openssl made and signatures that it checks.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, suite, test, type TestContext } from 'node:test'
import { parseTrustedKey } from '../inspect/trust.ts'
import { skopeo, startRegistry } from '../inspect/image/testing.ts'
import { withoutPrograms } from '../testing/shared.ts'
import { buildFrom, openAdvisories } from './advisories.ts'
import { parseSigningKey } from './artifact-signature.ts'
import { parseArtifactReference, pullIndex, pushIndex } from './index-artifact.ts'

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-artifact-'))
after(() => rmSync(folder, { recursive: true }))
const { signal } = new AbortController()

async function dataWith(id: string): Promise<string> {
  const place = mkdtempSync(join(folder, 'data-'))
  const feed = join(place, 'feed', 'npm')
  mkdirSync(feed, { recursive: true })
  const affected = [{ package: { ecosystem: 'npm', name: 'x' }, versions: ['1.0.0'] }]
  writeFileSync(join(feed, 'a.json'), JSON.stringify({ id, modified: '2026-01-01T00:00:00Z', affected }))
  await buildFrom(join(place, 'feed'), place)
  return place
}

function keyPair(kind: 'ed25519' | 'ec') {
  const path = mkdtempSync(join(folder, 'key-'))
  const how = kind === 'ec' ? ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'] : ['-algorithm', 'ed25519']
  execFileSync('openssl', ['genpkey', ...how, '-out', `${path}/private`], { stdio: 'ignore' })
  execFileSync('openssl', ['pkey', '-in', `${path}/private`, '-pubout', '-out', `${path}/public`])
  const key = parseSigningKey(readFileSync(`${path}/private`, 'utf8'))
  return { path, key, trusted: parseTrustedKey('us.pub', readFileSync(`${path}/public`, 'utf8')) }
}

/** Debian's, where it is installed. */
const withoutCosign = withoutPrograms('cosign')

/** By the key of that folder, and by no other. */
function cosignVerifies(path: string, reference: string): void {
  const options = ['--insecure-ignore-tlog=true', '--allow-http-registry', '--new-bundle-format=false', reference]
  const verify = (key: string): unknown =>
    execFileSync('cosign', ['verify', '--key', key, ...options], {
      env: { ...process.env, HOME: folder },
      stdio: 'pipe',
    })
  verify(`${path}/public`)
  assert.throws(() => verify(`${keyPair('ec').path}/public`), /no matching signatures/)
}

const idsIn = async (data: string): Promise<string[]> => {
  const index = await openAdvisories(data)
  const ids = index.find('npm', 'x').map(({ id }) => id)
  index.close()
  return ids
}

suite('the index in a registry', { skip: withoutPrograms('docker-registry', 'openssl', 'skopeo') }, () => {
  const fresh = (): string => mkdtempSync(join(folder, 'new-'))
  const reference = (host: string, tag = 'today') => parseArtifactReference(`oci://${host}/team/advisories:${tag}`)

  for (const kind of ['ed25519', 'ec'] as const) {
    test(`what one pushes and signs (${kind}), another pulls, and openssl finds the signature good`, async (t: TestContext) => {
      const { host } = await startRegistry(t)
      const { key, trusted, path } = keyPair(kind)
      const from = await dataWith('A')
      const pushed = await pushIndex(from, reference(host), { signal, key })
      const again = await pushIndex(from, reference(host), { signal, key })
      assert.equal(again.digest, pushed.digest, 'the same index is the same artifact')

      const to = fresh()
      const pulled = await pullIndex(to, reference(host), { signal, keys: [keyPair('ec').trusted, trusted] })
      assert.deepEqual([pulled.digest, pulled.signedBy, pulled.advisories], [pushed.digest, trusted.name, 1])
      assert.deepEqual(await idsIn(to), ['A'])
      assert.deepEqual(readdirSync(to), ['advisories.sqlite'])
      const [one, other] = await Promise.all([openAdvisories(from), openAdvisories(to)])
      assert.equal(one.generation, other.generation)
      for (const index of [one, other]) index.close()

      const tag = `${pushed.digest.replace(':', '-')}.sig`
      const get = async (what: string): Promise<Buffer> =>
        Buffer.from(
          await (
            await fetch(`http://${host}/v2/team/advisories/${what}`, {
              headers: { accept: 'application/vnd.oci.image.manifest.v1+json' },
            })
          ).arrayBuffer(),
        )
      const [layer] = (
        JSON.parse(String(await get(`manifests/${tag}`))) as {
          layers: { digest: string; annotations: Record<string, string> }[]
        }
      ).layers
      writeFileSync(`${path}/payload`, await get(`blobs/${layer!.digest}`))
      writeFileSync(
        `${path}/signature`,
        Buffer.from(layer!.annotations['dev.cosignproject.cosign/signature']!, 'base64'),
      )
      const check =
        kind === 'ec'
          ? ['dgst', '-sha256', '-verify', `${path}/public`, '-signature', `${path}/signature`, `${path}/payload`]
          : [
              'pkeyutl',
              '-verify',
              '-pubin',
              '-inkey',
              `${path}/public`,
              '-rawin',
              '-in',
              `${path}/payload`,
              '-sigfile',
              `${path}/signature`,
            ]
      execFileSync('openssl', check)
      if (withoutCosign === false) cosignVerifies(path, `${host}/team/advisories@${pushed.digest}`)
      // Another's client reads the artifact too.
      const raw = await skopeo('inspect', '--raw', '--tls-verify=false', `docker://${host}/team/advisories:today`)
      assert.equal((JSON.parse(raw) as { artifactType: string }).artifactType, 'application/vnd.plimsoll.advisories.v1')
    })
  }

  test('what nobody signed, or another, is refused, and what was here stays', async (t: TestContext) => {
    const { host } = await startRegistry(t)
    const { trusted, key } = keyPair('ec')
    const to = await dataWith('BEFORE')
    await pushIndex(await dataWith('A'), reference(host), { signal })
    const pull = (options = {}) => pullIndex(to, reference(host), { signal, keys: [trusted], ...options })
    await assert.rejects(pull(), /is not taken: nobody has signed it$/)
    await assert.rejects(pull({ keys: [] }), /name who may have signed it by --trusted-key/)
    await pushIndex(await dataWith('A'), reference(host), { signal, key: keyPair('ed25519').key })
    await assert.rejects(pull(), /is not taken: no trusted key has signed it$/)
    await assert.rejects(
      pullIndex(to, reference(host, 'none'), { signal, keys: [trusted] }),
      /there is no .*advisories:none/,
    )
    assert.deepEqual(await idsIn(to), ['BEFORE'])
    await pull({ keys: [], unverified: true })
    assert.deepEqual(await idsIn(to), ['A'])
    // Signed by us, but another artifact than the one under the tag.
    const signed = await pushIndex(await dataWith('B'), reference(host, 'signed'), { signal, key })
    const other = await pushIndex(await dataWith('C'), reference(host, 'other'), { signal })
    const manifest = await fetch(`http://${host}/v2/team/advisories/manifests/${signed.digest.replace(':', '-')}.sig`, {
      headers: { accept: 'application/vnd.oci.image.manifest.v1+json' },
    })
    const put = await fetch(`http://${host}/v2/team/advisories/manifests/${other.digest.replace(':', '-')}.sig`, {
      method: 'PUT',
      headers: { 'content-type': 'application/vnd.oci.image.manifest.v1+json' },
      body: await manifest.text(),
    })
    assert.equal(put.status, 201)
    await assert.rejects(
      pullIndex(to, reference(host, 'other'), { signal, keys: [trusted] }),
      /what a trusted key has signed there is something else/,
    )
  })

  test('a blob that was tampered with is never used, nor is an image, nor an older index', async (t: TestContext) => {
    const { host, folder: storage } = await startRegistry(t)
    const { trusted, key } = keyPair('ec')
    const to = await dataWith('BEFORE')
    const older = await dataWith('OLD')
    await pushIndex(older, reference(host), { signal, key })
    await new Promise((resolve) => setTimeout(resolve, 1100))
    const newer = await dataWith('NEWER')
    await assert.rejects(
      pullIndex(newer, reference(host), { signal, keys: [trusted] }),
      /was built .*, before the index that is here/,
    )
    await pullIndex(newer, reference(host), { signal, keys: [trusted], older: true })
    assert.deepEqual(await idsIn(newer), ['OLD'])

    const blobs = execFileSync('find', [join(storage, 'storage'), '-name', 'data', '-size', '+1k'], {
      encoding: 'utf8',
    })
    for (const blob of blobs.trim().split('\n')) {
      const bytes = readFileSync(blob)
      if (bytes.readUInt32LE() !== 0xfd2fb528) continue
      bytes[bytes.length >> 1]! ^= 1
      writeFileSync(blob, bytes)
    }
    await assert.rejects(pullIndex(to, reference(host), { signal, keys: [trusted], older: true }))
    assert.deepEqual(await idsIn(to), ['BEFORE'])
    assert.deepEqual(readdirSync(to).toSorted(), ['advisories.sqlite', 'feed'])
  })

  test('what is no reference, no key, and no index says so', async () => {
    assert.throws(() => parseArtifactReference('registry.example/a:1'), /expected oci:\/\/HOST\/NAME:TAG/)
    assert.throws(() => parseSigningKey('nothing'), /is no private key in PEM/)
    await assert.rejects(pushIndex(fresh(), reference('127.0.0.1:1'), { signal }), /has no index to push/)
  })
})
