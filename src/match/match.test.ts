import assert from 'node:assert/strict'
import { test } from 'node:test'
import { matchPackages } from './match.ts'
import { bullseye, debianPackage, lookupIn, npmPackage, record } from './testing.ts'
import { vulnerabilityFindings } from './vulnerability.ts'

const fixedAt = (version: string) => [{ introduced: '0' }, { fixed: version }]
const openssl = record('DSA-1', ['Debian:11', 'openssl'], fixedAt('1.1.1n-0+deb11u5'), { upstream: ['CVE-1', 'CVE-2'] })

test('a package of a distribution is judged by its source package and that version', () => {
  const libssl = debianPackage('libssl1.1', '1.1.1n-0+deb11u4+b1', { name: 'openssl', version: '1.1.1n-0+deb11u4' })
  const rebuilt = debianPackage('libssl-dev', '1.1.1n-0+deb11u5+b1', { name: 'openssl', version: '1.1.1n-0+deb11u5' })
  const { vulnerabilities, judged, gaps } = matchPackages([libssl, rebuilt], bullseye, lookupIn([openssl]))
  assert.deepEqual(
    vulnerabilities.map(({ package: { name }, advisory, fixedIn }) => [name, advisory.id, fixedIn]),
    [['libssl1.1', 'DSA-1', '1.1.1n-0+deb11u5']],
  )
  assert.deepEqual(judged, { done: 2, of: 2, unit: 'packages judged' })
  assert.deepEqual(gaps, [])
})

test('a release without advisories is a gap, not zero', () => {
  const bookworm = { ...bullseye, version: '12', ecosystem: 'Debian:12' }
  const { vulnerabilities, judged, gaps } = matchPackages(
    [debianPackage('openssl', '1')],
    bookworm,
    lookupIn([openssl]),
  )
  assert.deepEqual(vulnerabilities, [])
  assert.deepEqual(judged, { done: 0, of: 1, unit: 'packages judged' })
  assert.deepEqual(gaps, [{ why: 'no advisories for this release (Debian:12)' }])
})

test('a distribution that nobody knows is a gap; its language packages are judged all the same', () => {
  const lodash = record('GHSA-1', ['npm', 'lodash'], fixedAt('4.17.21'))
  const packages = [debianPackage('openssl', '1'), npmPackage('lodash', '4.17.20')]
  const { vulnerabilities, judged, gaps } = matchPackages(
    packages,
    { id: 'mine', name: 'My Linux' },
    lookupIn([lodash]),
  )
  assert.deepEqual(gaps, [{ why: 'unknown distribution (My Linux)' }])
  assert.equal(vulnerabilities.length, 1)
  assert.equal(judged.done, 1)
  assert.deepEqual(matchPackages([packages[0]!], undefined, lookupIn([])).gaps, [{ why: 'unknown distribution' }])
})

test('a version that the ecosystem does not know is a gap with its place', () => {
  const { judged, gaps } = matchPackages([debianPackage('openssl', 'unstable')], bullseye, lookupIn([openssl]))
  assert.deepEqual(gaps, [
    { why: "version unstable of openssl is not one of dpkg's", place: { path: 'var/lib/dpkg/status' } },
  ])
  assert.equal(judged.done, 0)
})

test('what holds every version, or names this one, holds also a version that the ecosystem does not know', () => {
  const all = record('MAL-1', ['npm', 'evil'], [{ introduced: '0' }])
  const some = record('GHSA-2', ['npm', 'evil'], fixedAt('1.0.0'))
  const found = npmPackage('evil', 'unknown')
  const { vulnerabilities, judged, gaps } = matchPackages([found], undefined, lookupIn([all, some]))
  assert.deepEqual(
    vulnerabilities.map(({ advisory }) => advisory.id),
    ['MAL-1'],
  )
  assert.equal(judged.done, 0)
  assert.deepEqual(gaps, [{ why: "version unknown of evil is not one of semver's", place: found.place }])
})

test('an ecosystem without an order of versions is a gap', () => {
  const flask = { ...npmPackage('flask', '1.0'), ecosystem: 'opam' }
  const { gaps, judged } = matchPackages(
    [flask],
    undefined,
    lookupIn([record('OSV-1', ['opam', 'flask'], fixedAt('2'))]),
  )
  assert.deepEqual(gaps, [{ why: 'no order of versions for opam' }])
  assert.equal(judged.done, 0)
})

test('the starter set shows its matches and proves nothing', () => {
  const lookup = lookupIn([openssl], { starter: true })
  const { vulnerabilities, judged, gaps } = matchPackages([debianPackage('openssl', '1.1.1k-1')], bullseye, lookup)
  assert.equal(vulnerabilities.length, 1)
  assert.equal(judged.done, 0)
  assert.deepEqual(gaps, [
    { why: 'only the starter set of advisories (1 records) for Debian:11: run plimsoll db build' },
  ])
})

test('a record that cannot be decided is a gap, and its package is not judged', () => {
  const broken = record('DSA-2', ['Debian:11', 'curl'], fixedAt('<unfixed>'))
  const { judged, gaps } = matchPackages([debianPackage('curl', '7.74.0-1')], bullseye, lookupIn([openssl, broken]))
  assert.equal(judged.done, 0)
  assert.deepEqual(gaps, [
    { why: "DSA-2 has the bound <unfixed>, which is not one of dpkg's: curl 7.74.0-1 is not judged by it" },
  ])
})

test('a withdrawn record matches nothing', () => {
  const withdrawn = { ...openssl, withdrawn: '2026-02-01T00:00:00Z' }
  const { vulnerabilities, judged } = matchPackages([debianPackage('openssl', '1')], bullseye, lookupIn([withdrawn]))
  assert.deepEqual([vulnerabilities.length, judged.done], [0, 1])
})

test('records that are aliases are one vulnerability, with all names, the worst rating and the highest fix', () => {
  const vector = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H'
  const records = [
    record('NSWG-1', ['npm', 'ws'], fixedAt('1.1.0'), { aliases: ['CVE-9'] }),
    record('GHSA-9', ['npm', 'ws'], fixedAt('1.2.0'), {
      aliases: ['CVE-9'],
      severity: [{ type: 'CVSS_V3', score: vector }],
    }),
    record('GHSA-8', ['npm', 'ws'], fixedAt('1.3.0'), { aliases: ['CVE-8'] }),
  ]
  const lookup = lookupIn(records, { exploited: ['CVE-9'] })
  const { vulnerabilities } = matchPackages([npmPackage('ws', '1.0.0')], undefined, lookup)
  assert.deepEqual(
    vulnerabilities.map(({ advisory: { id }, aliases, severity, score, exploited, fixedIn }) => ({
      id,
      aliases,
      severity,
      score,
      exploited,
      fixedIn,
    })),
    [
      {
        id: 'GHSA-9',
        aliases: ['CVE-9', 'NSWG-1'],
        severity: 'critical',
        score: 9.8,
        exploited: true,
        fixedIn: '1.2.0',
      },
      { id: 'GHSA-8', aliases: ['CVE-8'], severity: 'unknown', score: undefined, exploited: false, fixedIn: '1.3.0' },
    ],
  )
})

test('who says what is kept: each record with its rating and fix, the likeliest estimate, and why there is no fix', () => {
  const unfixed = record('DEBIAN-CVE-9', ['Debian:11', 'openssl'], [{ introduced: '0' }], { upstream: ['CVE-9'] })
  unfixed.affected![0]!.database_specific = { fix_state: 'will not fix' }
  const other = record('DSA-9', ['Debian:11', 'openssl'], [{ introduced: '0' }], { upstream: ['CVE-9'] })
  const estimate = { probability: 0.25, percentile: 0.9 }
  const lookup = lookupIn([unfixed, other], { epss: { 'CVE-9': estimate } })
  const { vulnerabilities } = matchPackages([debianPackage('openssl', '1')], bullseye, lookup)
  assert.deepEqual(
    vulnerabilities.map(({ says, epss, fixState }) => ({ says, epss, fixState })),
    [
      {
        says: [
          { id: 'DEBIAN-CVE-9', severity: 'unknown', state: 'will not fix' },
          { id: 'DSA-9', severity: 'unknown' },
        ],
        epss: estimate,
        fixState: 'will not fix',
      },
    ],
  )
})

test('two announcements that share one of their vulnerabilities stay two', () => {
  const later = record('DSA-2', ['Debian:11', 'openssl'], fixedAt('2'), { upstream: ['CVE-2', 'CVE-3'] })
  const { vulnerabilities } = matchPackages([debianPackage('openssl', '1')], bullseye, lookupIn([openssl, later]))
  assert.deepEqual(
    vulnerabilities.map(({ advisory, aliases }) => [advisory.id, aliases]),
    [
      ['DSA-1', ['CVE-1', 'CVE-2']],
      ['DSA-2', ['CVE-2', 'CVE-3']],
    ],
  )
})

test('a finding says what to do, and is one for a version however often it is installed', () => {
  const records = [record('GHSA-1', ['npm', 'lodash'], fixedAt('4.17.21'), { aliases: ['CVE-2021-23337'] }), openssl]
  const packages = [
    npmPackage('lodash', '4.17.20', 'app/node_modules/lodash/package.json'),
    npmPackage('lodash', '4.17.20', 'app/node_modules/x/node_modules/lodash/package.json'),
    debianPackage('libssl1.1', '1.1.1k-1', { name: 'openssl', version: '1.1.1k-1' }),
  ]
  const { vulnerabilities } = matchPackages(packages, bullseye, lookupIn(records))
  const findings = vulnerabilityFindings(vulnerabilities, 'image/sha256:1', 'image')
  assert.deepEqual(
    findings.map(({ id, title, fix, place, evidence }) => [
      id,
      title,
      fix,
      place?.path,
      (evidence['places'] as []).length,
    ]),
    [
      [
        'image/sha256:1\nGHSA-1\npkg:npm/lodash@4.17.20',
        'CVE-2021-23337 in lodash 4.17.20',
        'Upgrade lodash to 4.17.21',
        'app/node_modules/lodash/package.json',
        2,
      ],
      [
        'image/sha256:1\nDSA-1\npkg:deb/debian/libssl1.1@1.1.1k-1',
        'DSA-1 in libssl1.1 1.1.1k-1',
        'Upgrade libssl1.1 (source package openssl) to 1.1.1n-0+deb11u5',
        'var/lib/dpkg/status',
        1,
      ],
    ],
  )
})

test('what a later layer hid, and what the distribution owns, is listed and not judged', () => {
  const lodash = record('GHSA-1', ['npm', 'lodash'], fixedAt('4.17.21'))
  const seen = npmPackage('lodash', '4.17.20', 'srv/node_modules/lodash/package.json')
  const owned = {
    ...npmPackage('lodash', '4.17.19', 'usr/share/nodejs/lodash/package.json'),
    ownedBy: 'pkg:deb/debian/x@1',
  }
  const hidden = { ...npmPackage('lodash', '4.17.18', 'old/node_modules/lodash/package.json'), hiddenBy: 'sha256:2' }
  const { vulnerabilities, judged, gaps } = matchPackages([seen, owned, hidden], bullseye, lookupIn([lodash]))
  assert.deepEqual(
    vulnerabilities.map(({ package: { version } }) => version),
    ['4.17.20'],
  )
  assert.deepEqual(judged, { done: 1, of: 1, unit: 'packages judged' })
  assert.deepEqual(gaps, [])
})
