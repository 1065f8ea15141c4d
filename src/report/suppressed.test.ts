// What every format says of suppressed findings: there, counted apart, with who decided and until when.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Format } from './format.ts'
import { cyclonedx } from './cyclonedx.ts'
import { openvex } from './openvex.ts'
import { sarif } from './sarif.ts'
import { table } from './table.ts'
import { decided, real } from './testing.ts'

const text = ({ render }: Format): string => [...render(decided)].join('')

test('table: what to do first, the upgrades, and the suppressed ones apart from the counts', () => {
  const lines = text(table).split('\n')
  const part = (heading: string): string[] => {
    const from = lines.findIndex((line) => line.startsWith(heading))
    return lines.slice(from + 1, lines.indexOf('', from))
  }
  assert.equal(
    lines.find((line) => line.startsWith('Vulnerabilities ')),
    'Vulnerabilities  1 critical, 2 high, 1 not rated; 3 of 3 packages judged',
  )
  assert.equal(
    lines.find((line) => line.startsWith('Suppressed ')),
    'Suppressed       3, counted apart and listed below',
  )
  assert.deepEqual(part('First'), [
    '  GHSA-0000-1111-2222 in @scope/part 1.2.3',
    '    Act now: known to be exploited, high (CVSS 8.0); fixed in 1.2.4.',
    '    It is in part.parse: whether that is called is not known',
  ])
  assert.deepEqual(part('Fix'), [
    '  rebase on debian:12.8: clears 1 of 4',
    '  @scope/part 1.2.3  to 1.3.0  clears 1 of 2',
  ])
  const suppressed = part('Suppressed (3)').map((line) => line.replaceAll(/(?<=\S) {2,}/g, '  '))
  assert.deepEqual(suppressed.toSorted(), [
    '  CVE-2024-0004  libssl3 3.0.11-1~deb12u1  The code is never called (app.openvex.json (Maker))',
    '  DEBIAN-CVE-2024-0005  libssl3 3.0.11-1~deb12u1  patched (app.openvex.json (Maker))',
    '  GHSA-dddd-eeee-ffff  @scope/part 1.2.3  until 2027-01-01  Accepted by the owner (.trivyignore:3)',
  ])
})

test('sarif: suppressions, and a rank that sorts by priority', () => {
  const log = JSON.parse(text(sarif)) as {
    runs: [{ results: { ruleId: string; rank?: number; suppressions?: [{ justification: string }] }[] }]
  }
  const { results } = log.runs[0]
  const suppressed = results.filter(({ suppressions }) => suppressions)
  assert.deepEqual(
    suppressed.map(({ ruleId, suppressions }) => [ruleId, suppressions![0].justification]),
    [
      ['DEBIAN-CVE-2024-0004', 'The code is never called (app.openvex.json (Maker))'],
      ['DEBIAN-CVE-2024-0005', 'patched (app.openvex.json (Maker))'],
      ['GHSA-dddd-eeee-ffff', 'Accepted by the owner (.trivyignore:3, until 2027-01-01)'],
    ],
  )
  assert.equal(results.find(({ ruleId }) => ruleId === 'GHSA-0000-1111-2222')!.rank, 94.2)
})

test('cyclonedx: the analysis of each, and a decision leaves it exploitable', () => {
  const bom = JSON.parse(text(cyclonedx)) as {
    vulnerabilities: { id: string; analysis?: { state: string; justification?: string } }[]
  }
  const analysed = bom.vulnerabilities.filter(({ analysis }) => analysis)
  assert.deepEqual(
    analysed.map(({ id, analysis }) => [id, analysis!.state, analysis!.justification]),
    [
      ['DEBIAN-CVE-2024-0004', 'not_affected', 'code_not_reachable'],
      ['DEBIAN-CVE-2024-0005', 'resolved', undefined],
      ['GHSA-dddd-eeee-ffff', 'exploitable', undefined],
    ],
  )
})

test('openvex: a statement for each, about the packages in this very image', () => {
  const document = JSON.parse(text(openvex)) as {
    tooling: string
    statements: {
      vulnerability: { name: string }
      products: [{ hashes: Record<string, string>; subcomponents: { '@id': string }[] }]
      status: string
      action_statement?: string
    }[]
  }
  assert.deepEqual(
    document.statements.map(({ vulnerability: { name }, status, action_statement }) => [
      name,
      status,
      action_statement,
    ]),
    [
      ['CVE-2024-0001', 'affected', 'Upgrade libssl3 (source package openssl) to 3.0.15-1~deb12u1'],
      ['DEBIAN-CVE-2024-0002', 'affected', 'No fix is known'],
      ['GHSA-aaaa-bbbb-cccc', 'affected', 'No fix is known'],
      ['CVE-2024-0004', 'not_affected', undefined],
      ['DEBIAN-CVE-2024-0005', 'fixed', undefined],
      ['GHSA-dddd-eeee-ffff', 'affected', 'Accepted until 2027-01-01: Accepted by the owner (.trivyignore:3)'],
      ['GHSA-0000-1111-2222', 'affected', 'No fix is known'],
    ],
  )
  const [{ hashes, subcomponents }] = document.statements[0]!.products
  assert.deepEqual(hashes, { 'sha-256': decided.target.digest!.slice('sha256:'.length) })
  assert.deepEqual(
    subcomponents.map((one) => one['@id']),
    [real.packages[0]!.purl],
  )
  assert.equal(document.tooling, 'Plimsoll 0.1.0, 2 gaps')
})
