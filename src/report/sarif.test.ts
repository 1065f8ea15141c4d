import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Log } from 'sarif'
import type { Result } from '../model/result.ts'
import { sarif } from './sarif.ts'
import { gzipSync } from 'node:zlib'
import { big, decided, empty, hostile, layered, real, unknownSystem } from './testing.ts'

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
    partialFingerprints: {
      primaryLocationLineHash: first!.partialFingerprints!['primaryLocationLineHash']!,
      'plimsollFinding/v1': real.findings[0]!.id,
    },
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

// What code hosts demand and refuse: https://docs.github.com/en/code-security/code-scanning/troubleshooting-sarif-uploads
test('code hosts: each result has a place with a line and a fingerprint, each rule its texts within 1024 characters', () => {
  const long = { ...hostile, findings: hostile.findings.map((finding) => ({ ...finding, title: 'x](y'.repeat(2000) })) }
  for (const result of [real, layered, decided, hostile, long, big()]) {
    const { results, tool } = run(result)
    for (const { locations, partialFingerprints, message } of results!) {
      assert.equal(locations!.length, 1)
      const { artifactLocation, region } = locations![0]!.physicalLocation!
      assert.ok(artifactLocation!.uri)
      assert.ok(region!.startLine! >= 1)
      assert.match(partialFingerprints!['primaryLocationLineHash']!, /^[0-9a-f]{32}:\d+$/)
      assert.ok(message.text)
    }
    for (const { shortDescription, fullDescription, help, properties } of tool.driver.rules!) {
      for (const text of [shortDescription!.text, fullDescription!.text]) assert.ok(text !== '' && text.length <= 1024)
      assert.ok(help!.text)
      assert.ok((properties!.tags as string[]).length <= 10)
      const score = properties!['security-severity'] as unknown
      if (score !== undefined) assert.match(String(score), /^(?:10\.0|\d\.\d)$/)
      assert.ok(score === undefined || typeof score === 'string')
    }
  }
})

test('code hosts: the fingerprint outlives a rebuilt image and an upgrade; two of the like are two alerts', () => {
  const prints = (result: Result) =>
    run(result).results!.map(({ partialFingerprints }) => partialFingerprints!['primaryLocationLineHash'])
  const rebuilt: Result = {
    ...real,
    findings: real.findings.map((finding) => ({
      ...finding,
      id: `other ${finding.id}`,
      resource: 'image/sha256:other',
      place: { ...finding.place, line: 7, layer: 'sha256:other' },
      ...(finding.package ? { package: { ...finding.package, version: '9', purl: `${finding.package.purl}9` } } : {}),
    })),
  }
  assert.deepEqual(prints(rebuilt), prints(real))
  for (const result of [real, layered, big(), { ...real, findings: [...real.findings, ...real.findings] }]) {
    assert.equal(new Set(prints(result)).size, result.findings.length)
  }
})

test('code hosts: of more than 25,000 findings the most urgent ones, with a note of the others, within 10 MB gzip', () => {
  const { findings } = big()
  const many = [0, 1, 2].flatMap((time) => findings.map((finding) => ({ ...finding, rule: `${finding.rule}-${time}` })))
  const result = { ...real, findings: [...many.map((one) => ({ ...one, severity: 'low' as const })), ...real.findings] }
  const text = [...sarif.render(result)].join('')
  const [{ results, invocations, tool }] = (JSON.parse(text) as Log).runs as [Log['runs'][0]]
  assert.equal(results!.length, 25_000)
  assert.ok(tool.driver.rules!.length <= 25_000)
  for (const { rule } of real.findings.slice(0, 2))
    assert.ok(
      results!.some(({ ruleId }) => ruleId === rule),
      rule,
    )
  const notes = invocations![0]!.toolExecutionNotifications!.filter(({ level }) => level === 'note')
  assert.deepEqual(
    notes.map(({ message }) => message.text),
    ['5004 of 30004 findings are left out, the least urgent: code hosts take no more'],
  )
  assert.ok(gzipSync(text).length < 10_000_000)
})

test('the help of a rule says what to do', () => {
  const [rule] = run(real).tool.driver.rules!
  assert.equal(
    rule!.help!.text,
    [
      'Memory is used after it was freed',
      'Upgrade libssl3 (source package openssl) to 3.0.15-1~deb12u1',
      'CVE-2024-0001',
      'https://osv.dev/vulnerability/DEBIAN-CVE-2024-0001',
    ].join('\n'),
  )
})
