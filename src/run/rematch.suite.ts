// A stored estate whose images nobody holds any more, and an index that changes: what is found, who is told, and that nothing
// but the change is judged.

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { after, before, test } from 'node:test'
import { record } from '../match/testing.ts'
import type { ImageIndex } from '../model/image.ts'
import type { Package } from '../model/package.ts'
import { imageId } from '../model/resource.ts'
import type { Scope } from '../model/team.ts'
import { openStore, type Store } from '../store/store.ts'
import { container, debian, digest, everything, image, report } from '../store/testing.ts'
import { affected, NotAQuestion } from './affected.ts'
import { estateJudge } from './estate-judge.ts'
import { inventoryOf } from './assess.ts'
import { refreshLikelihoods, rematch, type CurrentAdvisories } from './rematch.ts'
import { TestIndex } from './testing.ts'

const folder = mkdtempSync(`${tmpdir()}/plimsoll-rematch-`)
let store: Store
let now = '2026-11-01T00:00:00Z'
const clock = () => now
const signal = new AbortController().signal

before(async () => {
  store = await openStore({ folder }, { clock })
})
after(async () => {
  await store.close()
  rmSync(folder, { recursive: true })
})

const layer = (number: number) => ({ digest: digest(number), size: 1, entries: 1 })
const inLayer = (found: Package, number: number): Package => ({
  ...found,
  place: { ...found.place, layer: digest(number) },
})
const npm = (name: string, version: string, path: string): Package => ({
  ecosystem: 'npm',
  name,
  version,
  purl: `pkg:npm/${name}@${version}`,
  place: { path },
})
const log4j = (version: string): Package => ({
  ecosystem: 'Maven',
  name: 'org.apache.logging.log4j:log4j-core',
  version,
  purl: `pkg:maven/org.apache.logging.log4j/log4j-core@${version}`,
  place: { path: 'app/lib/log4j-core.jar' },
})
const openssl = inLayer(debian('openssl', '3.0.15-1'), 100)
const base = [openssl, inLayer(debian('bash', '5.2'), 100), inLayer(npm('ms', '2.0.0', 'usr/lib/ms'), 100)]

function layered(number: number, own: readonly Package[]): ImageIndex {
  return {
    ...image(number, [...base, ...own.map((found) => inLayer(found, 200 + number))]),
    layers: [layer(100), layer(200 + number)],
  }
}

const images = [
  layered(1, [log4j('2.14.1')]),
  layered(2, [log4j('2.17.1'), npm('ms', '2.0.0', 'app/ms')]),
  layered(3, [log4j('2.14.1')]),
]
const index = new TestIndex([
  record('DSA-1', ['Debian:12', 'openssl'], [{ introduced: '0' }, { fixed: '3.0.16-1' }]),
  record('GHSA-ms', ['npm', 'ms'], [{ introduced: '0' }, { fixed: '2.0.1' }], { aliases: ['CVE-2017-20162'] }),
  record('GHSA-old', ['Maven', 'org.apache.logging.log4j:log4j-core'], [{ introduced: '1.0' }, { fixed: '1.1' }]),
])
const log4shell = record(
  'GHSA-jfh8-c2jp-5v3q',
  ['Maven', 'org.apache.logging.log4j:log4j-core'],
  [{ introduced: '2.0' }, { fixed: '2.15.0' }],
  { aliases: ['CVE-2021-44228'], summary: 'Remote code injection in Log4j' },
)

const run = (known = {}) => rematch({ verdicts: store.verdicts, advisories: index.lookup(known), clock }, signal)
const rulesOf = async (id: string) => (await store.findingsOf(everything, id)).map(({ rule }) => rule).toSorted()

test('all is judged once, each distinct package version alone', async () => {
  for (const one of images) await store.recordImage(one)
  await store.recordSource(report('docker', now, { resources: 3 }), [
    container('shop', 1),
    container('also-shop', 1),
    container('ledger', 2),
  ])
  assert.deepEqual(await run(), { kind: 'all', packages: 5, opened: 2, closed: 0 })
  assert.equal(index.asked.length, 5)
  for (const { digest: of } of images) assert.deepEqual(await rulesOf(imageId(of)), ['DSA-1', 'GHSA-ms'])
  const { evidence } = await store.estate()
  assert.deepEqual(
    evidence
      .filter(({ resource }) => resource.startsWith('image/'))
      .map(({ depth, gaps }) => [depth.done, depth.of, gaps]),
    [
      [4, 4, []],
      [5, 5, []],
      [4, 4, []],
    ],
  )
})

test('a package that two layers bring is one finding, at all its places', async () => {
  const found = await store.findingsOf(everything, imageId(images[1]!.digest))
  const finding = found.find(({ rule }) => rule === 'GHSA-ms')
  assert.deepEqual(finding?.evidence['places'], [
    { path: 'usr/lib/ms', layer: digest(100) },
    { path: 'app/ms', layer: digest(202) },
  ])
  assert.deepEqual((await store.image(images[1]!.digest))?.packages.filter(({ name }) => name === 'ms').length, 2)
})

test('a new record judges only the packages of its name, and opens with the day on which it came', async () => {
  index.add(log4shell)
  index.asked.length = 0
  now = '2026-11-02T00:00:00Z'
  assert.deepEqual(await run(), { kind: 'changes', packages: 2, opened: 1, closed: 0 })
  assert.deepEqual(new Set(index.asked), new Set(['Maven org.apache.logging.log4j:log4j-core']))
  const [first, second, third] = await Promise.all(images.map(({ digest: of }) => rulesOf(imageId(of))))
  assert.ok(first!.includes(log4shell.id) && third!.includes(log4shell.id) && !second!.includes(log4shell.id))
  const finding = (await store.findingsOf(everything, imageId(images[0]!.digest))).find(
    ({ rule }) => rule === log4shell.id,
  )
  assert.equal(finding?.firstSeen, now)
})

test('killed anywhere it goes on where it stood, and says nothing twice', async () => {
  index.add(record('DSA-2', ['Debian:12', 'bash'], [{ introduced: '0' }, { fixed: '6' }]))
  const aborted = new AbortController()
  const { verdicts } = store
  const breaking = {
    ...verdicts,
    record: async (...given: Parameters<typeof verdicts.record>) => {
      await verdicts.record(...given)
      aborted.abort(new Error('killed'))
      throw new Error('killed')
    },
  }
  await assert.rejects(rematch({ verdicts: breaking, advisories: index.lookup(), clock }, aborted.signal), /killed/)
  assert.equal((await run()).kind, 'changes')
  assert.deepEqual(await rulesOf(imageId(images[1]!.digest)), ['DSA-1', 'DSA-2', 'GHSA-ms'])
  assert.equal(await store.verifyEvidence(), undefined)
})

test('a record that is gone closes its findings, and the workloads keep when', async () => {
  index.withdraw('DSA-2')
  now = '2026-11-03T00:00:00Z'
  assert.deepEqual(await run(), { kind: 'changes', packages: 1, opened: 0, closed: 1 })
  assert.ok(!(await rulesOf(imageId(images[1]!.digest))).includes('DSA-2'))
  const fixed = await store.findings(everything, { state: 'fixed', offset: 0, limit: 10 })
  assert.deepEqual(
    fixed.groups.map(({ rule }) => rule),
    ['DSA-2'],
  )
})

test('a record that cannot be read any more fixes nothing', async () => {
  const of = imageId(images[0]!.digest)
  const broken = { ...log4shell, affected: [{ ...log4shell.affected![0]! }] }
  broken.affected[0]!.ranges = [{ type: 'ECOSYSTEM', events: [{ introduced: '2.0' }, { fixed: 'not a version' }] }]
  index.replace(broken)
  assert.equal((await run()).closed, 0)
  assert.ok((await rulesOf(of)).includes(log4shell.id))
  const detail = await store.imageDetail(everything, of)
  assert.match(detail?.gaps.map(({ why }) => why).join() ?? '', /has the bound not a version.*is not judged by it/)
  index.replace(log4shell)
  assert.equal((await run()).opened, 0)
  assert.deepEqual((await store.imageDetail(everything, of))?.gaps, [])
})

test('EPSS and KEV replace what is stored without judging anything', async () => {
  index.asked.length = 0
  const known = { exploited: ['CVE-2021-44228'], epss: { 'CVE-2021-44228': { probability: 0.97, percentile: 0.999 } } }
  const parts = { verdicts: store.verdicts, advisories: index.lookup(known), clock }
  assert.equal(await refreshLikelihoods(parts), 1)
  assert.equal(await refreshLikelihoods(parts), 0)
  assert.deepEqual(index.asked, [])
  const finding = (await store.findingsOf(everything, imageId(images[0]!.digest))).find(
    ({ rule }) => rule === log4shell.id,
  )
  assert.deepEqual([finding?.exploited, finding?.epss], [true, known.epss['CVE-2021-44228']])
})

test('an index that lost an ecosystem fixes nothing, and says so of each image', async () => {
  const whole = index.lookup()
  const without: CurrentAdvisories = {
    ...whole,
    generation: 'without npm',
    judges: (ecosystem) => (ecosystem === 'npm' ? undefined : whole.judges(ecosystem)),
    changedSince: () => [],
  }
  now = '2026-11-04T00:00:00Z'
  await rematch({ verdicts: store.verdicts, advisories: without, clock }, signal)
  assert.ok((await rulesOf(imageId(images[0]!.digest))).includes('GHSA-ms'))
  const detail = await store.imageDetail(everything, imageId(images[0]!.digest))
  assert.deepEqual(detail?.judged, { done: 3, of: 4, unit: 'packages judged' })
  const { evidence } = await store.estate()
  assert.deepEqual(evidence.find(({ resource }) => resource === imageId(images[0]!.digest))?.gaps, [
    { why: 'no advisories for npm' },
  ])
  now = '2026-11-05T00:00:00Z'
  await run()
  assert.deepEqual((await store.imageDetail(everything, imageId(images[0]!.digest)))?.judged?.done, 4)
})

test('that nothing changed is proof of today for every image; an index that cannot be read is a gap of all', async () => {
  now = '2026-11-06T00:00:00Z'
  assert.equal((await run()).kind, 'confirmed')
  const ofImage = async () =>
    (await store.estate()).evidence.find(({ resource }) => resource === imageId(images[0]!.digest))
  assert.deepEqual([(await ofImage())?.at, (await ofImage())?.gaps], [now, []])
  now = '2026-11-07T00:00:00Z'
  await rematch(
    { verdicts: store.verdicts, advisories: { ...index.lookup(), problem: 'it is damaged' }, clock },
    signal,
  )
  assert.deepEqual((await ofImage())?.gaps, [{ why: 'it is damaged' }])
  now = '2026-11-08T00:00:00Z'
  await run()
  assert.deepEqual((await ofImage())?.gaps, [])
})

test('a feed that grew too old is a gap of what it judges, until it is brought up to date', async () => {
  const aged = (asOf: string): CurrentAdvisories => {
    const current = index.lookup()
    return {
      ...current,
      judges: (ecosystem) => {
        const set = current.judges(ecosystem)
        return set && ecosystem === 'npm' ? { ...set, feeds: [{ feed: 'osv', part: 'npm', asOf, records: 2 }] } : set
      },
    }
  }
  const judgedBy = (asOf: string) => rematch({ verdicts: store.verdicts, advisories: aged(asOf), clock }, signal)
  const gaps = async () =>
    (await store.estate()).evidence.find(({ resource }) => resource === imageId(images[0]!.digest))?.gaps
  now = '2026-11-08T01:00:00Z'
  await judgedBy('2026-11-08T00:00:00Z')
  assert.deepEqual(await gaps(), [])
  now = '2026-11-20T00:00:00Z'
  await judgedBy('2026-11-08T00:00:00Z')
  assert.deepEqual(await gaps(), [{ why: 'feed osv/npm is of 2026-11-08, which is too old: run plimsoll db update' }])
  assert.equal((await judgedBy('2026-11-08T00:00:00Z')).packages, 0, 'said once')
  await judgedBy('2026-11-20T00:00:00Z')
  assert.deepEqual(await gaps(), [])
})

test('a new image is judged as it is read, by what is known of its packages and the rest anew', async () => {
  const judge = estateJudge({
    verdicts: store.verdicts,
    advisories: async () => index.lookup(),
    clock,
    isNew: () => true,
    record: (assessment) => store.recordAssessment(assessment),
  })
  const four = layered(4, [npm('left-pad', '1.0.0', 'app/left-pad')])
  await store.recordImage(four)
  index.asked.length = 0
  await judge.judge(inventoryOf(four), false)
  assert.deepEqual(index.asked, ['npm left-pad'])
  assert.deepEqual((await store.imageDetail(everything, imageId(four.digest)))?.judged, {
    done: 4,
    of: 4,
    unit: 'packages judged',
  })
  const before = (await store.estate()).evidence.length
  await judge.judge(inventoryOf(four), true)
  assert.equal((await store.estate()).evidence.length, before)
})

test('who is affected: by any name of the vulnerability, or by versions of the package', async () => {
  const ask = (question: string, scope: Scope = everything) => affected(store.affected, scope, question, 10)
  for (const name of ['CVE-2021-44228', 'cve-2021-44228', 'GHSA-jfh8-c2jp-5v3q']) {
    const { images: found, workloads, packages, vulnerabilities } = await ask(name)
    assert.deepEqual(
      [found.total, workloads.running, workloads.list.map(({ name: of }) => of)],
      [2, 2, ['also-shop', 'shop']],
    )
    assert.deepEqual(
      packages.map(({ version, fixedIn }) => [version, fixedIn]),
      [['2.14.1', '2.15.0']],
    )
    assert.deepEqual(
      vulnerabilities.map(({ rule }) => rule),
      [log4shell.id],
    )
  }
  const versions = async (constraint: string) =>
    (await ask(`pkg:maven/org.apache.logging.log4j/log4j-core${constraint}`)).packages.map(({ version }) => version)
  assert.deepEqual(await versions('@<2.17.1'), ['2.14.1'])
  assert.deepEqual(await versions('@>=2.0,<=2.17.1'), ['2.14.1', '2.17.1'])
  assert.deepEqual(await versions(''), ['2.14.1', '2.17.1'])
  assert.equal((await ask('pkg:npm/log4j-core')).images.total, 0)
  assert.deepEqual(await versions('@=2.14.1'), ['2.14.1'])
  assert.deepEqual((await ask('CVE-2021-44228', { teams: ['others'] })).packages, [])
  await assert.rejects(ask('pkg:maven/a/b@<'), NotAQuestion)
  await assert.rejects(ask('; drop table'), NotAQuestion)
})

test('what was judged as its image was read grows old, and loses its feed, as all else does', async () => {
  const judgedBy = (advisories: CurrentAdvisories) =>
    estateJudge({
      verdicts: store.verdicts,
      advisories: async () => advisories,
      clock,
      isNew: () => true,
      record: (assessment) => store.recordAssessment(assessment),
    })
  index.add(record('PYSEC-1', ['PyPI', 'flask'], [{ introduced: '0' }, { fixed: '2.0' }]))
  const current = index.lookup()
  const whole: CurrentAdvisories = {
    ...current,
    judges: (ecosystem) => {
      const set = current.judges(ecosystem)
      const feeds = [{ feed: 'osv', part: 'PyPI', asOf: '2026-11-20T00:00:00Z', records: 1 }]
      return set && ecosystem === 'PyPI' ? { ...set, feeds } : set
    },
  }
  now = '2026-11-20T00:00:00Z'
  await judgedBy(whole).refresh(signal)
  const five = layered(5, [
    { ecosystem: 'PyPI', name: 'requests', version: '2.0', purl: 'pkg:pypi/requests@2.0', place: { path: 'app' } },
  ])
  await store.recordImage(five)
  await judgedBy(whole).judge(inventoryOf(five), false)
  const gaps = async () =>
    (await store.estate()).evidence.find(({ resource }) => resource === imageId(five.digest))?.gaps
  assert.deepEqual(await gaps(), [])
  now = '2026-11-30T00:00:00Z'
  await judgedBy(whole).refresh(signal)
  assert.deepEqual(await gaps(), [{ why: 'feed osv/PyPI is of 2026-11-20, which is too old: run plimsoll db update' }])
  const without: CurrentAdvisories = {
    ...whole,
    generation: 'without PyPI',
    judges: (ecosystem) => (ecosystem === 'PyPI' ? undefined : whole.judges(ecosystem)),
    changedSince: () => [],
  }
  await judgedBy(without).refresh(signal)
  assert.deepEqual(await gaps(), [{ why: 'no advisories for PyPI' }])
})

test('who is affected: a package however its name is written, and a vulnerability by who announced it', async () => {
  const place = { path: 'app' }
  const named = [
    { ecosystem: 'NuGet', name: 'Newtonsoft.Json', version: '9.0.1', purl: 'pkg:nuget/Newtonsoft.Json@9.0.1', place },
    {
      ecosystem: 'Go',
      name: 'github.com/Azure/go-autorest',
      version: '1.0.0',
      purl: 'pkg:golang/github.com/azure/go-autorest@1.0.0',
      place,
    },
    { ecosystem: 'crates.io', name: 'serde_json', version: '1.0.0', purl: 'pkg:cargo/serde_json@1.0.0', place },
    debian('zlib', '1.0'),
  ] as const
  await store.recordImage(layered(6, named))
  for (const question of [
    'pkg:nuget/newtonsoft.json@<13.0.1',
    'pkg:nuget/Newtonsoft.Json',
    'pkg:golang/github.com/azure/go-autorest',
    'pkg:golang/github.com/Azure/go-autorest',
    'pkg:cargo/serde-json@1.0.0',
  ]) {
    assert.equal((await affected(store.affected, everything, question, 10)).images.total, 1, question)
  }
  const zlib = ['Debian:12', 'zlib'] as const
  index.add(record('DEBIAN-CVE-1', zlib, [{ introduced: '0' }], { upstream: ['CVE-2026-1'] }))
  await run()
  index.add(record('DSA-9', zlib, [{ introduced: '0' }, { fixed: '2' }], { upstream: ['CVE-2026-1', 'CVE-2026-2'] }))
  index.add(record('DEBIAN-CVE-2', zlib, [{ introduced: '0' }], { upstream: ['CVE-2026-2'] }))
  await run()
  for (const name of ['DSA-9', 'dsa-9', 'CVE-2026-1', 'DEBIAN-CVE-1']) {
    const { packages, images: found } = await affected(store.affected, everything, name, 10)
    assert.deepEqual([packages.map(({ version }) => version), found.total], [['1.0'], 1], name)
  }
})
