// Real VEX documents; what they say of the packages that they name is written down from them by hand.

import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { findingId, type Finding } from '../model/finding.ts'
import type { Package } from '../model/package.ts'
import type { Gap } from '../model/scan.ts'
import { shared, withoutShared } from '../testing/shared.ts'
import { applyVex, type Subject } from './apply-vex.ts'
import { instant } from './statement.ts'
import { readVex } from './vex-formats.ts'
import { parsePurl } from '../lib/purl.ts'
import { covers } from './vex-target.ts'

const skip = withoutShared('feeds/vex')
const scanOf = (gaps: Gap[]) => ({
  gap: (why: string, place?: Gap['place']) => void gaps.push({ why, ...(place ? { place } : {}) }),
  signal: new AbortController().signal,
})
const text = (path: string): string => readFileSync(shared(`feeds/vex/${path}`)!, 'utf8')

function read(path: string) {
  const gaps: Gap[] = []
  return { statements: readVex(text(path), path, scanOf(gaps)), gaps: gaps.map(({ why }) => why) }
}

const digest = `sha256:${'a1'.repeat(32)}`
const bash: Package = {
  ecosystem: 'Debian',
  name: 'bash',
  version: '5.1-2',
  purl: 'pkg:deb/debian/bash@5.1-2?arch=amd64',
  place: {},
}
const perl: Package = { ...bash, name: 'perl', purl: 'pkg:deb/debian/perl@5.1-2?arch=amd64' }

function finding(of: Package, rule: string): Finding {
  return {
    id: findingId({ resource: 'r', rule, subject: of.purl }),
    kind: 'vulnerability',
    resource: 'r',
    subLayer: 'image',
    task: 'vulnerabilities',
    rule,
    severity: 'high',
    title: rule,
    evidence: {},
    package: { ecosystem: of.ecosystem, name: of.name, version: of.version, purl: of.purl },
    aliases: [],
    exploited: false,
    references: [],
  }
}

function subject(packages: Package[], ...names: string[]): Subject {
  return {
    resource: 'r',
    subLayer: 'image',
    packages,
    target: { names, digests: [digest], architecture: 'amd64' },
  }
}

function states(paths: string[], packages: Package[], rule: string, ...names: string[]) {
  const statements = paths.flatMap((path) => read(path).statements)
  const findings = packages.map((one) => finding(one, rule))
  const { findings: judged, gaps } = applyVex(findings, statements, subject(packages, ...names))
  return { suppressed: judged.map((one) => one.suppressed?.status), gaps: gaps.map(({ why }) => why), judged }
}

test('a statement for an image and a package in it silences that package in that image alone', { skip }, () => {
  const of = (path: string, name: string) => states([path], [bash, perl], 'CVE-2022-3715', name).suppressed
  assert.deepEqual(of('openvex/trivy-openvex-oci.json', 'registry.example/base/debian:12'), ['not affected', undefined])
  assert.deepEqual(of('openvex/trivy-openvex-oci.json', 'registry.example/debian-slim:12'), [undefined, undefined])
  assert.deepEqual(of('openvex/trivy-openvex-oci-mismatch.json', 'debian:12'), [undefined, undefined])
})

test('the registry, the tag, the architecture and the digest of a product all count', () => {
  const product = (purl: string): string =>
    JSON.stringify({
      '@context': 'https://openvex.dev/ns/v0.2.0',
      statements: [{ vulnerability: { name: 'CVE-1' }, products: [{ '@id': purl }], status: 'not_affected' }],
    })
  const matches = (purl: string): boolean => {
    const statements = readVex(product(purl), 'x.json', scanOf([]))
    const target = subject([bash], 'registry.example/team/app:1.2')
    return applyVex([finding(bash, 'CVE-1')], statements, target).findings[0]!.suppressed !== undefined
  }
  const encoded = digest.replace(':', '%3A')
  const same = [
    'pkg:oci/app',
    `pkg:oci/app@${encoded}`,
    'pkg:oci/app?repository_url=registry.example/team/app',
    'pkg:oci/app?repository_url=registry.example%2Fteam&tag=1.2&arch=amd64',
    `pkg:oci/app@${encoded}?repository_url=registry.example/team/app&tag=1.2`,
    'pkg:docker/team/app@1.2',
  ]
  const other = [
    'pkg:oci/other',
    `pkg:oci/app@sha256%3A${'b2'.repeat(32)}`,
    'pkg:oci/app?repository_url=registry.other/team/app',
    'pkg:oci/app?tag=1.3',
    'pkg:oci/app?arch=arm64',
    `pkg:oci/app@${encoded}?tag=1.3`,
    'pkg:docker/other/app@1.2',
  ]
  assert.deepEqual(
    same.map(matches),
    same.map(() => true),
  )
  assert.deepEqual(
    other.map(matches),
    other.map(() => false),
  )
})

const golang = (name: string, version: string, path = 'usr/bin/app'): Package => ({
  ecosystem: 'Go',
  name: `github.com/aquasecurity/${name}`,
  version,
  purl: `pkg:golang/github.com/aquasecurity/${name}@${version}`,
  place: { path },
})

test('a part of a program is silenced in that program alone', { skip }, () => {
  for (const path of ['openvex/trivy-openvex-nested.json', 'csaf/trivy-csaf-relationships.json']) {
    const parts = [golang('go-direct1', 'v2.0.0'), golang('go-transitive', 'v4.0.0')]
    assert.deepEqual(states([path], parts, 'CVE-2024-0001').suppressed, [undefined, 'not affected'], path)
    const elsewhere = [golang('go-direct1', 'v2.0.0'), golang('go-transitive', 'v4.0.0', 'usr/bin/other')]
    assert.deepEqual(states([path], elsewhere, 'CVE-2024-0001').suppressed, [undefined, undefined], path)
  }
})

test('CSAF: what is fixed, and in the words of the impact', { skip }, () => {
  const purl = 'pkg:apk/alpine/libcrypto3@3.0.8-r3?arch=x86_64&distro=alpine-3.17.3'
  const found: Package = { ecosystem: 'Alpine', name: 'libcrypto3', version: '3.0.8-r3', purl, place: {} }
  const { suppressed, judged } = states(['csaf/grype-csaf-demo1.json'], [found], 'CVE-2023-1255')
  assert.deepEqual(suppressed, ['fixed'])
  assert.equal(judged[0]!.suppressed!.reason, 'Class with vulnerable code was removed before shipping.')
  const other = { ...found, purl: purl.replace('x86_64', 'aarch64') }
  assert.deepEqual(states(['csaf/grype-csaf-demo1.json'], [other], 'CVE-2023-1255').suppressed, [undefined])
})

test('what is under investigation silences nothing, and the newest statement counts', { skip }, () => {
  const wolfi: Package = {
    ecosystem: 'Wolfi',
    name: 'bash',
    version: '1.0.0',
    purl: 'pkg:apk/wolfi/bash@1.0.0?arch=x86_64',
    place: {},
  }
  const { judged } = states(['openvex/document1.json'], [wolfi], 'CVE-1234-5678')
  assert.equal(judged[0]!.suppressed, undefined)
  assert.equal((judged[0]!.evidence['vex'] as [{ status: string }])[0].status, 'under investigation')
})

const openVex = (name: string, time: string, status: string, more = {}) => ({
  path: name,
  text: JSON.stringify({
    '@context': 'https://openvex.dev/ns/v0.2.0',
    author: name,
    timestamp: time,
    statements: [{ vulnerability: { name: 'CVE-1' }, products: [{ '@id': 'pkg:deb/debian/bash' }], status, ...more }],
  }),
})

function judge(...documents: ReturnType<typeof openVex>[]) {
  const statements = documents.flatMap(({ path, text }) => readVex(text, path, scanOf([])))
  const { findings, gaps } = applyVex([finding(bash, 'CVE-1')], statements, subject([bash]))
  return [findings[0]!.suppressed?.by, gaps.map(({ why }) => why)]
}

test('contradictions are shown: the newest counts, and of equals none silences', () => {
  const no = openVex('a', '2026-01-02T00:00:00Z', 'not_affected')
  const yes = openVex('b', '2026-01-01T23:00:00Z', 'affected', { action_statement: 'Upgrade' })
  assert.deepEqual(judge(no, yes), [
    'a (a)',
    [
      'VEX documents contradict each other on CVE-1 in bash: a says not affected, b says affected; the newest counts (not affected)',
    ],
  ])
  const later = openVex('b', '2026-01-01T22:00:00-08:00', 'affected')
  assert.equal(judge(no, later)[0], undefined)
  assert.deepEqual(judge(no, openVex('b', '2026-01-02T00:00:00Z', 'affected')), [
    undefined,
    [
      'VEX documents contradict each other on CVE-1 in bash: a says not affected, b says affected; none is newer, so that it stays open',
    ],
  ])
  assert.deepEqual(judge(openVex('a', '2026-01-01T00:00:00Z', 'affected'), no), ['a (a)', []])
})

test('that who ships it says "affected" is a finding where no advisory knows of it', () => {
  const statements = readVex(openVex('a', '', 'affected', { action_statement: 'Wait for 5.2' }).text, 'a', scanOf([]))
  const { findings } = applyVex([], statements, subject([bash, perl]))
  assert.deepEqual(
    findings.map(({ rule, severity, fix, package: of }) => [rule, severity, fix, of?.name]),
    [['CVE-1', 'unknown', 'Wait for 5.2', 'bash']],
  )
})

test('CycloneDX: within a bill of materials, and by the purl in a link to another', () => {
  const bom = (analysis: object, affects: object[], metadata = {}) =>
    JSON.stringify({
      bomFormat: 'CycloneDX',
      specVersion: '1.6',
      metadata,
      components: [{ type: 'library', name: 'bash', 'bom-ref': 'one', purl: 'pkg:deb/debian/bash@5.1-2' }],
      vulnerabilities: [{ id: 'CVE-1', analysis, affects }],
    })
  const said = (text: string): (string | undefined)[] => {
    const statements = readVex(text, 'x.json', scanOf([]))
    const { suppressed } = applyVex([finding(bash, 'CVE-1')], statements, subject([bash], 'debian:12')).findings[0]!
    return suppressed ? [suppressed.status, suppressed.justification] : []
  }
  const notReachable = { state: 'not_affected', justification: 'code_not_reachable' }
  assert.deepEqual(said(bom(notReachable, [{ ref: 'one' }])), ['not affected', 'code_not_reachable'])
  assert.deepEqual(said(bom({ state: 'false_positive' }, [{ ref: 'urn:cdx:1/1#pkg:deb%2Fdebian%2Fbash' }])), [
    'not affected',
    undefined,
  ])
  assert.deepEqual(
    said(bom({ state: 'resolved' }, [{ ref: 'one', versions: [{ version: '5.1-3', status: 'unaffected' }] }])),
    [],
  )
  assert.deepEqual(said(bom({ state: 'in_triage' }, [{ ref: 'one' }])), [])
  const container = (version: string) => ({ component: { type: 'container', name: 'debian', version } })
  assert.deepEqual(said(bom(notReachable, [{ ref: 'one' }], container(digest)))[0], 'not affected')
  assert.deepEqual(said(bom(notReachable, [{ ref: 'one' }], container(`sha256:${'b2'.repeat(32)}`))), [])
})

test('every document at hand is read without a crash; what is none, or is cut, is a gap', { skip }, () => {
  const names = readdirSync(shared('feeds/vex')!, { recursive: true, encoding: 'utf8' })
  const documents = names.filter(
    (name) => /\.(?:json|xml)$/.test(name) && !name.includes('bom') && !name.includes('sbom'),
  )
  assert.equal(documents.length > 60, true)
  for (const name of documents) {
    const { statements, gaps } = read(name)
    const analysed = !/no-analysis|Case-\d+\/bom/.test(name)
    if (analysed) assert.equal(statements.length + gaps.length > 0, true, name)
    for (const cut of [1, 100, text(name).length - 2]) {
      assert.doesNotThrow(() => readVex(text(name).slice(0, cut), name, scanOf([])), name)
    }
  }
  assert.deepEqual(read('csaf/gocsaf-trailing-garbage.json').gaps, ['not JSON'])
  assert.deepEqual(read('cyclonedx/guac/cyclonedx-vex.xml').gaps, ['VEX is read as JSON, and this is XML'])
  assert.deepEqual(read('openvex/vexhub-index.json').gaps, ['no VEX document: it is none of openvex, csaf, cyclonedx'])
})

test('times are those of the calendar', () => {
  for (const time of [
    '1970-01-01T00:00:00Z',
    '2024-02-29T23:59:59Z',
    '2026-12-31T00:00:00+05:30',
    '2000-03-01T00:00:00-08:00',
  ]) {
    assert.equal(instant(time), Date.parse(time), time)
  }
  assert.equal(instant('yesterday'), -Infinity)
})

test('a statement about a part of a package is about that part alone', () => {
  const statement = parsePurl('pkg:golang/k8s.io/kubernetes@v1.29.3#cmd/kubelet')!
  const of = (text: string): boolean => covers(statement, parsePurl(text)!)
  assert.deepEqual(
    [
      'pkg:golang/k8s.io/kubernetes@v1.29.3#cmd/kubelet',
      'pkg:golang/k8s.io/kubernetes@v1.29.3#cmd/kube-proxy',
      'pkg:golang/k8s.io/kubernetes@v1.29.3',
    ].map(of),
    [true, false, false],
  )
  assert.ok(covers(parsePurl('pkg:golang/k8s.io/kubernetes@v1.29.3')!, statement))
})
