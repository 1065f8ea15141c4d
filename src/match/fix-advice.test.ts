import { test } from 'node:test'
import { deepEqual } from 'node:assert/strict'
import type { Finding } from '../model/finding.ts'
import type { ImageLayer } from '../model/image.ts'
import { rebaseAdvice } from './fix-advice.ts'
import { debianPackage } from './testing.ts'
import { vulnerabilityFindings } from './vulnerability.ts'

const layer = (digest: string): ImageLayer => ({ digest, size: 1, entries: 1 })
const layers = [layer('sha256:base'), layer('sha256:own')]

function finding(name: string, rule: string, digest: string): Finding {
  const of = { ...debianPackage(name, '1'), place: { layer: digest } }
  const advisory = { id: rule, modified: '2026-01-01T00:00:00Z' }
  const vulnerability = { package: of, advisory, aliases: [], severity: 'high', exploited: false, says: [] } as const
  return vulnerabilityFindings([vulnerability], 'r', 'image')[0]!
}

const found = [
  finding('openssl', 'CVE-1', 'sha256:base'),
  finding('openssl', 'CVE-2', 'sha256:base'),
  finding('perl', 'CVE-3', 'sha256:base'),
  finding('curl', 'CVE-4', 'sha256:own'),
]
const packages = [debianPackage('openssl', '2'), debianPackage('curl', '2')]
const candidates = [
  { name: 'debian:12.1', packages, findings: [found[1]!] },
  { name: 'debian:12.2', packages, findings: [] },
  { name: 'debian:12.0', packages, findings: found },
]

test('of what the layers of the base brought, all that the candidate does not have is cleared', () => {
  const base = { layers: 1, known: 'estate' } as const
  deepEqual(rebaseAdvice(found, { base, layers }, candidates), [
    { onto: 'debian:12.2', clears: 3, of: 4 },
    { onto: 'debian:12.1', clears: 2, of: 4 },
  ])
})

test('without knowing the layers of the base only packages count that the candidate brings', () => {
  deepEqual(rebaseAdvice(found, { layers }, candidates.slice(1, 2)), [{ onto: 'debian:12.2', clears: 3, of: 4 }])
  const suppressed = { by: 'x', reason: 'y' }
  deepEqual(rebaseAdvice([{ ...found[0]!, suppressed }], { layers }, candidates), [])
})
