// Against cosign itself (Debian's cosign): what it has signed with a key, in both of its forms and wherever it puts them, is judged
// by it and by us. Nobody is asked for it: what it would enter into a log stays out of it.

import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { localMachine } from '../../io/machine.ts'
import { openssl } from '../../testing/certificates.ts'
import { withoutPrograms } from '../../testing/shared.ts'
import { pushImage, read, repository, startReferrersRegistry, startRegistry } from '../image/testing.ts'
import { predicate } from './testing.ts'
import { nobody } from './trust.ts'
import { parseTrustedKey } from './trusted-key.ts'

const skip = withoutPrograms('cosign', 'docker-registry', 'openssl', 'go')
const folder = mkdtempSync(join(tmpdir(), 'plimsoll-cosign-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const withReferrers = skip ? undefined : await startReferrersRegistry({ after })

/** `experimental`: what it wants for some of its modes. */
function cosign(args: readonly string[], experimental = false): { holds: boolean; said: string } {
  const env = {
    ...process.env,
    HOME: folder,
    COSIGN_PASSWORD: '',
    ...(experimental ? { COSIGN_EXPERIMENTAL: '1' } : {}),
  }
  const { status, stdout, stderr } = spawnSync('cosign', args, { cwd: folder, env, encoding: 'utf8' })
  return { holds: status === 0, said: stdout + stderr }
}

const registry = '--allow-http-registry'
const withoutLog = ['--tlog-upload=false', '--use-signing-config=false', '--yes', registry]

interface Key {
  private: string
  public: string
}

/** Made by openssl, and imported. */
function key(name: string, ...options: string[]): Key {
  openssl('genpkey', ...options, '-out', join(folder, `${name}.pem`))
  const { holds, said } = cosign(['import-key-pair', '--key', `${name}.pem`, '--output-key-prefix', name])
  ok(holds, said)
  return { private: `${name}.key`, public: `${name}.pub` }
}

async function ours(reference: string, by: Key) {
  const keys = [parseTrustedKey(by.public, readFileSync(join(folder, by.public), 'utf8'))]
  const home = { env: {}, text: localMachine().text }
  const { origin, gaps } = await read(`registry:${reference}`, { registry: { home, trust: { ...nobody, keys } } })
  deepEqual(gaps, [])
  return origin
}

interface Form {
  name: string
  options: readonly string[]
  experimental?: true
}
const forms: readonly Form[] = [
  { name: 'a tag', options: ['--new-bundle-format=false'] },
  { name: 'a bundle', options: ['--new-bundle-format=true'] },
]
const referrers: Form = {
  name: 'a referrer',
  options: ['--new-bundle-format=false', '--registry-referrers-mode=oci-1-1'],
  experimental: true,
}

suite('cosign', { skip: skip || (withReferrers === undefined && 'no module proxy answers') }, () => {
  let keys: readonly Key[]
  let other: Key
  before(() => {
    const { holds, said } = cosign(['generate-key-pair'])
    ok(holds, said)
    const own = { private: 'cosign.key', public: 'cosign.pub' }
    // Not Ed25519: what cosign 3 signs with such a key it does not verify itself, https://github.com/sigstore/cosign/pull/5074.
    keys = [own, key('rsa', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048')]
    other = key('other', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256')
  })

  test('signatures by keys: the right one, and another', async (t) => {
    const { host } = await startRegistry(t)
    for (const place of [host, withReferrers!]) {
      for (const by of keys) {
        for (const { name, options, experimental } of [...forms, ...(place === host ? [] : [referrers])]) {
          const what = `${by.private}, ${name}, ${place === host ? 'without' : 'with'} referrers`
          const reference = `${place}/${repository}@${await pushImage(place, what)}`
          const signed = cosign(['sign', '--key', by.private, ...withoutLog, ...options, reference], experimental)
          ok(signed.holds, `${what}: ${signed.said}`)
          for (const trusted of [by, other]) {
            const [form] = options
            const words = ['verify', '--key', trusted.public, '--insecure-ignore-tlog=true', registry, form!, reference]
            const theirs = cosign(experimental ? [...words, '--experimental-oci11'] : words)
            const origin = await ours(reference, trusted)
            equal(theirs.holds, trusted === by, `${what}: ${theirs.said}`)
            deepEqual(
              origin?.signatures.map(({ kind, verified, means }) => [kind, verified, means]),
              [['cosign', theirs.holds, theirs.holds ? 'key' : undefined]],
              what,
            )
          }
        }
      }
    }
  })

  test('attested provenance: what a trusted key says, and what another says', async (t) => {
    const { host } = await startRegistry(t)
    const commit = '0123456789abcdef0123456789abcdef01234567'
    const source = 'https://git.example/team/app'
    const uri = `git+${source}@refs/heads/main`
    const second = {
      ...predicate,
      buildDefinition: {
        buildType: 'https://build.example/',
        externalParameters: {},
        resolvedDependencies: [{ uri, digest: { gitCommit: commit } }],
      },
    }
    const first = {
      builder: { id: 'https://builder.example/' },
      buildType: 'https://build.example/',
      materials: [{ uri, digest: { sha1: commit } }],
      invocation: { configSource: { uri, digest: { sha1: commit }, entryPoint: 'build.yml' } },
    }
    const [by] = keys as [Key]
    for (const [type, content] of Object.entries({ slsaprovenance: first, slsaprovenance1: second })) {
      writeFileSync(join(folder, 'predicate.json'), JSON.stringify(content))
      for (const place of [host, withReferrers!]) {
        for (const { name, options } of forms) {
          const what = `${type}, ${name}, ${place === host ? 'without' : 'with'} referrers`
          const reference = `${place}/${repository}@${await pushImage(place, what)}`
          const told = ['--type', type, '--predicate', 'predicate.json']
          const attested = cosign(['attest', '--key', by.private, ...told, ...withoutLog, ...options, reference])
          ok(attested.holds, `${what}: ${attested.said}`)
          for (const trusted of [by, other]) {
            const words = ['verify-attestation', '--key', trusted.public, '--type', type, '--insecure-ignore-tlog=true']
            const theirs = cosign([...words, registry, ...options, reference])
            equal(theirs.holds, trusted === by, `${what}: ${theirs.said}`)
            const origin = await ours(reference, trusted)
            deepEqual([origin?.signatures, origin?.attestations.length], [[], 1], what)
            const [attestation] = origin!.attestations
            match(attestation!.predicate, /^https:\/\/slsa\.dev\/provenance\//)
            deepEqual(
              [attestation!.verified, origin?.known, origin?.source, origin?.revision, origin?.builder],
              [
                theirs.holds,
                theirs.holds ? 'verified provenance' : 'provenance',
                source,
                commit,
                'https://builder.example/',
              ],
              what,
            )
          }
        }
      }
    }
  })

  test('a signature that was moved to another image', async (t) => {
    const { host } = await startRegistry(t)
    const [by] = keys as [Key]
    const digests = [await pushImage(host, 'signed'), await pushImage(host, 'not signed')]
    const [signed, moved] = digests.map((digest) => `${host}/${repository}@${digest}`) as [string, string]
    ok(cosign(['sign', '--key', by.private, ...withoutLog, forms[0]!.options[0]!, signed]).holds)
    const [from, to] = digests.map(
      (digest) => `http://${host}/v2/${repository}/manifests/${digest.replace(':', '-')}.sig`,
    )
    const headers = { accept: 'application/vnd.oci.image.manifest.v1+json' }
    const body = await (await fetch(from!, { headers })).text()
    const put = await fetch(to!, { method: 'PUT', headers: { 'content-type': headers.accept }, body })
    equal(put.status, 201)
    const words = ['verify', '--key', by.public, '--insecure-ignore-tlog=true', registry, forms[0]!.options[0]!]
    deepEqual([cosign([...words, signed]).holds, cosign([...words, moved]).holds], [true, false])
    match((await ours(moved, by))?.signatures[0]?.why ?? '', /it is of another image/)
  })
})
