import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { initializeCA, initializeTLog } from '@sigstore/mock'
import { nobody } from '../inspect/trust.ts'
import { loadTrust } from './trust.ts'

const pair = () => generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
const key = pair().publicKey.export({ type: 'spki', format: 'pem' })
const authority = Buffer.from((await initializeCA(pair())).rootCertificate as Uint8Array).toString('base64')
const log = (await initializeTLog('https://rekor.example', pair())).publicKey.toString('base64')
const root = JSON.stringify({
  mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
  tlogs: [
    {
      baseUrl: 'https://rekor.example',
      hashAlgorithm: 'SHA2_256',
      publicKey: { rawBytes: log, keyDetails: 'PKIX_ECDSA_P256_SHA_256', validFor: { start: '2020-01-01T00:00:00Z' } },
      logId: { keyId: 'AAAA' },
    },
  ],
  certificateAuthorities: [{ certChain: { certificates: [{ rawBytes: authority }] } }],
})
const pem = `-----BEGIN CERTIFICATE-----\n${authority.replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`

function folderWith(t: TestContext, files: Record<string, string | Buffer>): string {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-trust-'))
  t.after(() => rmSync(folder, { recursive: true }))
  mkdirSync(join(folder, 'store'))
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content)
  return folder
}

test('one file says who may sign; its paths begin at its folder', async (t) => {
  const folder = folderWith(t, {
    'release.pub': key,
    'root.json': root,
    'ca.pem': `${pem}${pem}`,
    'store/a.pem': pem,
    'store/b.der': Buffer.from(authority, 'base64'),
    'trust.yaml': `
keys: [release.pub]
sigstore:
  trustedRoot: root.json
  identities:
    - issuer: https://ci.example
      subject: https://git.example/team/app/release.yml@refs/heads/main
    - issuer: https://ci.example
      subjectPattern: https://git\\.example/team/[a-z]+
notation:
  authorities: [ca.pem]
  signingAuthorities: [store]
  timestampAuthorities: [store/a.pem]
  verifyTimestamp: afterCertExpiry
  subjects: ['x509.subject: C=US, ST=WA, O=acme']
`,
  })
  const trust = await loadTrust({ file: join(folder, 'trust.yaml'), keys: [join(folder, 'release.pub')] })
  deepEqual(
    trust.keys.map(({ name }) => name.slice(0, 11)),
    ['release.pub', 'release.pub'],
  )
  equal(trust.sigstore.root?.material.certificateAuthorities.length, 1)
  const means = (index: number, subject: string) => trust.sigstore.identities[index]!.isSubject(subject)
  ok(means(0, 'https://git.example/team/app/release.yml@refs/heads/main'))
  ok(means(1, 'https://git.example/team/app') && !means(1, 'https://git.example/team/app/x'))
  deepEqual([trust.notation.authorities.length, trust.notation.signingAuthorities.length], [2, 2])
  deepEqual([trust.notation.timestampAuthorities.length, trust.notation.verifyTimestamp], [1, 'afterCertExpiry'])
  deepEqual([...trust.notation.subjects[0]!.attributes.keys()], ['C', 'ST', 'O'])
  const { id, ...none } = await loadTrust({ keys: [] })
  deepEqual(none, nobody)
  ok(id !== trust.id)
  equal((await loadTrust({ file: join(folder, 'trust.yaml'), keys: [] })).id, trust.id)
  writeFileSync(join(folder, 'store/b.der'), Buffer.from(pem))
  ok((await loadTrust({ file: join(folder, 'trust.yaml'), keys: [] })).id !== trust.id)
})

test('what is moved from one folder to another is another trust: that it was trusted for something else does not count', async (t) => {
  const lists = `notation: { authorities: [ca.pem], signingAuthorities: [store], timestampAuthorities: [clocks], subjects: ['*'] }`
  const folder = folderWith(t, { 'ca.pem': pem, 'store/a.pem': pem, 'store/b.pem': pem, 'trust.yaml': lists })
  mkdirSync(join(folder, 'clocks'))
  writeFileSync(join(folder, 'clocks/a.pem'), pem)
  const id = async () => (await loadTrust({ file: join(folder, 'trust.yaml'), keys: [] })).id
  const before = await id()
  rmSync(join(folder, 'store/a.pem'))
  ok((await id()) !== before)
})

const wrong: [yaml: string, RegExp][] = [
  ['keys: [none.pub]', /--trust .*: none\.pub: could not be read \(ENOENT\)/],
  ['keys: [root.json]', /root\.json: is no public key in PEM/],
  ['key: a', /line 1, key: Unrecognized key/],
  ['sigstore:\n  trustedRoot: root.json\n  identities: []', /line 3, sigstore\.identities/],
  [
    'sigstore: { trustedRoot: ca.pem, identities: [{ issuer: a, subject: b }] }',
    /ca\.pem: is no trusted root of sigstore/,
  ],
  ['sigstore: { trustedRoot: root.json, identities: [{ issuer: a }] }', /give either subject or subjectPattern/],
  ['sigstore: { trustedRoot: root.json, identities: [{ issuer: a, subjectPattern: ( }] }', /is no regular expression/],
  ['notation: { subjects: ["*"] }', /give authorities or signingAuthorities/],
  ['notation: { authorities: [root.json], subjects: ["*"] }', /root\.json: holds no certificate in PEM or DER/],
  [
    'notation: { authorities: [ca.pem], revocationLists: [root.json], subjects: ["*"] }',
    /root\.json: is no revocation list in PEM or DER/,
  ],
  ['notation: { authorities: [ca.pem], verifyTimestamp: never, subjects: ["*"] }', /verifyTimestamp: .*always/],
  ['notation: { authorities: [empty], subjects: ["*"] }', /empty: holds no file/],
  ['notation: { authorities: [ca.pem], subjects: ["C=US"] }', /C=US: does not begin with x509\.subject:/],
  ['[', /line \d+: /],
]
for (const [yaml, why] of wrong) {
  test(`${yaml} says what was expected`, async (t) => {
    const folder = folderWith(t, { 'trust.yaml': yaml, 'root.json': root, 'ca.pem': pem })
    mkdirSync(join(folder, 'empty'))
    await rejects(loadTrust({ file: join(folder, 'trust.yaml'), keys: [] }), why)
  })
}

test('without trust in sigstore its library is not loaded', () => {
  const program = `
    import { registerHooks } from 'node:module'
    const loaded = []
    registerHooks({ load: (url, context, next) => { loaded.push(url); return next(url, context) } })
    const { loadTrust } = await import(process.argv[1])
    await loadTrust({ keys: [] })
    console.log(loaded.filter((url) => url.includes('@sigstore')).length, loaded.length > 10)
  `
  const words = ['--input-type=module', '-e', program, new URL('trust.ts', import.meta.url).href]
  equal(execFileSync(process.execPath, words, { encoding: 'utf8' }).trim(), '0 true')
})
