import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Package } from '../model/package.ts'
import { advisoryIndexInMemory, type FeedItems } from '../store/advisory-index.ts'
import { assessVulnerabilities } from './assess.ts'

async function* items(asOf: string): FeedItems {
  for (const [feed, ecosystem] of [
    ['osv', 'npm'],
    ['end-of-life', 'PyPI'],
    ['osv', 'Maven'],
  ] as const) {
    yield { kind: 'begin', feed, part: ecosystem === 'PyPI' ? '' : ecosystem, asOf }
    const affected = [{ package: { ecosystem, name: 'x' }, versions: ['9.0.0'] }]
    yield { kind: 'advisory', advisory: { id: ecosystem, modified: '2026-01-01T00:00:00Z', affected } }
  }
}

const found = (ecosystem: string): Package => ({
  ecosystem,
  name: 'x',
  version: '1.0.0',
  purl: `pkg:generic/${ecosystem}/x@1.0.0`,
  place: { path: 'x' },
})

async function gapsAt(now: string): Promise<string[]> {
  const index = await advisoryIndexInMemory(items('2026-11-01T00:00:00Z'), () => ({ builtAt: now, origin: 'update' }))
  const packages = [found('npm'), found('PyPI')]
  const assessment = assessVulnerabilities({ resource: 'r', subLayer: 'image', packages, gaps: [] }, index, now)
  index.close()
  assert.deepEqual(assessment.depth, { done: 2, of: 2, unit: 'packages judged' })
  return assessment.gaps.map(({ why }) => why)
}

test('what rests on a feed that nobody has brought up to date has a gap; feeds that were not asked are not told', async () => {
  assert.deepEqual(await gapsAt('2026-11-08T00:00:00Z'), [])
  assert.deepEqual(await gapsAt('2026-11-08T00:00:01Z'), ['feed osv/npm is 7 days old: run plimsoll db update'])
  assert.deepEqual(await gapsAt('2027-02-01T00:00:00Z'), [
    'feed osv/npm is 92 days old: run plimsoll db update',
    'feed end-of-life is 92 days old: run plimsoll db update',
  ])
})
