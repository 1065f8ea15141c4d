// Signatures that the tools of others have made: the Notary Project's library, and the bundles that sigstore's own
// client in Go is tested with, of which some are of the public sigstore.

import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { test, type TestContext } from 'node:test'
import { testAll, withoutPrograms } from '../../testing/shared.ts'
import { gapList } from '../gaps.ts'
import { sha256 } from '../testing.ts'
import { notationVerdict } from './notation.ts'
import { readOrigin, type Shelf } from './origin.ts'
import { parseStatement } from './provenance.ts'
import { parseSigstoreRoot } from './sigstore-root.ts'
import { openEnvelope } from './signatures.ts'
import { nobody, type Trust } from './trust.ts'
import { trustedIdentity } from './trusted-identity.ts'
import { parseTrustedSubject } from './trusted-subject.ts'

const skip = withoutPrograms('go')

/** Undefined, with the test skipped, when the modules cannot be had; a failure when all suites must run. */
function go(t: TestContext, ...words: string[]): string | undefined {
  const cwd = fileURLToPath(new URL('testdata/notation', import.meta.url))
  const env = { ...process.env, GOTOOLCHAIN: 'local', GOWORK: 'off' }
  const { status, stdout, stderr } = spawnSync('go', words, { cwd, encoding: 'utf8', env, maxBuffer: 1e9 })
  if (status === 0) return stdout
  ok(!testAll, stderr)
  return void t.skip(`go ${words[0]} did not succeed: no module proxy answers`)
}

interface Signed {
  key: string
  mediaType: string
  scheme: string
  envelope: string
  root: string
  changed: { envelope: string; holds: boolean }[]
}

test('signatures by the Notary Project’s own library', { skip, timeout: 600_000 }, async (t) => {
  const digest = sha256('manifest')
  const descriptor = { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest, size: 8 }
  const output = go(t, 'run', '.', JSON.stringify({ targetArtifact: descriptor }))
  if (output === undefined) return
  const all = JSON.parse(output) as Signed[]
  equal(all.length, 24) // six keys, two forms, two schemes
  let held = 0
  for (const { key, mediaType, scheme, envelope, root, changed } of all) {
    const authority = [new X509Certificate(Buffer.from(root, 'base64'))]
    const isAuthority = scheme === 'notary.x509.signingAuthority'
    const notation = {
      ...nobody.notation,
      authorities: isAuthority ? [] : authority,
      signingAuthorities: isAuthority ? authority : [],
      subjects: [parseTrustedSubject('x509.subject: C=US, ST=WA, O=Notary')],
    }
    const judge = (bytes: string, now = new Date()) =>
      notationVerdict(Buffer.from(bytes, 'base64'), mediaType, {
        digests: [digest],
        trust: { ...nobody, notation },
        now,
      })
    const { verified, by, means, why } = await judge(envelope)
    deepEqual([verified, means, why], [true, 'certificate', undefined], `${key} ${mediaType} ${scheme}`)
    ok(by?.startsWith('C=US, ST=WA, L=Seattle, O=Notary, CN='), by)
    const late = await judge(envelope, new Date(Date.now() + 13 * 60 * 60 * 1000))
    ok(/good until/.test(late.why ?? ''), late.why)
    for (const each of changed) {
      const found = await judge(each.envelope)
      // The library looks at nobody’s trust and at no digest: what it refuses, must be refused.
      if (!each.holds) equal(found.verified, false, `${key} ${mediaType}: ${each.envelope}`)
      else held++
    }
  }
  ok(held < 24 * 40)
  const [first] = all as [Signed]
  const authorities = [new X509Certificate(Buffer.from(first.root, 'base64'))]
  const subjects = [parseTrustedSubject('*')]
  const trust = { ...nobody, notation: { ...nobody.notation, authorities, subjects } }
  const beside = shelfWith(
    Buffer.from(first.envelope, 'base64'),
    first.mediaType,
    'application/vnd.cncf.notary.signature',
  )
  const origin = await originOf(digest, beside, trust)
  deepEqual(
    origin?.signatures.map(({ kind, verified, means }) => [kind, verified, means]),
    [['notation', true, 'certificate']],
  )
})

/** All that a registry with the list of referrers holds: one document that refers to the image. */
function shelfWith(document: Buffer, mediaType: string, artifactType: string): Shelf {
  const layer = { mediaType, digest: sha256(document), size: document.length }
  const config = { mediaType: 'application/vnd.oci.empty.v1+json', digest: sha256('{}'), size: 2 }
  const manifest = Buffer.from(JSON.stringify({ schemaVersion: 2, artifactType, config, layers: [layer] }))
  const listed = { mediaType: 'application/vnd.oci.image.manifest.v1+json', size: manifest.length, artifactType }
  return {
    manifest: async (reference) => (reference === sha256(manifest) ? manifest : undefined),
    blob: async () => document,
    referrers: async () => [{ ...listed, digest: sha256(manifest) }],
  }
}

async function originOf(digest: string, shelf: Shelf, trust: Trust) {
  const { scan, list } = gapList(new AbortController().signal, 10)
  const subject = { digest, digests: [digest], attestations: [], labelled: undefined, layers: new Map() }
  const origin = await readOrigin({ ...subject, trust, now: new Date() }, shelf, scan)
  deepEqual(list(), [])
  return origin
}

async function trustIn(root: string, ...identities: Trust['sigstore']['identities']): Promise<Trust> {
  return { ...nobody, sigstore: { root: await parseSigstoreRoot(root), identities } }
}

/** Signed by sigstore's public instance; times and commits are those that the documents hold in the clear. */
const bundles = [
  {
    file: 'pkg/testing/data/bundles/sigstore.js@2.0.0-provenance.sigstore.json',
    at: '2023-08-18T16:05:35Z', // 1692374735
    provenance: {
      source: 'https://github.com/sigstore/sigstore-js',
      revision: 'f0b49a04e5a62250e0f60fb128004a73110fe311',
      buildFile: '.github/workflows/release.yml',
      builder: 'https://github.com/actions/runner/github-hosted',
    },
  },
  {
    file: 'examples/bundle-provenance.json',
    at: '2023-04-18T17:45:12Z', // 1681839912
    provenance: {
      source: 'https://github.com/sigstore/sigstore-js',
      revision: 'dae8bd8eb433a4147b4655c00fe73e0f22bc0fb1',
      buildFile: '.github/workflows/release.yml',
      builder: 'https://github.com/actions/runner',
    },
  },
]

test('bundles of the public sigstore, as its client in Go is tested with', { skip, timeout: 600_000 }, async (t) => {
  const listed = go(t, 'mod', 'download', '-json', 'github.com/sigstore/sigstore-go@v1.1.4')
  if (listed === undefined) return
  const { Dir: folder } = JSON.parse(listed) as { Dir: string }
  const text = (name: string): string => readFileSync(`${folder}/${name}`, 'utf8')
  const root = text('pkg/testing/data/trusted-roots/public-good.json')
  const issuer = 'https://token.actions.githubusercontent.com'
  const workflow = 'https://github.com/sigstore/sigstore-js/.github/workflows/release.yml@refs/heads/main'
  const identity = trustedIdentity(issuer, { exact: workflow })
  const trust = await trustIn(root, identity)
  const fork = await trustIn(root, trustedIdentity(issuer, { exact: workflow.replace('sigstore-js', 'fork') }))
  const elsewhere = await trustIn(text('pkg/testing/data/trusted-roots/scaffolding.json'), identity)
  for (const { file, at, provenance } of bundles) {
    const bytes = Buffer.from(text(file))
    const opened = await openEnvelope(bytes, {}, trust)
    const by = `${workflow} (as ${issuer} says)`
    deepEqual(opened?.verdict, { verified: true, by, means: 'identity', at })
    deepEqual(parseStatement(opened.payload).provenance, provenance)
    match((await openEnvelope(bytes, {}, fork))?.verdict.why ?? '', /who is no trusted identity/)
    match((await openEnvelope(bytes, {}, elsewhere))?.verdict.why ?? '', /not by an authority of the trusted root/)
    const [subject = ''] = parseStatement(opened.payload).subjects
    const mediaType = 'application/vnd.dev.sigstore.bundle.v0.3+json'
    const origin = await originOf(subject, shelfWith(bytes, mediaType, mediaType), trust)
    deepEqual([origin?.known, origin?.source], ['verified provenance', provenance.source])
    deepEqual([origin?.attestations[0]?.by, origin?.signatures], [by, []])
    const other = await originOf(sha256('other'), shelfWith(bytes, mediaType, mediaType), trust)
    deepEqual([other?.known, other?.attestations[0]?.why], [undefined, 'it is of another image'])
    const payload = Buffer.from(opened.payload.replace(provenance.revision, 'c0ffee')).toString('base64')
    const changed = JSON.parse(text(file)) as { dsseEnvelope: object }
    const forged = { ...changed, dsseEnvelope: { ...changed.dsseEnvelope, payload } }
    match(
      (await openEnvelope(Buffer.from(JSON.stringify(forged)), {}, trust))?.verdict.why ?? '',
      /log is of something else/,
    )
  }
})
