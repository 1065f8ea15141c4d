import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Result } from '../model/result.ts'
import { table } from './table.ts'
import { empty, hostile, layered, real, unknownSystem } from './testing.ts'

const lines = (result: Result) => [...table.render(result)].join('').split('\n')
const line = (result: Result, label: string) => lines(result).find((text) => text.startsWith(label))

test('a scan of a small image', () => {
  assert.deepEqual(lines(real), [
    'Target           shop.tar (image)',
    `Digest           sha256:${'ab'.repeat(32)}`,
    'Distribution     Debian GNU/Linux 12 (bookworm)',
    'Packages         3 (1 Debian, 2 npm)',
    'Vulnerabilities  1 critical, 1 high, 1 not rated; 3 of 3 packages judged',
    'Settings         1 medium; 2 of 3 rules evaluated',
    'Advisories       210000 (osv), built 24 h ago',
    'Not done         2 gaps, listed below',
    '',
    'Vulnerabilities',
    '  critical (1)',
    '    DEBIAN-CVE-2024-0002  libssl3 3.0.11-1~deb12u1  no fix known  exploited  DEBIAN-CVE-2024-0002 in libssl3 3.0.11-1~d…',
    '  high (1)',
    '    CVE-2024-0001  libssl3 3.0.11-1~deb12u1  fixed in 3.0.15-1~deb12u1  Memory is used after it was freed',
    '  not rated (1)',
    '    GHSA-aaaa-bbbb-cccc  @scope/part 1.2.3  no fix known  GHSA-aaaa-bbbb-cccc in @scope/part 1.2.3',
    '',
    'Settings',
    '  medium (1)',
    '    image-runs-as-root  The image starts as root',
    '      Set USER in the Dockerfile',
    '',
    'Not done (2)',
    '  undecided: needs labels (image-without-owner)',
    '  no version: in this record',
    `    var/lib/dpkg/status:7 in layer sha256:${'cd'.repeat(32)}`,
    '',
  ])
})

test("an image whose base is known: what is the base's, what is its own, what is hidden, which secrets are in it", () => {
  const text = lines(layered)
  assert.deepEqual(text.slice(3, 11), [
    'Packages         5 (1 Debian, 2 npm, 1 Maven, 1 PyPI)',
    '  Base image     1 Debian, 1 PyPI, in 1 layer of 74.8 MB (debian:12)',
    '  Own layers     2 npm, in 2 layers of 61.6 MB',
    '  Hidden         1 Maven: shipped still, not seen by a container and not judged',
    'Layers           3, 136.4 MB, of which 61.2 MB were replaced or removed by a later layer',
    'Setuid           2 programs run as another user: usr/bin/su, usr/bin/passwd',
    'Vulnerabilities  1 critical, 1 high, 1 not rated; 3 of 5 packages judged',
    'Secrets          1 critical',
  ])
  assert.ok(
    text.includes(
      '    CVE-2024-0001  libssl3 3.0.11-1~deb12u1  fixed in 3.0.15-1~deb12u1  base  Memory is used after it was freed',
    ),
  )
  assert.deepEqual(text.slice(text.indexOf('Secrets'), text.indexOf('Secrets') + 5), [
    'Secrets',
    '  critical (1)',
    '    An access key of AWS, hidden by a later layer',
    '      srv/.aws/credentials:2 in layer 2 of 3',
    '      Revoke the key, and build the image without the file',
  ])
  assert.deepEqual(text.slice(text.indexOf('Hidden, still shipped (1)')).slice(0, 2), [
    'Hidden, still shipped (1)',
    '  org.apache.logging.log4j:log4j-core 2.14.1  layer 2 of 3, hidden by layer 3 of 3  srv/cache/log4j-core-2.14.1.jar',
  ])
})

test('a base image that only a label names is said to be that, and nothing is sorted by it', () => {
  const image = { ...layered.image!, base: { name: 'debian:12', known: 'annotation' as const } }
  const text = lines({ ...layered, image })
  assert.ok(text.includes('Base image       debian:12, as its builder says; which layers are its is not known'))
  assert.ok(!text.some((one) => one.includes('Own layers')))
})

const starter = { ...real, judged: { ...real.judged, done: 0 }, gaps: [{ why: 'only the starter set of advisories' }] }
const unread: Result = { ...empty, gaps: [{ why: 'the archive ends in the middle', place: { path: 'layer.tar' } }] }
const clean: Result = { ...real, findings: [], evaluated: { done: 1, of: 1, unit: 'rules evaluated' } }
const partly: Result = { ...real, findings: [], judged: { ...real.judged, done: 2 } }
const without: Result = { ...real, advisories: { builtAt: '', origin: '', advisories: 0 } }
const told = [
  {
    name: 'nothing could be judged',
    result: unknownSystem,
    line: 'Vulnerabilities  ? (not judged: unknown distribution (Homegrown Linux))',
  },
  { name: 'no rule was evaluated', result: unknownSystem, line: 'Settings         ? (no rule was evaluated)' },
  {
    name: 'nothing could be read',
    result: unread,
    line: 'Packages         ? (none could be read: the archive ends in the middle)',
  },
  {
    name: 'nothing was read, so nothing judged',
    result: unread,
    line: 'Vulnerabilities  ? (not judged: the archive ends in the middle)',
  },
  { name: 'no package', result: empty, line: 'Vulnerabilities  ? (not judged: no package was found)' },
  { name: 'no distribution', result: empty, line: 'Distribution     ? (not recognised)' },
  {
    name: 'found, though nothing was judged to the end',
    result: starter,
    line: 'Vulnerabilities  at least 1 critical, 1 high, 1 not rated (not judged: only the starter set of advisories)',
  },
  { name: 'all judged and clean', result: clean, line: 'Vulnerabilities  none found; 3 of 3 packages judged' },
  { name: 'one rule', result: clean, line: 'Settings         none found; 1 of 1 rule evaluated' },
  { name: 'partly judged', result: partly, line: 'Vulnerabilities  none found; 2 of 3 packages judged' },
  { name: 'no advisories at all', result: without, line: 'Advisories       none: run `plimsoll db build`' },
  {
    name: 'the starter set is no whole index',
    result: { ...real, advisories: { ...real.advisories, origin: 'starter', advisories: 141 } },
    line: 'Advisories       141 of the starter set, the newest 24 h ago: `plimsoll db build` makes a whole index',
  },
]
for (const { name, result, line: expected } of told) {
  test(`a number stands only where somebody looked: ${name}`, () => {
    assert.equal(line(result, expected.split(' ', 1)[0]!), expected)
  })
}

test('what is being exploited comes first, then the highest score', () => {
  const [first] = real.findings
  const findings = [
    { ...first!, id: 'a', rule: 'A', aliases: [], score: 7.1 },
    { ...first!, id: 'b', rule: 'B', aliases: [], score: 8.2 },
    { ...first!, id: 'c', rule: 'C', aliases: [], score: 7, exploited: true },
    { ...first!, id: 'd', rule: 'D', aliases: ['CVE-1', 'CVE-2'] },
  ]
  const order = lines({ ...real, findings }).flatMap((text) => /^ {4}([A-D]) /.exec(text)?.[1] ?? [])
  assert.deepEqual(order, ['C', 'B', 'D', 'A'])
})

test('gaps of one reason stand together, and what is left out is counted', () => {
  const places = Array.from({ length: 5 }, (_, index) => ({ why: 'cut off', place: { path: `file-${index}` } }))
  const reasons = Array.from({ length: 22 }, (_, index) => ({ why: `reason ${index}` }))
  const text = lines({ ...empty, gaps: [...places, ...reasons] })
  assert.deepEqual(text.slice(text.indexOf('Not done (27)')).slice(0, 7), [
    'Not done (27)',
    '  cut off',
    '    file-0',
    '    file-1',
    '    file-2',
    '    and 2 more places',
    '  reason 0',
  ])
  assert.equal(text.at(-2), '  and 3 more reasons: the json format lists every one')
})

test('what means harm is shown by its codes', () => {
  assert.ok(lines(hostile).some((text) => text.includes('\\u{1b}]0;owned\\u{7}')))
})
