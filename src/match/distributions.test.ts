// Distributions' own records against versions of which the record, or the distribution's documents, tell the verdict.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { Advisory } from '../model/advisory.ts'
import type { Distribution, Package } from '../model/package.ts'
import { shared, withoutShared } from '../testing/shared.ts'
import { matchPackages } from './match.ts'
import { bullseye, debianPackage, lookupIn, record } from './testing.ts'

const read = (path: string): Advisory => JSON.parse(readFileSync(shared(`feeds/${path}`)!, 'utf8')) as Advisory
const skip = withoutShared('feeds')

function installed(ecosystem: string, name: string, version: string, more: Partial<Package> = {}): Package {
  return { ecosystem, name, version, purl: `pkg:generic/${name}@${version}`, place: {}, ...more }
}

function verdicts(found: Package[], distribution: Distribution, advisories: Advisory[]) {
  const { vulnerabilities, gaps } = matchPackages(found, distribution, lookupIn(advisories))
  return {
    found: vulnerabilities.map(({ package: { version }, advisory: { id }, fixedIn, subscription }) =>
      [version, id, fixedIn, subscription].filter((one) => one !== undefined),
    ),
    gaps: gaps.map(({ why }) => why),
  }
}

const ubuntu = (release: string): Distribution => ({ id: 'ubuntu', name: 'Ubuntu', ecosystem: `Ubuntu:${release}` })

test('a fix that only Ubuntu Pro has is said as that; a machine that has it is judged by it', { skip }, () => {
  const wayland = read('ubuntu/osv/cve/2021/UBUNTU-CVE-2021-3782.json')
  const plain = record('UBUNTU-CVE-1', ['Ubuntu:16.04:LTS', 'other'], [{ introduced: '0' }])
  const versions = ['1.12.0-1~ubuntu16.04.3', '1.12.0-1~ubuntu16.04.3+esm1']
  const packages = versions.map((version) => installed('Ubuntu', 'wayland', version))
  assert.deepEqual(verdicts(packages, ubuntu('16.04:LTS'), [wayland, plain]), {
    found: [[versions[0], 'UBUNTU-CVE-2021-3782', versions[1], 'Ubuntu Pro']],
    gaps: [],
  })
})

test('the plain line of a release counts before the one of Pro', { skip }, () => {
  const wayland = read('ubuntu/osv/cve/2021/UBUNTU-CVE-2021-3782.json')
  const packages = ['1.20.0-1', '1.20.0-1ubuntu0.1'].map((version) => installed('Ubuntu', 'wayland', version))
  assert.deepEqual(verdicts(packages, ubuntu('22.04:LTS'), [wayland, read('ubuntu/osv/usn/USN-5614-1.json')]).found, [
    ['1.20.0-1', 'UBUNTU-CVE-2021-3782', '1.20.0-1ubuntu0.1'],
  ])
})

test('modules compare within their stream, and what is no module not at all', { skip }, () => {
  const rocky = { id: 'rocky', version: '9.4', name: 'Rocky Linux 9.4', ecosystem: 'Rocky Linux:9' }
  const ruby = read('rocky/osv/RLSA-2024_3671.json') // ruby:3.3, fixed in 0:3.3.1-2.module+el9.4.0+20787+4c237fd3
  const label = (stream: string): Partial<Package> => ({ module: `ruby:${stream}:9040020240522101500:9` })
  const packages = [
    installed('Rocky Linux', 'ruby', '3.3.0-1.module+el9.4.0+20000+11111111', label('3.3')),
    installed('Rocky Linux', 'ruby', '3.3.1-2.module+el9.4.0+20787+4c237fd3', label('3.3')),
    installed('Rocky Linux', 'ruby', '3.1.2-1.module+el9.1.0+10000+22222222', label('3.1')),
    installed('Rocky Linux', 'ruby', '3.0.4-160.el9_0'),
  ]
  assert.deepEqual(verdicts(packages, rocky, [ruby]), {
    found: [[packages[0]!.version, 'RLSA-2024:3671', '0:3.3.1-2.module+el9.4.0+20787+4c237fd3']],
    gaps: [],
  })
})

test('a record that hides its stream leaves a module undecided', { skip }, () => {
  const rocky = { id: 'rocky', version: '9.4', name: 'Rocky Linux 9.4', ecosystem: 'Rocky Linux:9' }
  const { summary: _, ...untitled } = read('rocky/osv/RLSA-2024_3671.json')
  const ruby = installed('Rocky Linux', 'ruby', '3.3.0-1.module+el9.4.0+1+1', { module: 'ruby:3.3:1:2' })
  const { found, gaps } = verdicts([ruby], rocky, [untitled])
  assert.deepEqual(found, [])
  assert.match(gaps.join(), /RLSA-2024:3671 does not tell the stream of the module/)
})

test('a build of a minor release is cleared by the fix of its own stream', { skip }, () => {
  const rhel: Distribution = { id: 'rhel', version: '8.6', name: 'RHEL 8.6', ecosystem: 'Red Hat:enterprise_linux:8' }
  const minor = read('redhat/osv/RHSA-2024_4546.json') // rhel_aus, e4s and tus 8.6: fixed in 0:2.13.3-3.el8_6.1
  const events = [{ introduced: '0' }, { fixed: '0:3.4.1-2.el8_10' }]
  const main = record('RHSA-2024:9999', ['Red Hat:enterprise_linux:8::appstream', 'git-lfs'], events, {
    upstream: ['CVE-2023-45288'],
  })
  const versions = ['2.13.3-3.el8_6', '2.13.3-3.el8_6.1', '2.13.3-3.el8_4.9']
  const packages = versions.map((version) => installed('Red Hat', 'git-lfs', version))
  assert.deepEqual(
    verdicts(packages, rhel, [main, minor]).found.map(([version]) => version),
    ['2.13.3-3.el8_6', '2.13.3-3.el8_4.9'],
  )
})

test('what another repository brought is a gap, and not judged', () => {
  const rhel: Distribution = { id: 'rhel', version: '9.4', name: 'RHEL 9.4', ecosystem: 'Red Hat:enterprise_linux:9' }
  const htop = record('RHSA-1', ['Red Hat:enterprise_linux:9::appstream', 'htop'], [{ introduced: '0' }])
  const epel = installed('Red Hat', 'htop', '3.3.0-1.el9', { vendor: 'Fedora Project' })
  assert.deepEqual(verdicts([epel], rhel, [htop]), {
    found: [],
    gaps: ['htop was built by Fedora Project, not by the distribution, whose advisories say nothing of it'],
  })
})

const openssl = debianPackage('openssl', '1.1.1n-0+deb11u3')

test('"fixed in 0" and the words of it silence what an announcement claims', () => {
  const never = record('DEBIAN-CVE-1', ['Debian:11', 'openssl'], [{ introduced: '0' }, { fixed: '0' }], {
    upstream: ['CVE-1'],
  })
  const words = record('DEBIAN-CVE-2', ['Debian:11', 'openssl'], [{ introduced: '0' }], { upstream: ['CVE-2'] })
  words.affected![0]!.database_specific = { fix_state: 'not affected' }
  const claims = ['1', '2', '3'].map((number) =>
    record(`DLA-${number}`, ['Debian:11', 'openssl'], [{ introduced: '0' }], { upstream: [`CVE-${number}`] }),
  )
  assert.deepEqual(verdicts([openssl], bullseye, [never, words, ...claims]), {
    found: [[openssl.version, 'DLA-3']],
    gaps: [],
  })
})

test('undetermined is neither a finding nor an all-clear', () => {
  const open = record('DEBIAN-CVE-1', ['Debian:11', 'openssl'], [{ introduced: '0' }], { upstream: ['CVE-1'] })
  open.affected![0]!.database_specific = { fix_state: 'undetermined' }
  const { found, gaps } = verdicts([openssl], bullseye, [open])
  assert.deepEqual([found, gaps.length], [[], 1])
})

test('an announcement of several adds its fix to the record of each, and stands for those without one', () => {
  const events = [{ introduced: '0' }, { fixed: '1.1.1n-0+deb11u5' }]
  const announcement = record('DSA-5417-1', ['Debian:11', 'openssl'], events, {
    upstream: ['CVE-2023-0464', 'DEBIAN-CVE-2023-0464', 'CVE-2023-0465', 'CVE-2023-9999'],
  })
  const alone = (cve: string, fixed?: string): Advisory =>
    record(`DEBIAN-${cve}`, ['Debian:11', 'openssl'], [{ introduced: '0' }, ...(fixed ? [{ fixed }] : [])], {
      upstream: [cve],
    })
  const { vulnerabilities } = matchPackages(
    [openssl],
    bullseye,
    lookupIn([announcement, alone('CVE-2023-0464'), alone('CVE-2023-0465', '1.1.1n-0+deb11u2')]),
  )
  assert.deepEqual(
    vulnerabilities.map(({ advisory: { id }, aliases, fixedIn, says }) => [
      id,
      aliases,
      fixedIn,
      says.map((one) => one.id),
    ]),
    [
      ['DEBIAN-CVE-2023-0464', ['CVE-2023-0464'], '1.1.1n-0+deb11u5', ['DEBIAN-CVE-2023-0464', 'DSA-5417-1']],
      ['DSA-5417-1', ['CVE-2023-9999'], '1.1.1n-0+deb11u5', ['DSA-5417-1']],
    ],
  )
})

test('an erratum of Alma has the names of its CVEs, and of several stays one', { skip }, () => {
  const alma: Distribution = { id: 'almalinux', version: '9.4', name: 'AlmaLinux 9.4', ecosystem: 'AlmaLinux:9' }
  const { vulnerabilities } = matchPackages(
    [installed('AlmaLinux', 'avahi', '0.8-15.el9')],
    alma,
    lookupIn([read('alma/osv/ALSA-2024_2433.json')], { exploited: ['CVE-2023-38470'] }),
  )
  assert.deepEqual(
    vulnerabilities.map(({ advisory: { id }, aliases, exploited }) => [id, aliases.length, exploited]),
    [['ALSA-2024:2433', 5, true]],
  )
})

test('an entry that says that it names the source is about all that is built from it', () => {
  const rhel: Distribution = { id: 'rhel', version: '9.4', name: 'RHEL 9.4', ecosystem: 'Red Hat:enterprise_linux:9' }
  const open = record('CVE-2024-1', ['Red Hat:enterprise_linux:9', 'expat'], [{ introduced: '0' }])
  const bySource: Advisory = { ...open, affected: [{ ...open.affected![0]!, database_specific: { names: 'source' } }] }
  const source = { name: 'expat', version: '2.5.0-2.el9' }
  const devel = installed('Red Hat', 'expat-devel', '2.5.0-2.el9', { source })
  assert.equal(verdicts([devel], rhel, [bySource]).found.length, 1)
  assert.equal(verdicts([devel], rhel, [open]).found.length, 0)
})

test("Oracle's builds compare with their like, and an architecture's fix with that architecture", () => {
  const oracle: Distribution = { id: 'ol', version: '8.9', name: 'Oracle Linux 8.9', ecosystem: 'Oracle Linux:8' }
  const fixed = (id: string, version: string, arch?: string): Advisory => {
    const one = record(id, ['Oracle Linux:8', 'openssl'], [{ introduced: '0' }, { fixed: version }])
    if (arch) one.affected![0]!.database_specific = { arch }
    return one
  }
  const records = [
    fixed('ELSA-1', '1:1.1.1k-12.el8_9'),
    fixed('ELSA-2', '1:1.1.1k-14.ksplice1.el8_9'),
    fixed('ELSA-3', '1:1.1.1k-99.el8_9', 'aarch64'),
  ]
  const found = installed('Oracle Linux', 'openssl', '1:1.1.1k-12.el8_9', { arch: 'x86_64' })
  const patched = installed('Oracle Linux', 'openssl', '1:1.1.1k-13.ksplice1.el8_9', { arch: 'x86_64' })
  assert.deepEqual(verdicts([found, patched], oracle, records).found, [
    [patched.version, 'ELSA-2', '1:1.1.1k-14.ksplice1.el8_9'],
  ])
})
