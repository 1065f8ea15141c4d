// Results for the tests of formats: from an empty one to one that means harm.

import { findingId, type Finding } from '../model/finding.ts'
import { imageId } from '../model/resource.ts'
import type { Package } from '../model/package.ts'
import type { Result } from '../model/result.ts'
import { severities } from '../model/severity.ts'

const digest = `sha256:${'ab'.repeat(32)}`
const layer = `sha256:${'cd'.repeat(32)}`

/** A target in which nothing was found, not even a package. */
export const empty: Result = {
  target: { name: 'empty.tar', kind: 'image', digest },
  at: '2026-11-21T12:00:00.000Z',
  version: '0.1.0',
  packages: [],
  judged: { done: 0, of: 0, unit: 'packages judged' },
  evaluated: { done: 0, of: 0, unit: 'rules evaluated' },
  findings: [],
  gaps: [],
  advisories: { builtAt: '2026-11-20T12:00:00.000Z', origin: 'osv', advisories: 210_000 },
}

const openssl: Package = {
  ecosystem: 'Debian',
  name: 'libssl3',
  version: '3.0.11-1~deb12u1',
  purl: 'pkg:deb/debian/libssl3@3.0.11-1~deb12u1?arch=amd64&distro=debian-12',
  source: { name: 'openssl', version: '3.0.11-1~deb12u1' },
  arch: 'amd64',
  place: { path: 'var/lib/dpkg/status', line: 120, layer },
}
const scoped: Package = {
  ecosystem: 'npm',
  name: '@scope/part',
  version: '1.2.3',
  purl: 'pkg:npm/%40scope/part@1.2.3',
  licence: 'MIT',
  place: { path: 'app/node_modules/@scope/part/package.json', layer },
}
/** The same package once more, in another folder. */
const copy: Package = { ...scoped, place: { path: 'old/node_modules/@scope/part/package.json', layer } }

/** Of another builder than the distribution. */
export const byAnother: Package = {
  ecosystem: 'Red Hat',
  name: 'a',
  version: '1-1',
  purl: 'pkg:rpm/redhat/a@1-1',
  vendor: 'Acme',
  place: {},
}

/** As a scan of a small Debian image gives it. */
export const real: Result = {
  ...empty,
  target: { name: 'shop.tar', kind: 'image', digest },
  distribution: { id: 'debian', version: '12', name: 'Debian GNU/Linux 12 (bookworm)', ecosystem: 'Debian:12' },
  packages: [openssl, scoped, copy],
  judged: { done: 3, of: 3, unit: 'packages judged' },
  evaluated: { done: 2, of: 3, unit: 'rules evaluated' },
  findings: [
    vulnerability(openssl, 'DEBIAN-CVE-2024-0001', {
      severity: 'high',
      score: 7.5,
      title: 'Memory is used after it was freed',
      aliases: ['CVE-2024-0001'],
      fix: 'Upgrade libssl3 (source package openssl) to 3.0.15-1~deb12u1',
      package: { ...openssl, fixedIn: '3.0.15-1~deb12u1' },
    }),
    vulnerability(openssl, 'DEBIAN-CVE-2024-0002', { severity: 'critical', score: 9.8, exploited: true }),
    vulnerability(scoped, 'GHSA-aaaa-bbbb-cccc', { severity: 'unknown' }),
    {
      id: findingId({ resource: imageId(digest), rule: 'image-runs-as-root' }),
      kind: 'rule',
      resource: imageId(digest),
      subLayer: 'image',
      task: 'hardening',
      rule: 'image-runs-as-root',
      severity: 'medium',
      title: 'The image starts as root',
      fix: 'Set USER in the Dockerfile',
      evidence: { user: '' },
      aliases: [],
      exploited: false,
      references: ['CIS Docker 1.6.0 4.1'],
    },
  ],
  gaps: [
    { why: 'undecided: needs labels (image-without-owner)' },
    { why: 'no version: in this record', place: { path: 'var/lib/dpkg/status', line: 7, layer } },
  ],
}

const base = `sha256:${'ba'.repeat(32)}`
const own = `sha256:${'05'.repeat(32)}`
const jar: Package = {
  ecosystem: 'Maven',
  name: 'org.apache.logging.log4j:log4j-core',
  version: '2.14.1',
  purl: 'pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1',
  licence: 'Apache-2.0',
  hiddenBy: own,
  place: { path: 'srv/cache/log4j-core-2.14.1.jar', layer },
}
const owned: Package = {
  ecosystem: 'PyPI',
  name: 'pyyaml',
  version: '6.0',
  purl: 'pkg:pypi/pyyaml@6.0',
  licence: 'as its author says',
  ownedBy: openssl.purl,
  declared: true,
  module: 'perl:5.26:8010020191114033549:ffc7b2f4',
  place: { path: 'usr/lib/python3/dist-packages/PyYAML.egg-info', layer: base },
}

/** An image whose base is known: something of it is hidden, and in its own layers is a secret. */
export const layered: Result = {
  ...real,
  image: {
    layers: [
      { digest: base, size: 74_800_000, entries: 3000, createdBy: 'ADD rootfs.tar / # debian:12', wasted: 0 },
      { digest: layer, size: 61_300_000, entries: 900, createdBy: 'RUN gradle build', wasted: 61_200_000 },
      { digest: own, size: 310_000, entries: 20, wasted: 0 },
    ],
    config: { exposedPorts: [], env: [], entrypoint: [], cmd: [], labels: {}, volumes: [] },
    architecture: 'amd64',
    os: 'linux',
    aliases: ['shop/api:4.18.2'],
    setuid: ['usr/bin/su', 'usr/bin/passwd'].map((path) => ({ path, mode: 0o4755, layer: base })),
    base: { layers: 1, name: 'debian:12', digest, known: 'estate' },
  },
  packages: [{ ...openssl, place: { ...openssl.place, layer: base } }, scoped, copy, jar, owned],
  judged: { done: 3, of: 5, unit: 'packages judged' },
  findings: [
    ...real.findings.map((finding) =>
      finding.package?.name === 'libssl3' ? { ...finding, place: { ...finding.place, layer: base } } : finding,
    ),
    {
      ...vulnerability(scoped, 'aws-access-key', {}),
      kind: 'secret',
      task: 'hardening',
      severity: 'critical',
      title: 'An access key of AWS, hidden by a later layer',
      fix: 'Revoke the key, and build the image without the file',
      place: { path: 'srv/.aws/credentials', line: 2, layer },
    },
  ],
}

/** Of a distribution that nobody has advisories for: packages are there, and none could be judged. */
export const unknownSystem: Result = {
  ...real,
  distribution: { id: 'homegrown', name: 'Homegrown Linux' },
  judged: { done: 0, of: 3, unit: 'packages judged' },
  evaluated: { done: 0, of: 3, unit: 'rules evaluated' },
  findings: [],
  gaps: [
    { why: 'this file is no text', place: { path: 'etc/os-release' } },
    { why: 'unknown distribution (Homegrown Linux)' },
  ],
}

/** What is decided of findings: by a statement of VEX, and by somebody until a day. */
export const decided: Result = {
  ...real,
  findings: [
    ...real.findings,
    vulnerability(openssl, 'DEBIAN-CVE-2024-0004', {
      severity: 'critical',
      aliases: ['CVE-2024-0004'],
      suppressed: {
        by: 'app.openvex.json (Maker)',
        reason: 'The code is never called',
        status: 'not affected',
        justification: 'vulnerable_code_not_in_execute_path',
      },
    }),
    vulnerability(openssl, 'DEBIAN-CVE-2024-0005', {
      suppressed: { by: 'app.openvex.json (Maker)', reason: 'patched', status: 'fixed' },
    }),
    vulnerability(scoped, 'GHSA-dddd-eeee-ffff', {
      severity: 'high',
      suppressed: { by: '.trivyignore:3', reason: 'Accepted by the owner', until: '2027-01-01' },
    }),
    vulnerability(scoped, 'GHSA-0000-1111-2222', {
      severity: 'high',
      score: 8,
      exploited: true,
      package: { ...scoped, fixedIn: '1.2.4', upgradeTo: '1.3.0' },
      priority: { level: 'now', because: 'Act now: known to be exploited, high (CVSS 8.0); fixed in 1.2.4.' },
      hint: 'It is in part.parse: whether that is called is not known',
    }),
  ],
  rebase: [{ onto: 'debian:12.8', clears: 1, of: 4 }],
}

/** Only what can be fixed and is new was wanted: one is known, three have no fix. */
export const narrowed: Result = {
  ...real,
  findings: real.findings
    .filter(({ kind, package: of }) => kind !== 'vulnerability' || of?.fixedIn !== undefined)
    .map((finding) => (finding.kind === 'vulnerability' ? { ...finding, known: true } : finding)),
  withoutFix: { critical: 1, high: 0, medium: 0, low: 0, unknown: 2 },
  baseline: { name: 'main.json', at: '2026-11-20T12:00:00.000Z', known: 1, gone: 2 },
  failOn: { severity: 'high', over: 0 },
}

/** Text that would change a terminal, end a line, break out of quotes, or make a link. */
export const evil =
  '\u001b]0;owned\u0007\u001b[2J\r\n"\'<script>\u202e\u0000\u009b31m{0} [click](http://evil.example) \ud800 é漢🐳'

/** Every string that comes from what was inspected means harm. */
export const hostile: Result = {
  ...real,
  target: { name: `../${evil}`, kind: 'rootfs' },
  image: {
    layers: [{ digest: evil, size: 0, entries: 0, createdBy: evil }],
    config: { exposedPorts: [], env: [], entrypoint: [], cmd: [], labels: {}, volumes: [] },
    aliases: [evil],
    setuid: [{ path: evil, mode: 0o4755, layer: evil }],
    base: { layers: 1, name: evil, digest: evil, known: 'annotation' },
  },
  distribution: { id: evil, version: evil, name: evil },
  packages: [
    {
      ecosystem: evil,
      name: evil,
      version: evil.repeat(50),
      purl: '',
      licence: evil,
      arch: evil,
      hiddenBy: evil,
      ownedBy: evil,
      module: evil,
      place: { path: evil, layer: evil },
    },
    { ecosystem: 'npm', name: 'a', version: '', purl: 'target', place: { path: '../../etc/passwd', line: 0 } },
    { ecosystem: 'npm', name: 'b', version: '1', purl: 'pkg:npm/a@1#2', place: {} },
    { ecosystem: 'npm', name: 'a', version: '1', purl: 'pkg:npm/a@1', place: { path: '//x/./y' } },
    { ecosystem: 'npm', name: 'a', version: '1', purl: 'pkg:npm/a@1', place: { path: `a${evil}/b:c` } },
  ],
  findings: real.findings.flatMap((finding) => [
    finding,
    {
      ...finding,
      id: `${finding.id}${evil}`,
      rule: `${finding.rule}${evil}`,
      title: evil,
      fix: evil,
      aliases: [evil, 'CVE-2024-0003', ''],
      references: [
        evil,
        'javascript:alert(1)',
        'http://a b',
        'https://user:secret@host/',
        'https://example.org/ä?q=[x]#|',
      ],
      place: { path: `../${evil}`, line: -1, layer: evil },
    },
  ]),
  gaps: [{ why: evil, place: { path: evil, line: -3, layer: evil } }, { why: evil }],
  baseline: { name: evil, at: '2026-11-20T12:00:00.000Z', known: 0, gone: 0 },
}

/** 10,000 findings in 2,000 packages. */
export function big(): Result {
  const packages = Array.from({ length: 2000 }, (_, index): Package => {
    const name = `part-${index}`
    return {
      ecosystem: 'npm',
      name,
      version: '1.0.0',
      purl: `pkg:npm/${name}@1.0.0`,
      place: { path: `app/${name}/package.json` },
    }
  })
  const findings = Array.from({ length: 10_000 }, (_, index) =>
    vulnerability(packages[index % packages.length]!, `GHSA-${index % 500}-${Math.floor(index / 2000)}`, {
      severity: severities[index % severities.length]!,
    }),
  )
  return { ...real, packages, findings, judged: { done: 2000, of: 2000, unit: 'packages judged' } }
}

function vulnerability(found: Package, rule: string, rest: Partial<Finding>): Finding {
  const { ecosystem, name, version, purl, place } = found
  return {
    id: findingId({ resource: imageId(digest), rule, subject: purl }),
    kind: 'vulnerability',
    resource: imageId(digest),
    subLayer: 'image',
    task: 'vulnerabilities',
    rule,
    severity: 'unknown',
    title: `${rule} in ${name} ${version}`,
    evidence: { package: name, version },
    place,
    package: { ecosystem, name, version, purl },
    aliases: [],
    exploited: false,
    references: [`https://osv.dev/vulnerability/${rule}`],
    ...rest,
  }
}
