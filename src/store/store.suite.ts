// The same questions to both engines.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { countSeverities } from '../model/severity.ts'
import { imageId } from '../model/resource.ts'
import { onBothEngines } from '../testing/engines.ts'
import type { Store } from './store.ts'
import {
  assessment,
  container,
  day,
  debian,
  digest,
  everything,
  image,
  machine,
  report,
  ruleFinding,
  vulnerability,
} from './testing.ts'

/** What the stores' clock says. */
let now = day(1)

onBothEngines('store', () => now, behaves)

const openssl = debian('openssl', '3.0.15-1')
const bash = debian('bash', '5.2')
const page = { offset: 0, limit: 50 }
const [one, two] = [imageId(digest(1)), imageId(digest(2))]

function behaves(open: () => Promise<Store>): void {
  let store: Store
  before(async () => {
    store = await open()
  })
  after(() => store.close())

  test('a long row of writes leaves others their turn', async () => {
    let turns = 0
    const others = setInterval(() => turns++, 1)
    const written = 40
    for (let time = 0; time < written; time++) await store.recordAssessment(assessment('docker/busy', day(1), []))
    clearInterval(others)
    assert.ok(turns > written / 4, `${turns} turns of the event loop in ${written} writes`)
  })

  test('an answering source replaces its resources; a silent one keeps them and its time', async () => {
    await store.recordSource(report('host', day(1)), [machine('a')])
    await store.recordSource(report('docker', day(1), { resources: 3 }), [
      container('one', 1),
      container('also-one', 1),
      container('old', 2),
    ])
    const fresh = [container('one', 1), container('also-one', 1), container('two', 2)]
    await store.recordSource(report('docker', day(2), { resources: 3 }), fresh)
    await store.recordSource(report('docker', day(3), { state: 'unreachable', reason: 'no answer' }), [])
    await store.recordSource(report('podman', day(3), { state: 'absent' }), [])

    const { resources, sources } = await store.estate()
    const ids = ['docker/also-one', 'docker/one', 'docker/two', 'host/a']
    assert.deepEqual(
      resources.map(({ id }) => id),
      ids,
    )
    assert.deepEqual(
      resources.find(({ id }) => id === 'docker/two'),
      container('two', 2),
    )
    assert.deepEqual(
      sources.map(({ id, state, answeredAt, resources: count }) => [id, state, answeredAt, count]),
      [
        ['docker', 'unreachable', day(2), 3],
        ['host', 'answered', day(1), 0],
      ],
    )
    assert.deepEqual(await store.knownSources(), sources)
    const found = await store.resource(everything, 'docker/one')
    assert.deepEqual([found?.firstSeen, found?.lastSeen, found?.team], [day(1), day(2), 'default'])
    assert.equal(await store.resource(everything, 'docker/old'), undefined)
  })

  test('an image is read back whole, by any of its names', async () => {
    const given = image(1, [bash, openssl])
    await store.recordImage(given)
    await store.recordImage(given)
    await store.recordImage(image(2, [openssl]))
    for (const name of [given.digest, given.configDigest, ...given.aliases, digest(1 + 0x2000)]) {
      assert.deepEqual(await store.image(name), given)
    }
    assert.equal(await store.image(digest(99)), undefined)
  })

  test('a vulnerability of a package is one of every image that contains it', async () => {
    await store.recordAssessment(assessment(one, day(3), [vulnerability(one, openssl, 'V1', { exploited: true })]))
    assert.deepEqual(
      (await store.findingsOf(everything, two)).map(({ id, resource }) => [id, resource]),
      [[vulnerability(two, openssl, 'V1').id, two]],
    )
    const { groups } = await store.findings(everything, page)
    assert.equal(groups.length, 1)
    assert.deepEqual(
      groups[0]?.resources.map(({ id }) => id),
      ['docker/also-one', 'docker/one', 'docker/two'],
    )
    const expected = vulnerability(one, openssl, 'V1', { exploited: true })
    const { state, firstSeen, lastSeen, openSince, changes, resources, ...finding } = groups[0].first
    assert.deepEqual(finding, expected)
    assert.deepEqual([state, firstSeen, lastSeen, resources.length], ['open', day(3), day(3), 2])
    assert.deepEqual([openSince, changes], [day(3), []])
    assert.equal(groups[0].count, 2)
  })

  test('the estate tells how many findings are open, as the view has them', async () => {
    const counted = async (resource: string) => ({
      resource,
      subLayer: 'image',
      task: 'vulnerabilities',
      counts: countSeverities(await store.findingsOf(everything, resource)),
    })
    assert.deepEqual((await store.estate()).open, [await counted(one), await counted(two)])
  })

  test('a finding that is gone is fixed; one that returns is open and keeps when it was first seen', async () => {
    const finding = ruleFinding('docker/one', 'root')
    const seen = async (state: 'open' | 'fixed') => {
      const { groups } = await store.findings(everything, { ...page, kind: 'rule', state })
      return groups.map(({ first }) => [first.state, first.firstSeen, first.lastSeen])
    }
    await store.recordAssessment(assessment('docker/one', day(4), [finding]))
    assert.deepEqual(await seen('open'), [['open', day(4), day(4)]])
    await store.recordAssessment(assessment('docker/one', day(5), []))
    assert.deepEqual(await seen('open'), [])
    assert.deepEqual(await seen('fixed'), [['fixed', day(4), day(4)]])
    await store.recordAssessment(assessment('docker/one', day(6), [finding]))
    assert.deepEqual(await seen('open'), [['open', day(4), day(6)]])
    assert.deepEqual(await seen('fixed'), [])
  })

  test('the same for vulnerabilities, by the verdict and by the package leaving a machine', async () => {
    const finding = vulnerability('host/a', bash, 'V2')
    const open = async () => (await store.findingsOf(everything, 'host/a')).map(({ rule }) => rule)
    now = day(1)
    await store.recordPackages('host/a', [bash])
    await store.recordAssessment(assessment('host/a', day(4), [finding]))
    assert.deepEqual(await open(), ['V2'])
    await store.recordAssessment(assessment('host/a', day(5), []))
    assert.deepEqual(await open(), [])
    await store.recordAssessment(assessment('host/a', day(6), [finding]))
    assert.deepEqual(await open(), ['V2'])
    now = day(7)
    await store.recordPackages('host/a', [debian('bash', '5.3')])
    assert.deepEqual(await open(), [])
    const { groups } = await store.findings(everything, { ...page, resource: 'host/a', state: 'fixed' })
    assert.deepEqual(
      groups.map(({ rule }) => rule),
      ['V2'],
    )
  })

  test('what could not be judged is not fixed', async () => {
    await store.recordAssessment(assessment('docker/two', day(4), [ruleFinding('docker/two', 'root')]))
    const depth = { done: 0, of: 10, unit: 'rules evaluated' } as const
    await store.recordAssessment(assessment('docker/two', day(5), [], { depth, gaps: [{ why: 'no rules' }] }))
    const rules = (await store.findingsOf(everything, 'docker/two')).filter(({ kind }) => kind === 'rule')
    assert.equal(rules.length, 1)
  })

  test('an assessment twice changes nothing; an older one adds its evidence only', async () => {
    const newest = assessment('docker/two', day(7), [ruleFinding('docker/two', 'root')])
    await store.recordAssessment(newest)
    const before = await store.estate()
    await store.recordAssessment(newest)
    assert.deepEqual(await store.estate(), before)
    await store.recordAssessment(assessment('docker/two', day(6), []))
    assert.deepEqual(await store.estate(), before)
    assert.equal(await store.verifyEvidence(), undefined)
  })

  test('forty assessments at the same time make one chain', async () => {
    const many = Array.from({ length: 40 }, (_, number) => assessment(`docker/${number}`, day(8), []))
    await Promise.all(many.map((each) => store.recordAssessment(each)))
    assert.equal(await store.verifyEvidence(), undefined)
  })

  test('a NUL, half a surrogate pair and quotes are kept as text', async () => {
    const hostile = `a\0b\uD800 \\u0000 '"; drop table findings; --`
    await store.recordAssessment(
      assessment('docker/two', day(9), [ruleFinding('docker/two', 'odd', { title: hostile })], {
        gaps: [{ why: hostile }],
      }),
    )
    const kept = `a\uFFFDb\uFFFD \\u0000 '"; drop table findings; --`
    const odd = (await store.findingsOf(everything, 'docker/two')).find(({ rule }) => rule === 'odd')
    assert.equal(odd?.title, kept)
    const evidence = (await store.estate()).evidence.find(({ at }) => at === day(9))
    assert.deepEqual(evidence?.gaps, [{ why: kept }])
    assert.equal(await store.verifyEvidence(), undefined)
  })

  test('findings are filtered, counted and paged', async () => {
    const find = async (query: object) => (await store.findings(everything, { ...page, ...query })).groups.length
    assert.equal(await find({ severity: 'high' }), 2) // V2 is still in the image that has the old bash
    assert.equal(await find({ severity: 'low' }), 0)
    assert.equal(await find({ layer: 'application', task: 'vulnerabilities' }), 2)
    assert.equal(await find({ layer: 'infrastructure' }), 0)
    assert.equal(await find({ search: 'CVE-V1' }), 1)
    assert.equal(await find({ search: '%' }), 0) // a wildcard only for the database
    assert.equal(await find({ service: 'self.docker' }), 4)
    assert.equal(await find({ service: 'aws.ecs' }), 0)
    const first = await store.findings(everything, { offset: 0, limit: 1 })
    const beyond = await store.findings(everything, { offset: 100, limit: 1 })
    assert.deepEqual([first.total, first.groups.length, beyond.total, beyond.groups.length], [4, 1, 4, 0])
    assert.deepEqual(first.counts, { critical: 0, high: 3, medium: 2, low: 0, unknown: 0 })
    assert.deepEqual(beyond.counts, first.counts)
  })

  test('images: who runs them, what is open, and null where nobody looked', async () => {
    const { total, images } = await store.images(everything, page)
    assert.equal(total, 2)
    assert.deepEqual(
      images.map(({ id, usedBy, findings, packages, judged }) => [
        id,
        usedBy,
        findings?.high ?? null,
        packages,
        judged,
      ]),
      [
        [one, 2, 2, 2, { done: 10, of: 10 }],
        [two, 1, null, 1, null],
      ],
    )
    const detail = await store.imageDetail(everything, one)
    assert.deepEqual(detail?.image, image(1, [bash, openssl]))
    assert.deepEqual(detail.judged, { done: 10, of: 10, unit: 'packages judged' })
    const why = { why: 'no advisories for this release (Debian:12)' }
    const unread = { why: 'is larger than 10 bytes', place: { path: 'srv/app.jar' } }
    await store.recordImage({ ...image(4, [bash]), gaps: [unread] })
    const four = imageId(digest(4))
    assert.deepEqual((await store.imageDetail(everything, four))?.gaps, [unread])
    await store.recordAssessment({ ...assessment(four, day(2), []), gaps: [why, unread] })
    assert.deepEqual((await store.imageDetail(everything, four))?.gaps, [why, unread])
  })

  test('a team sees its own and nothing else', async () => {
    await store.createTeam('payments', 'Payments')
    await store.giveToTeam('docker/two', 'payments')
    const theirs = { teams: ['payments'] }
    const others = { teams: ['default'] }
    assert.deepEqual(
      (await store.resources(theirs, page)).resources.map(({ id }) => id),
      ['docker/two'],
    )
    assert.equal((await store.resources(others, page)).total, 3)
    assert.equal(await store.resource(others, 'docker/two'), undefined)
    assert.deepEqual(await store.findingsOf(others, 'docker/two'), [])
    assert.equal((await store.findings(others, { ...page, resource: 'docker/two' })).total, 0)
    assert.equal(await store.imageDetail(theirs, one), undefined)
    assert.equal((await store.imageDetail(theirs, two))?.usedBy.length, 1)
    assert.deepEqual(
      (await store.findings(theirs, page)).groups.flatMap(({ resources }) => resources.map(({ id }) => id)),
      ['docker/two', 'docker/two'],
    )
    assert.deepEqual(await store.sources(theirs), [])
    assert.deepEqual(await store.counts({ teams: [] }), { resources: 0, findings: 0, images: 0, silentSources: 0 })
    assert.deepEqual(await store.counts(theirs), { resources: 1, findings: 2, images: 1, silentSources: 0 })
  })

  test('what a later layer hid is part of the image, and has none of the findings that it has elsewhere', async () => {
    const hidden = { ...openssl, hiddenBy: digest(9) }
    const three = imageId(digest(3))
    await store.recordImage(image(3, [bash, hidden]))
    const detail = await store.imageDetail(everything, three)
    assert.deepEqual(detail?.image.packages, [bash, hidden])
    assert.ok(!detail.findings.some((finding) => finding.package?.name === openssl.name))
  })

  test('people, what they did, and that all of it is there after opening again', async () => {
    const ada = await store.createPerson({ id: 'ada', name: 'Ada', role: 'admin' })
    assert.deepEqual(ada, { id: 'ada', name: 'Ada', memberships: [{ team: 'default', role: 'admin' }] })
    await store.createPerson({ id: 'ada', name: 'Ada', role: 'viewer' })
    await store.audit({ who: 'ada', what: 'look' })
    const before = await store.estate()
    await store.close()
    store = await open()
    assert.deepEqual(await store.person('ada'), ada)
    assert.equal(await store.person('nobody'), undefined)
    assert.deepEqual(await store.estate(), before)
  })

  test('a finding whose rule could not be decided this time stays open; one whose rule passed is fixed', async () => {
    const of = 'docker/forgetful'
    await store.recordSource(report('forgetful', day(1), { resources: 1 }), [
      { ...container('forgetful', 9), source: 'forgetful' },
    ])
    const found = ['no-root', 'no-caps'].map((rule) => ruleFinding(of, rule))
    await store.recordAssessment(assessment(of, day(1), found))
    await store.recordAssessment(assessment(of, day(2), [], { undecided: ['no-root'] }))
    const open = async () => (await store.findingsOf(everything, of)).map(({ rule, state }) => [rule, state])
    assert.deepEqual(await open(), [['no-root', 'open']])
    await store.recordAssessment(assessment(of, day(3), []))
    assert.deepEqual(await open(), [])
    await store.recordSource(report('forgetful', day(4)), [])
  })
}
