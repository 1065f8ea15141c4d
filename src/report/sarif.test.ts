import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Log } from 'sarif'
import type { Result } from '../model/result.ts'
import { sarif } from './sarif.ts'
import { empty, hostile, real, unknownSystem } from './testing.ts'

function run(result: Result) {
  const log = JSON.parse([...sarif.render(result)].join('')) as Log
  return log.runs[0]!
}

test('a vulnerability is a result at the file that lists the package', () => {
  const [first] = run(real).results!
  assert.deepEqual(first, {
    ruleId: 'DEBIAN-CVE-2024-0001',
    ruleIndex: 0,
    level: 'error',
    message: {
      text: 'libssl3 3.0.11-1~deb12u1: Memory is used after it was freed. Upgrade libssl3 (source package openssl) to 3.0.15-1~deb12u1',
    },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: 'var/lib/dpkg/status', uriBaseId: 'TARGET' },
          region: { startLine: 120 },
        },
        logicalLocations: [
          {
            name: 'libssl3',
            fullyQualifiedName: 'pkg:deb/debian/libssl3@3.0.11-1~deb12u1?arch=amd64&distro=debian-12',
            kind: 'package',
          },
        ],
      },
    ],
    partialFingerprints: { 'plimsollFinding/v1': real.findings[0]!.id },
    properties: {
      severity: 'high',
      exploited: false,
      aliases: ['CVE-2024-0001'],
      fixedIn: '3.0.15-1~deb12u1',
      layer: `sha256:${'cd'.repeat(32)}`,
    },
  })
})

test('each result points at its rule, and each rule stands once', () => {
  const { tool, results } = run(hostile)
  const rules = tool.driver.rules!
  assert.equal(new Set(rules.map(({ id }) => id)).size, rules.length)
  for (const { ruleId, ruleIndex } of results!) assert.equal(rules[ruleIndex!]!.id, ruleId)
})

test('severities: levels for people, scores for code hosts, and none for what nobody has rated', () => {
  const rules = run(real).tool.driver.rules!
  assert.deepEqual(
    rules.map(({ id, defaultConfiguration, properties }) => [
      id,
      defaultConfiguration!.level,
      properties!['security-severity'],
    ]),
    [
      ['DEBIAN-CVE-2024-0001', 'error', '7.5'],
      ['DEBIAN-CVE-2024-0002', 'error', '9.8'],
      ['GHSA-aaaa-bbbb-cccc', 'warning', undefined],
      ['image-runs-as-root', 'warning', '4.0'],
    ],
  )
})

test('a finding without a file stands at the target', () => {
  const location = run(real).results!.at(-1)!.locations![0]!
  assert.equal(location.physicalLocation!.artifactLocation!.uri, 'shop.tar')
})

test('gaps are notifications', () => {
  const [invocation] = run(real).invocations!
  assert.equal(invocation!.executionSuccessful, true)
  assert.deepEqual(invocation!.toolExecutionNotifications, [
    { level: 'warning', message: { text: 'undecided: needs labels (image-without-owner)' } },
    {
      level: 'warning',
      message: { text: 'no version: in this record (var/lib/dpkg/status)' },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: 'var/lib/dpkg/status', uriBaseId: 'TARGET' },
            region: { startLine: 7 },
          },
        },
      ],
      properties: { layer: `sha256:${'cd'.repeat(32)}` },
    },
  ])
})

for (const [name, result] of Object.entries({ empty, unknownSystem })) {
  test(`the ${name} target was not judged: no results is not success`, () => {
    const { invocations, results } = run(result)
    assert.deepEqual(results, [])
    assert.equal(invocations![0]!.executionSuccessful, false)
    assert.match(invocations![0]!.exitCodeDescription!, /^the target could not be judged: /)
  })
}

test('what is inspected writes no links, and no path leads out of the target', () => {
  const text = JSON.stringify(run(hostile))
  assert.ok(text.includes('"text":"'))
  assert.doesNotMatch(text, /"text":"(?:[^"\\]|\\.)*\]\(/)
  assert.ok(!/"uri":"[^"]*\.\.\//.test(text))
  assert.ok(!text.includes('"helpUri":"javascript'))
})
