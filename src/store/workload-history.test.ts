import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FindingChange } from '../model/history.ts'
import type { StoredRun } from './image-runs.ts'
import { coursesOf, type VulnerabilityOfImage } from './workload-history.ts'

const day = (number: number): string => `2026-11-${String(number).padStart(2, '0')}T00:00:00Z`

function run(id: string, from: number, to?: number, given: Partial<StoredRun> = {}): StoredRun {
  const end = to === undefined ? {} : { to: day(to) }
  return { id, digest: `sha256:${id}`, name: `app:${id}`, from: day(from), judgedAt: day(from + 1), ...end, ...given }
}

function has(image: string, firstSeen: number, changes: readonly FindingChange[] = []): VulnerabilityOfImage {
  return { image, cause: 'CVE-1', firstSeen: day(firstSeen), changes }
}

function courseOf(runs: readonly StoredRun[], list: readonly VulnerabilityOfImage[]) {
  const course = coursesOf(runs, list).get('CVE-1')
  return (
    course && [course.state, course.openSince, course.changes.map(({ at, cause, image }) => [at, cause, image?.id])]
  )
}

const excepted: FindingChange = { at: day(4), state: 'excepted', cause: 'exception', why: 'the supplier says so' }

test('of two images at once, the one that is left still has it', () => {
  const runs = [run('a', 1, 5), run('b', 1)]
  assert.deepEqual(courseOf(runs, [has('a', 1), has('b', 1)]), ['open', day(1), []])
  assert.deepEqual(courseOf(runs, [has('a', 1)]), ['fixed', undefined, [[day(5), 'image gone', undefined]]])
})

test('an image that nobody has judged fixes nothing; the next one that somebody has does', () => {
  const { judgedAt: _, ...unjudged } = run('b', 5, 7, { unjudged: true })
  assert.deepEqual(courseOf([run('a', 1, 5), unjudged], [has('a', 1)]), ['open', day(1), []])
  assert.deepEqual(courseOf([run('a', 1, 5), unjudged, run('c', 7)], [has('a', 1)]), [
    'fixed',
    undefined,
    [[day(7), 'image replaced', 'c']],
  ])
})

test('an image in which nobody judged the package fixes nothing of it', () => {
  const runs = [run('a', 1, 5), run('b', 5)]
  const course = coursesOf(runs, [has('a', 1)], new Map([['b', new Set(['CVE-1'])]])).get('CVE-1')
  assert.deepEqual([course?.state, course?.openSince], ['open', day(1)])
})

test('what was found when the image was judged first was there from its first day, what came later was not', () => {
  assert.deepEqual(courseOf([run('a', 1, 5), run('b', 5)], [has('a', 2), has('b', 6)]), ['open', day(1), []])
  assert.deepEqual(courseOf([run('a', 1, 5), run('b', 5)], [has('a', 2), has('b', 9)]), [
    'open',
    day(9),
    [
      [day(5), 'image replaced', 'b'],
      [day(9), 'found again', undefined],
    ],
  ])
  assert.deepEqual(courseOf([run('a', 1, 5)], [has('a', 8)]), undefined, 'it never ran with it')
})

test('an exception goes on with the next image, and no time without a container is a fix', () => {
  assert.deepEqual(courseOf([run('a', 1, 5), run('b', 6)], [has('a', 1, [excepted]), has('b', 1, [excepted])]), [
    'excepted',
    undefined,
    [[day(4), 'exception', undefined]],
  ])
  assert.deepEqual(courseOf([run('b', 6)], [has('b', 1, [excepted])]), [
    'excepted',
    undefined,
    [[day(6), 'exception', undefined]],
  ])
})
