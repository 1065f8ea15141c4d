import { equal } from 'node:assert/strict'
import { test } from 'node:test'
import { signatureWords, sourceWords } from './origin-words.ts'

test('where an image comes from, and what that rests on', () => {
  equal(sourceWords({}), '')
  equal(sourceWords({ source: 'https://git.example/a', known: 'label' }), 'https://git.example/a (label)')
  const whole = {
    source: 'https://git.example/a',
    revision: 'c0ffee',
    builder: 'https://ci.example',
    known: 'provenance',
  } as const
  equal(sourceWords(whole), 'https://git.example/a at c0ffee, built by https://ci.example (provenance)')
  const filed = { ...whole, buildFile: 'deploy/Dockerfile' }
  equal(
    sourceWords(filed),
    'https://git.example/a at c0ffee, deploy/Dockerfile, built by https://ci.example (provenance)',
  )
  equal(sourceWords({ revision: 'c0ffee' }), 'an unnamed repository at c0ffee')
})

test('what is signed, and why some of it is not verified', () => {
  equal(signatureWords({}), '')
  const unsigned = { predicate: 'https://spdx.dev/Document', verified: false, why: 'it is not signed' }
  const origin = {
    signatures: [{ kind: 'cosign', verified: true, by: 'a.pub' }] as const,
    attestations: [unsigned, unsigned],
  }
  equal(signatureWords(origin), '1 signature verified by a.pub; 2 attestations not verified: it is not signed')
  const signatures = [
    { kind: 'cosign', verified: true, by: 'a workflow', means: 'identity', at: '2026-01-02T03:04:05Z' },
    { kind: 'notation', verified: true, by: 'C=US', means: 'certificate', revocation: 'not checked' },
  ] as const
  equal(
    signatureWords({ signatures }),
    '1 signature verified by identity a workflow, made 2026-01-02T03:04:05Z; 1 signature verified (revocation not checked) by certificate C=US',
  )
})
