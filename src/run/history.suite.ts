// A workload whose image changes, and advisories that change: what became of its findings, when, and why.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { record } from '../match/testing.ts'
import { imageId } from '../model/resource.ts'
import { onBothEngines } from '../testing/engines.ts'
import type { Store } from '../store/store.ts'
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
} from '../store/testing.ts'
import { estateJudge } from './estate-judge.ts'
import { inventoryOf } from './assess.ts'
import { TestIndex } from './testing.ts'

/** What the stores' clock says. */
let now = day(1)
const page = { offset: 0, limit: 50 }
const signal = new AbortController().signal
const old = debian('openssl', '3.0.15-1')
const mended = debian('openssl', '3.0.16-1')
const bash = debian('bash', '5.2')

onBothEngines('history', () => now, behaves)

function behaves(open: () => Promise<Store>): void {
  let store: Store
  const index = new TestIndex([
    record('DSA-1', ['Debian:12', 'openssl'], [{ introduced: '0' }, { fixed: '3.0.16-1' }]),
    record('DSA-2', ['Debian:12', 'bash'], [{ introduced: '0' }]),
    record('DSA-3', ['Debian:12', 'bash'], [{ introduced: '0' }]),
  ])
  before(async () => {
    now = day(1)
    store = await open()
  })
  after(() => store.close())

  const judge = () =>
    estateJudge({
      verdicts: store.verdicts,
      advisories: async () => index.lookup(),
      clock: () => now,
      isNew: () => true,
      record: (given) => store.recordAssessment(given),
    })
  const read = async (number: number, packages: Parameters<typeof image>[1]) => {
    await store.recordImage(image(number, packages))
    await judge().judge(inventoryOf(image(number, packages)), false)
  }
  /** As an engine does it: each is another container of the same name. */
  const runs = (number: number, id = `shop-${number}`) =>
    store.recordSource(report('docker', now, { resources: 1 }), [{ ...container('shop', number), id: `docker/${id}` }])
  const history = async (id: string) => {
    const { findings } = await store.history(everything, `docker/${id}`)
    return findings.map(({ rule, state, firstSeen, openSince, changes }) => [
      rule,
      state,
      firstSeen,
      openSince,
      changes.map(({ at, cause, image: by }) => [at, cause, by?.name]),
    ])
  }
  const fixed = async () => {
    const { groups } = await store.findings(everything, { ...page, state: 'fixed' })
    return groups.map(({ rule, first, resources }) => [
      rule,
      first.state,
      first.changes.at(-1)?.why,
      resources.map(({ id }) => id),
    ])
  }

  test('an image that nobody has judged fixes nothing', async () => {
    await runs(1)
    await read(1, [old, bash])
    await judge().refresh(signal)
    assert.deepEqual(await history('shop-1'), [])
    const [finding] = await store.findingsOf(everything, 'docker/shop-1')
    assert.deepEqual([finding?.state, finding?.openSince, finding?.changes], ['open', day(1), []])
    now = day(2)
    await runs(2)
    assert.deepEqual(await history('shop-2'), [])
    assert.deepEqual(await fixed(), [])
    const { runs: ran } = await store.history(everything, 'docker/shop-2')
    assert.deepEqual(
      ran.map(({ digest: of, from, to, unjudged }) => [of, from, to, unjudged]),
      [
        [digest(1), day(1), day(2), undefined],
        [digest(2), day(2), undefined, true],
      ],
    )
  })

  test('a finding is fixed by the digest that took the place of the one that had it; what both have stays open', async () => {
    now = day(3)
    await read(2, [mended, bash])
    const why = `fixed by digest ${digest(2)} (app:2)`
    assert.deepEqual(await history('shop-2'), [
      ['DSA-1', 'fixed', day(1), undefined, [[day(2), 'image replaced', 'app:2']]],
    ])
    assert.deepEqual(await fixed(), [['DSA-1', 'fixed', why, ['docker/shop-2']]])
    const { courses } = await store.history(everything, 'docker/shop-2')
    assert.equal(courses.get('DSA-2\nDebian\nbash')?.openSince, day(1))
    assert.deepEqual(await store.history({ teams: [] }, 'docker/shop-2'), {
      runs: [],
      findings: [],
      courses: new Map(),
    })
    assert.equal((await store.findings({ teams: [] }, { ...page, state: 'fixed' })).total, 0)
  })

  test('back to the image before it, it is open again, and its time with the other one is kept', async () => {
    now = day(4)
    await runs(1, 'shop-3')
    assert.deepEqual(await history('shop-3'), [
      [
        'DSA-1',
        'open',
        day(1),
        day(4),
        [
          [day(2), 'image replaced', 'app:2'],
          [day(4), 'found again', 'app:1'],
        ],
      ],
    ])
    assert.deepEqual(await fixed(), [])
  })

  test('the same container may change its image too, and change back', async () => {
    now = day(5)
    await runs(2, 'shop-3')
    now = day(6)
    await runs(1, 'shop-3')
    now = day(7)
    await runs(2, 'shop-3')
    const [[, state, , , changes]] = (await history('shop-3')) as [[string, string, string, string, unknown[]]]
    assert.equal(state, 'fixed')
    assert.deepEqual(changes.slice(2), [
      [day(5), 'image replaced', 'app:2'],
      [day(6), 'found again', 'app:1'],
      [day(7), 'image replaced', 'app:2'],
    ])
    assert.equal((await fixed()).length, 1)
  })

  test('an advisory that was withdrawn, or corrected, says that instead', async () => {
    now = day(8)
    index.withdraw('DSA-2')
    await judge().refresh(signal)
    now = day(9)
    index.replace(record('DSA-3', ['Debian:12', 'bash'], [{ introduced: '0' }, { fixed: '5.1' }]))
    await judge().refresh(signal)
    const of = async (rule: string) =>
      (await store.history(everything, 'docker/shop-3')).findings
        .find((one) => one.rule === rule)
        ?.changes.map(({ at, cause, why }) => [at, cause, why])
    assert.deepEqual(await of('DSA-2'), [[day(8), 'advisory withdrawn', 'no feed has DSA-2 for bash 5.2 any more']])
    assert.deepEqual(await of('DSA-3'), [[day(9), 'advisory corrected', 'DSA-3 does not cover bash 5.2 any more']])
    now = day(10)
    index.replace(record('DSA-3', ['Debian:12', 'bash'], [{ introduced: '0' }]))
    await judge().refresh(signal)
    assert.deepEqual((await of('DSA-3'))?.at(-1), [day(10), 'advisory returned', 'DSA-3 names it again'])
    now = day(11)
    const withdrawn = '2026-11-10T12:00:00Z'
    index.replace(record('DSA-3', ['Debian:12', 'bash'], [{ introduced: '0' }], { withdrawn }))
    await judge().refresh(signal)
    assert.deepEqual((await of('DSA-3'))?.at(-1), [day(11), 'advisory withdrawn', 'DSA-3 was withdrawn on 2026-11-10'])
  })

  test('an image fixes nothing of a package in it that no feed judges', async () => {
    now = '2026-11-11T12:00:00Z'
    index.add(record('GHSA-1', ['npm', 'express'], [{ introduced: '0' }, { fixed: '4.0.0' }]))
    const express = { ecosystem: 'npm', name: 'express', version: '5.0.0', purl: 'pkg:npm/express@5.0.0', place: {} }
    await runs(1, 'shop-4')
    now = day(12)
    await runs(5, 'shop-5')
    const distribution = { id: 'debian', version: '13', name: 'Debian 13', ecosystem: 'Debian:13' }
    const next = { ...image(5, [debian('openssl', '3.5.1-1'), express]), distribution }
    await store.recordImage(next)
    await judge().judge(inventoryOf(next), false)
    const { runs: ran, courses } = await store.history(everything, 'docker/shop-5')
    assert.equal(ran.at(-1)?.unjudged, undefined, 'of the rest of it something is judged')
    assert.equal(courses.get('DSA-1\nDebian\nopenssl')?.state, 'open')
    assert.deepEqual(
      (await fixed()).filter(([rule]) => rule === 'DSA-1'),
      [],
    )
  })

  test('of a machine the version that took its place, of a setting that it passes now', async () => {
    now = day(12)
    await store.recordSource(report('host', now, { resources: 1 }), [machine('a')])
    const inventory = (packages: readonly (typeof old)[]) =>
      ({
        resource: 'host/a',
        subLayer: 'node_os',
        packages,
        gaps: [],
        distribution: image(1, []).distribution,
      }) as const
    await store.recordPackages('host/a', [old], image(1, []).distribution)
    await judge().judge(inventory([old]), false)
    await store.recordAssessment(assessment('host/a', now, [ruleFinding('host/a', 'root')], { task: 'hardening' }))
    now = day(13)
    await store.recordPackages('host/a', [mended], image(1, []).distribution)
    await store.recordAssessment(assessment('host/a', now, [], { task: 'hardening' }))
    const { findings, runs: ran } = await store.history(everything, 'host/a')
    assert.deepEqual(ran, [])
    assert.deepEqual(findings.map(({ rule, changes }) => [rule, changes.at(-1)?.at, changes.at(-1)?.why]).toSorted(), [
      ['DSA-1', day(13), 'openssl 3.0.15-1 was replaced by 3.0.16-1'],
      ['root', day(13), 'the setting passes the rule now'],
    ])
    assert.equal(
      findings.every(({ state }) => state === 'fixed'),
      true,
    )
    assert.equal(
      (await store.findings(everything, { ...page, state: 'fixed', resource: imageId(digest(1)) })).total > 0,
      true,
    )
  })
}
