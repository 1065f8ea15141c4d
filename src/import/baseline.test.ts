import { equal, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { formats } from '../report/formats.ts'
import { decided, hostile, real } from '../report/testing.ts'
import { readBaseline } from './baseline.ts'

const written = (id: string, result = real): string =>
  [...formats.find((format) => format.id === id)!.render(result)].join('')

test('what --format json writes is read back', () => {
  for (const result of [real, decided, hostile]) {
    const { findings, at } = readBaseline(written('json', result))
    equal(findings.length, result.findings.length)
    equal(at, result.at)
  }
})

test('anything else says what it is', () => {
  const wrong: [string, RegExp][] = [
    ['', /^is no JSON, or was cut$/],
    [written('json').slice(0, -20), /^is no JSON, or was cut$/],
    [written('sarif'), /^is SARIF, and not what plimsoll scan --format json wrote$/],
    [written('cyclonedx'), /^is CycloneDX,/],
    [written('spdx'), /^is SPDX,/],
    ['{"SchemaVersion": 2, "Results": []}', /^is a result of Trivy,/],
    ['{"matches": [], "descriptor": {}}', /^is a result of Grype,/],
    ['[]', /^is not what plimsoll scan --format json wrote: /],
    ['null', /^is not what plimsoll scan --format json wrote: /],
    [JSON.stringify({ ...real, findings: 'none' }), /wrote: findings: /],
    [JSON.stringify({ ...real, findings: [{ kind: 'weather' }] }), /wrote: findings\.0\.kind: /],
  ]
  for (const [text, why] of wrong) throws(() => readBaseline(text), { message: why }, text.slice(0, 40))
})
