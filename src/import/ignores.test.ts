// Ignore files as the documents of Trivy, Grype and osv-scanner show them.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findingId, type Finding } from '../model/finding.ts'
import type { Gap } from '../model/scan.ts'
import { applyIgnores } from './apply-ignores.ts'
import { ignoreFormatOf } from './ignore-formats.ts'

const today = '2026-11-29T10:00:00Z'

function finding(rule: string, name: string, more: Partial<Finding> = {}): Finding {
  return {
    id: findingId({ resource: 'r', rule, subject: name }),
    kind: 'vulnerability',
    resource: 'r',
    subLayer: 'image',
    task: 'vulnerabilities',
    rule,
    severity: 'high',
    title: rule,
    evidence: { places: [{ path: `usr/lib/${name}` }] },
    package: { ecosystem: 'Debian', name, version: '1.0-1', purl: `pkg:deb/debian/${name}@1.0-1?arch=amd64` },
    aliases: [],
    exploited: false,
    references: [],
    ...more,
  }
}

function apply(file: string, text: string, findings: readonly Finding[]) {
  const gaps: Gap[] = []
  const scan = {
    gap: (why: string, place?: Gap['place']) => void gaps.push({ why, ...(place ? { place } : {}) }),
    signal: new AbortController().signal,
  }
  const rules = [...ignoreFormatOf(file)!.read(text, file, scan)]
  const applied = applyIgnores(findings, rules, today)
  return {
    suppressed: applied.findings.map(
      ({ suppressed }) => suppressed && [suppressed.by, suppressed.reason, suppressed.until].filter(Boolean),
    ),
    gaps: [...gaps, ...applied.gaps].map(({ why }) => why),
  }
}

test('.trivyignore: ids with the comment above, and an end', () => {
  const text = `# Accept the risk
CVE-2018-14618

# No impact in our settings
CVE-2019-1543 exp:2027-01-01
CVE-2020-1 exp:2026-11-29
CVE-2021-1 exp:soon
`
  const findings = ['CVE-2018-14618', 'CVE-2019-1543', 'CVE-2020-1', 'CVE-2021-1'].map((id) =>
    finding(`DEBIAN-${id}`, 'curl', { aliases: [id] }),
  )
  assert.deepEqual(apply('ci/.trivyignore', text, findings), {
    suppressed: [
      ['ci/.trivyignore:2', 'Accept the risk'],
      ['ci/.trivyignore:5', 'No impact in our settings', '2027-01-01'],
      undefined,
      undefined,
    ],
    gaps: [
      'the end of CVE-2021-1 is no day: soon',
      'the exception for CVE-2020-1 ended on 2026-11-29: its findings are open again',
    ],
  })
})

test('.trivyignore.yaml: by path and purl, each in its own section', () => {
  const text = `
vulnerabilities:
  - id: CVE-1
    paths: ["usr/lib/a*"]
    statement: Not used
  - id: CVE-2
    purls: ["pkg:deb/debian/curl"]
    expired_at: 2027-01-01
  - id: CVE-3
    expired_at: 2020-01-01
misconfigurations:
  - id: CVE-4
`
  const findings = [
    finding('CVE-1', 'apt'),
    finding('CVE-1', 'curl'),
    finding('CVE-2', 'curl'),
    finding('CVE-2', 'apt'),
    finding('CVE-3', 'apt'),
    finding('CVE-4', 'apt'),
  ]
  const { suppressed, gaps } = apply('.trivyignore.yaml', text, findings)
  assert.deepEqual(suppressed, [
    ['.trivyignore.yaml', 'Not used'],
    undefined,
    ['.trivyignore.yaml', 'no reason is given', '2027-01-01'],
    undefined,
    undefined,
    undefined,
  ])
  assert.deepEqual(gaps, ['the exception for CVE-3 ended on 2020-01-01: its findings are open again'])
})

test('.grype.yaml: all fields of a rule must hold; one with a field that is not read lets nothing pass', () => {
  const text = `
ignore:
  - vulnerability: CVE-1
    fix-state: not-fixed
    package: { name: libcurl, version: 1.0-1, type: deb }
  - vulnerability: CVE-2
    namespace: nvd
  - fix-state: not-fixed
  - package: { type: rust-crate, name: x }
  - package: { type: deb, name: perl }
    reason: never started
`
  const fixed = finding('CVE-1', 'libcurl')
  fixed.package!.fixedIn = '2'
  const findings = [
    finding('CVE-1', 'libcurl'),
    fixed,
    finding('CVE-2', 'x'),
    finding('CVE-3', 'x'),
    finding('CVE-4', 'perl'),
  ]
  assert.deepEqual(apply('.grype.yaml', text, findings), {
    suppressed: [
      ['.grype.yaml', 'no reason is given'],
      undefined,
      undefined,
      undefined,
      ['.grype.yaml', 'never started'],
    ],
    gaps: ['ignore[1] has namespace, which is not read: it lets nothing pass'],
  })
})

test('osv-scanner.toml: ignored vulnerabilities and packages, until when', () => {
  const text = `
[[IgnoredVulns]]
id = "GO-2022-0968"
ignoreUntil = 2027-11-09
reason = "No ssh servers are connected to"

[[IgnoredVulns]]
id = "GO-2022-1059"
ignoreUntil = 2022-11-09T00:00:00Z

[[PackageOverrides]]
name = "lib"
version = "1.0-1"
ecosystem = "Debian"
ignore = true
effectiveUntil = 2027-11-09
reason = "abc"
`
  const findings = [
    finding('GO-2022-0968', 'x'),
    finding('GO-2022-1059', 'x'),
    finding('CVE-1', 'lib'),
    finding('CVE-1', 'x'),
  ]
  assert.deepEqual(apply('osv-scanner.toml', text, findings), {
    suppressed: [
      ['osv-scanner.toml', 'No ssh servers are connected to', '2027-11-09'],
      undefined,
      ['osv-scanner.toml', 'abc', '2027-11-09'],
      undefined,
    ],
    gaps: ['the exception for GO-2022-1059 ended on 2022-11-09: its findings are open again'],
  })
})

test('what is no ignore file lets nothing pass, and says so', () => {
  const findings = [finding('CVE-1', 'x')]
  for (const [file, text] of [
    ['.trivyignore.yaml', '{'],
    ['.grype.yaml', 'ignore: [\u0000'],
    ['osv-scanner.toml', '[['],
  ] as const) {
    const { suppressed, gaps } = apply(file, text, findings)
    assert.deepEqual([suppressed, gaps.length], [[undefined], 1], file)
  }
})
