// From records of repositories, as OSV's bucket has them, to verdicts. Ids, commits, tags and bounds are those of the real
// records; lists of tags are cut.

import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import type { Advisory } from '../model/advisory.ts'
import { vcsUrl } from '../lib/git-address.ts'
import type { Package } from '../model/package.ts'
import { purl } from '../lib/purl.ts'
import { osv } from './feeds/osv.ts'
import { matchPackages } from './match.ts'
import { bullseye, debianPackage, lookupIn, npmPackage, record } from './testing.ts'

const modified = '2025-11-03T00:00:00Z'
const curl = 'https://github.com/curl/curl'

/** By curl itself: bounds, commits, and a list of plain versions. */
const curlRecord = {
  id: 'CURL-CVE-2023-38545',
  aliases: ['CVE-2023-38545'],
  modified,
  affected: [
    {
      ranges: [
        { type: 'SEMVER', events: [{ introduced: '7.69.0' }, { fixed: '8.4.0' }] },
        {
          type: 'GIT',
          repo: 'https://github.com/curl/curl.git',
          events: [
            { introduced: '4a4b63daaa01ef59b131d91e8e6e6dfe275c0f08' },
            { fixed: 'fb4415d8aee6c1045be932a34fe6107c2f5ed147' },
          ],
        },
      ],
      versions: ['8.3.0', '8.2.1', '7.88.1', '7.69.0'],
    },
  ],
}
/** By OSV of CVE's record: commits, and the tags that it found between them. */
const cveRecord = {
  id: 'CVE-2024-7264',
  modified,
  severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:U/C:L/I:L/A:L' }],
  affected: [
    {
      ranges: [
        {
          type: 'GIT',
          repo: curl,
          events: [
            { introduced: '70812c2f32fc5734bcbbe572b9f61c380433ad6a' },
            { fixed: '27959ecce75cdb2809c0bdb3286e60e08fadb519' },
          ],
        },
      ],
      versions: ['curl-7_32_0', 'curl-7_88_1', 'curl-8_3_0', 'curl-8_4_0', 'curl-8_9_0'],
    },
  ],
}
/** By OSS-Fuzz: its project stands in the place of a package, and a bug that no release had has no list. */
const fuzzed = (id: string, versions?: string[]): object => ({
  id,
  modified,
  affected: [
    {
      package: { ecosystem: 'OSS-Fuzz', name: 'curl', purl: 'pkg:generic/curl' },
      ranges: [
        {
          type: 'GIT',
          repo: 'https://github.com/curl/curl.git',
          events: [
            { introduced: '49a1cfaec299a48fd87631eaa3aa1a93233b9ac3' },
            { fixed: 'c294d0abc5b62b8068af391576be87b821d2ff8b' },
          ],
        },
      ],
      ecosystem_specific: { severity: 'HIGH' },
      ...(versions ? { versions } : {}),
    },
  ],
})

function read(...documents: object[]): Advisory[] {
  const scan = { signal: new AbortController().signal, gap: (why: string) => void equal(why, '') }
  return documents.flatMap((document) =>
    [...osv.read({ path: 'GIT/all.zip/x.json', text: JSON.stringify(document) }, scan)].flatMap((item) =>
      item.kind === 'advisory' ? item.advisory : [],
    ),
  )
}

function at(address: string, revision: string, version = revision.replace(/^\D+/, '').replaceAll('_', '.')): Package {
  const name = address.split('/').at(-1)!
  const place = { path: `usr/bin/${name}` }
  const qualifiers = { vcs_url: vcsUrl(address, revision) }
  return { ecosystem: 'generic', name, version, purl: purl({ type: 'generic', name, version, qualifiers }), place }
}

function match(packages: Package[], advisories: Advisory[]) {
  const { vulnerabilities, judged, gaps } = matchPackages(packages, undefined, lookupIn(advisories))
  return {
    found: vulnerabilities.map(({ advisory, aliases, fixedIn }) =>
      [advisory.id, ...aliases, fixedIn].filter(Boolean).join(' '),
    ),
    judged: `${judged.done}/${judged.of}`,
    gaps: gaps.map(({ why }) => why),
  }
}

test('a record without a package is one of its repository; several repositories are several entries', () => {
  const mirrored = { ...cveRecord.affected[0]!.ranges[0]!, repo: 'git://git.example.org/mirror/curl.git' }
  const entry = { ...cveRecord.affected[0]!, ranges: [...cveRecord.affected[0]!.ranges, mirrored] }
  const [advisory] = read({ ...cveRecord, affected: [entry] })
  deepEqual(
    advisory?.affected?.map(({ package: named, ranges, versions }) => [named, ranges?.length, versions?.length]),
    [
      [{ ecosystem: 'GIT', name: 'github.com/curl/curl' }, 1, 5],
      [{ ecosystem: 'GIT', name: 'git.example.org/mirror/curl' }, 1, 5],
    ],
  )
  const local = { ranges: [{ ...mirrored, repo: '../curl' }] }
  deepEqual(read({ ...cveRecord, affected: [local] })[0]?.affected, [local])
  const ofPackage = { package: { ecosystem: 'PyPI', name: 'x' }, ranges: [mirrored] }
  deepEqual(read({ ...cveRecord, affected: [ofPackage] })[0]?.affected, [ofPackage])
})

test('a program by its release: bounds and list of one record, tags of another', () => {
  const advisories = read(curlRecord, cveRecord, fuzzed('OSV-2025-657', ['curl-8_15_0', 'rc-8_16_0-1']))
  const verdicts = (version: string) => match([at(curl, `curl-${version.replaceAll('.', '_')}`)], advisories)
  deepEqual(verdicts('8.3.0'), {
    found: ['CURL-CVE-2023-38545 CVE-2023-38545 8.4.0', 'CVE-2024-7264'],
    judged: '1/1',
    gaps: [],
  })
  // It was there when the others were listed, and is not among them.
  deepEqual(verdicts('8.15.0'), { found: ['OSV-2025-657'], judged: '1/1', gaps: [] })
  deepEqual(verdicts('8.16.0'), {
    found: [],
    judged: '0/1',
    gaps: ['only the history of its repository tells whether curl 8.16.0 is affected by CVE-2024-7264, OSV-2025-657'],
  })
  deepEqual(verdicts('7.31.0'), { found: [], judged: '1/1', gaps: [] })
})

test('a list of nothing says that no release was affected, of OSS-Fuzz alone', () => {
  const program = [at(curl, 'curl-8_3_0')]
  deepEqual(match(program, read(curlRecord, fuzzed('OSV-2021-1625'))).gaps, [])
  const { versions: _versions, ...withoutList } = cveRecord.affected[0]!
  for (const entry of [withoutList, { ...withoutList, versions: [] }]) {
    deepEqual(match(program, read(curlRecord, { ...cveRecord, affected: [entry] })).gaps, [
      'only the history of its repository tells whether curl 8.3.0 is affected by CVE-2024-7264',
    ])
  }
})

test('the versions that OSV made commits from decide where each beginning has its end', () => {
  const told = (...versions: object[]): Advisory[] => {
    const [{ ranges }] = cveRecord.affected as [(typeof cveRecord.affected)[0]]
    return read({
      ...cveRecord,
      affected: [{ ranges: [{ ...ranges[0], database_specific: { versions, source: 'CPE_FIELD' } }] }],
    })
  }
  const program = [at(curl, 'curl-8_3_0')]
  deepEqual(match(program, told({ introduced: '7.32.0' }, { fixed: '8.9.1' })).found, ['CVE-2024-7264 8.9.1'])
  deepEqual(match(program, told({ introduced: '0' }, { last_affected: '8.2.1' })), {
    found: [],
    judged: '1/1',
    gaps: [],
  })
  // Of CVE-2018-14618: the last two are releases of a distribution.
  const mixed = told({ introduced: '0' }, { fixed: '8.9.1' }, { last_affected: '7.5' }, { last_affected: '7.6' })
  equal(match(program, mixed).gaps.length, 1)
})

test('a commit is decided where a record names it, or holds all there are', () => {
  const advisories = read(cveRecord)
  const verdicts = (commit: string, records = advisories) => match([at(curl, commit, '8.9.0-dev')], records)
  deepEqual(verdicts('70812c2f32fc5734bcbbe572b9f61c380433ad6a').found, ['CVE-2024-7264'])
  deepEqual(verdicts('27959ecce75cdb2809c0bdb3286e60e08fadb519'), { found: [], judged: '1/1', gaps: [] })
  deepEqual(verdicts('0000000000000000000000000000000000000001'), {
    found: [],
    judged: '0/1',
    gaps: ['only the history of its repository tells whether curl 8.9.0-dev is affected by CVE-2024-7264'],
  })
  const endless = read({
    ...cveRecord,
    affected: [{ ranges: [{ type: 'GIT', repo: curl, events: [{ introduced: '0' }] }] }],
  })
  deepEqual(verdicts('0000000000000000000000000000000000000001', endless).found, ['CVE-2024-7264'])
})

test('of several ranges each must end at a commit that is not affected', () => {
  const range = (fixed: string) => ({ type: 'GIT', repo: curl, events: [{ introduced: '0' }, { fixed }] })
  const [one, other] = ['1'.repeat(40), '2'.repeat(40)]
  const both = read({ ...cveRecord, affected: [{ ranges: [range(one), range(other)] }] })
  equal(match([at(curl, one, '1')], both).gaps.length, 1)
  const same = read({ ...cveRecord, affected: [{ ranges: [range(one), range(one)] }] })
  deepEqual(match([at(curl, one, '1')], same).gaps, [])
})

test('the same commit of another repository is not asked for, and without a feed or a record a program is a gap', () => {
  const advisories = read(cveRecord)
  const fork = at('https://github.com/someone/curl', 'curl-8_3_0')
  deepEqual(match([fork], advisories), { found: [], judged: '0/1', gaps: ['no feed judges curl 8.3.0'] })
  deepEqual(match([at(curl, 'curl-8_3_0')], []).gaps, ['no feed judges curl 8.3.0'])
  const bash = { ...fork, name: 'bash', version: '5.2.15', purl: 'pkg:generic/bash@5.2.15' }
  deepEqual(match([bash], advisories).gaps, ['no feed judges bash 5.2.15'])
})

test('many records that are open are one gap, and what another record decides is none', () => {
  const open = Array.from({ length: 40 }, (_, n) => ({ ...cveRecord, id: `CVE-2024-${100 + n}` }))
  const decided = { ...cveRecord, id: 'CVE-2023-38545' }
  deepEqual(match([at(curl, 'curl-8_19_0')], read(curlRecord, decided, ...open)).gaps, [
    'only the history of its repository tells whether curl 8.19.0 is affected by CVE-2024-100, CVE-2024-101, CVE-2024-102 and 37 more',
  ])
})

test('a git dependency is judged by its ecosystem and its repository, each vulnerability once', () => {
  const address = 'https://github.com/a/tool'
  const [bad, fix] = ['a'.repeat(40), 'b'.repeat(40)]
  const range = { type: 'GIT', repo: `${address}.git`, events: [{ introduced: bad }, { fixed: fix }] }
  const advisories = [
    record('GHSA-1', ['npm', 'tool'], [{ introduced: '0' }, { fixed: '2.0.0' }], { aliases: ['CVE-1'] }),
    ...read(
      { ...cveRecord, id: 'CVE-1', affected: [{ ranges: [range] }] },
      { ...cveRecord, id: 'CVE-2', affected: [{ ranges: [range] }] },
    ),
  ]
  const dependency = (commit: string): Package => ({
    ...npmPackage('tool', '1.0.0'),
    purl: purl({ type: 'npm', name: 'tool', version: '1.0.0', qualifiers: { vcs_url: vcsUrl(address, commit) } }),
  })
  deepEqual(match([dependency(bad)], advisories).found, ['GHSA-1 CVE-1 2.0.0', 'CVE-2'])
  deepEqual(match([dependency(fix)], advisories), { found: ['GHSA-1 CVE-1 2.0.0'], judged: '1/1', gaps: [] })
  // CVE-1 is decided by npm's record; two commits of one version are two packages.
  deepEqual(match([dependency(bad), dependency('c'.repeat(40))], advisories), {
    found: ['GHSA-1 CVE-1 2.0.0', 'CVE-2', 'GHSA-1 CVE-1 2.0.0'],
    judged: '1/2',
    gaps: ['only the history of its repository tells whether tool 1.0.0 is affected by CVE-2'],
  })
  deepEqual(match([dependency(bad)], advisories.slice(0, 1)), {
    found: ['GHSA-1 CVE-1 2.0.0'],
    judged: '1/1',
    gaps: [],
  })
})

test('a package of Swift is its repository: a version is a tag', () => {
  const address = 'https://github.com/apple/swift-nio-http2'
  const entry = {
    ranges: [{ type: 'GIT', repo: address, events: [{ introduced: '0' }, { fixed: 'd'.repeat(40) }] }],
    versions: ['1.19.0', '1.19.1'],
  }
  const advisories = read({ ...cveRecord, affected: [entry] }).concat(
    record('X', ['SwiftURL', 'other'], [{ introduced: '0' }]),
  )
  const pinned = (version: string): Package => {
    const name = 'github.com/apple/swift-nio-http2'
    return { ecosystem: 'SwiftURL', name, version, purl: `pkg:swift/${name}@${version}`, place: {} }
  }
  deepEqual(match([pinned('1.19.0')], advisories).found, ['CVE-2024-7264'])
  equal(match([pinned('1.20.0')], advisories).gaps.length, 1)
  deepEqual(match([pinned('1.18.0')], advisories), { found: [], judged: '1/1', gaps: [] })
})

test('fixes in the order of tags stand beside those of the package: none is the upgrade for all', () => {
  const address = 'https://github.com/apple/swift-nio-http2'
  const name = address.slice('https://'.length)
  const ofRepository = (id: string, fixed: string): object => ({
    ...cveRecord,
    id,
    affected: [
      {
        ranges: [
          { type: 'GIT', repo: address, events: [{ introduced: '0' }, { fixed: 'd'.repeat(40) }] },
          { type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed }] },
        ],
      },
    ],
  })
  const advisories = [
    record('GHSA-1', ['SwiftURL', name], [{ introduced: '0' }, { fixed: '1.19.2' }]),
    ...read(ofRepository('CVE-1', '1.20'), ofRepository('CVE-2', '1.19.0.1')),
  ]
  const pinned = { ecosystem: 'SwiftURL', name, version: '1.19.0', purl: `pkg:swift/${name}@1.19.0`, place: {} }
  const { vulnerabilities } = matchPackages([pinned], undefined, lookupIn(advisories))
  deepEqual(
    vulnerabilities.map(({ advisory, fixedIn, upgradeTo }) => [advisory.id, fixedIn, upgradeTo]),
    [
      ['GHSA-1', '1.19.2', undefined],
      ['CVE-1', '1.20', undefined],
      ['CVE-2', '1.19.0.1', undefined],
    ],
  )
})

test('a list of the tags of several repositories is whole for none of them', () => {
  const [{ ranges }] = cveRecord.affected as [(typeof cveRecord.affected)[0]]
  const other = { ...ranges[0], repo: 'https://github.com/other/product' }
  const both = { ...cveRecord, modified: '2025-01-01T00:00:00Z' }
  const own = { ...cveRecord, id: 'CVE-1', affected: [{ ranges, versions: ['curl-7_32_0'] }] }
  const verdicts = (tag: string, ...versions: string[]) =>
    match([at(curl, tag)], read({ ...both, affected: [{ ranges: [...ranges, other], versions }] }, own))
  // A tag of the other one shows nothing of when this one had a release of a lower number.
  deepEqual(verdicts('curl-8_0_0', 'curl-7_32_0', 'v9.1.0').gaps, [
    'only the history of its repository tells whether curl 8.0.0 is affected by CVE-2024-7264, CVE-1',
  ])
  deepEqual(verdicts('curl-7_32_0', 'curl-7_32_0', 'v9.1.0').found, ['CVE-2024-7264', 'CVE-1'])
})

test('an entry of very many repositories is a gap, and not a copy of its list for each', () => {
  const ranges = Array.from({ length: 101 }, (_, n) => ({ type: 'GIT', repo: `https://example.org/${n}`, events: [] }))
  const gaps: string[] = []
  const scan = { signal: new AbortController().signal, gap: (why: string) => void gaps.push(why) }
  const text = JSON.stringify({ ...cveRecord, affected: [{ ranges, versions: ['v1.0'] }] })
  const [item] = osv.read({ path: 'GIT/all.zip/x.json', text }, scan)
  equal(item?.kind === 'advisory' && item.advisory.affected?.length, 1)
  deepEqual(gaps, ['an entry names 101 repositories, and is found by none of them'])
})

test('a tag that is a date shows nothing of the release', () => {
  const [{ ranges }] = cveRecord.affected as [(typeof cveRecord.affected)[0]]
  const advisories = read({ ...cveRecord, affected: [{ ranges, versions: ['curl-7_32_0', '20240101'] }] })
  equal(match([at(curl, 'curl-9_0_0')], advisories).gaps.length, 1)
})

test('what a distribution built, and a module of Go, is not judged by the repository that its purl names', () => {
  const advisories = [
    record('X', ['Debian:11', 'other'], [{ introduced: '0' }]),
    record('Y', ['Go', 'other'], [{ introduced: '0' }]),
    ...read(cveRecord),
  ]
  const vcs = `?vcs_url=${encodeURIComponent('git+https://github.com/curl/curl@curl-7_88_1')}`
  const packages = [
    { ...debianPackage('curl', '7.88.1-10'), purl: `pkg:deb/debian/curl@7.88.1-10${vcs}` },
    {
      ecosystem: 'Go',
      name: 'github.com/curl/curl',
      version: 'v7.88.1',
      purl: `pkg:golang/github.com/curl/curl@v7.88.1${vcs}`,
      place: {},
    },
  ]
  const { vulnerabilities, gaps } = matchPackages(packages, bullseye, lookupIn(advisories))
  deepEqual([vulnerabilities, gaps], [[], []])
})

test('the index is asked for repositories only where a package has one', () => {
  const asked: string[] = []
  const lookup = lookupIn([record('A', ['npm', 'a'], [{ introduced: '0' }]), ...read(cveRecord)])
  const noticing = {
    ...lookup,
    judges: (ecosystem: string) => (asked.push(ecosystem), lookup.judges(ecosystem)),
    find: (ecosystem: string, name: string) => (asked.push(`${ecosystem} ${name}`), lookup.find(ecosystem, name)),
  }
  matchPackages([npmPackage('a', '1.0.0'), npmPackage('b', '1.0.0')], undefined, noticing)
  deepEqual(asked, ['npm', 'npm a', 'npm b'])
})
