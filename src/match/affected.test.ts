// OSV's evaluation, each verdict written down by hand from https://ossf.github.io/osv-schema/#evaluation

import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import type { Affected, RangeEvent } from '../model/advisory.ts'
import { judgeVersion, smallestClear } from './affected.ts'
import { bitnami } from './versions/bitnami.ts'
import { dpkg } from './versions/dpkg.ts'
import { go } from './versions/go.ts'
import { pep440 } from './versions/pep440.ts'
import { semver } from './versions/semver.ts'

const ecosystem = (...events: RangeEvent[]): Affected => ({ ranges: [{ type: 'ECOSYSTEM', events }] })
const verdict = (version: string, entry: Affected): string => judgeVersion(version, entry, dpkg).is

test('introduced "0" is before every version, also before one with a tilde', () => {
  const entry = ecosystem({ introduced: '0' }, { fixed: '1.0-2' })
  assert.equal(verdict('0~~1', entry), 'affected')
  assert.equal(verdict('1.0-1', entry), 'affected')
  assert.equal(verdict('1.0-2', entry), 'not affected')
  assert.equal(verdict('1:0.1', entry), 'not affected')
})

test('fixed in "0" says that it was never affected', () => {
  assert.equal(verdict('1.0', ecosystem({ introduced: '0' }, { fixed: '0' })), 'not affected')
})

test('the fix that is named is the next one above the version', () => {
  const entry = ecosystem({ introduced: '1.0' }, { fixed: '1.5' }, { introduced: '2.0' }, { fixed: '2.5' })
  assert.deepEqual(judgeVersion('1.2', entry, dpkg), { is: 'affected', fixedIn: '1.5' })
  assert.deepEqual(judgeVersion('2.2', entry, dpkg), { is: 'affected', fixedIn: '2.5' })
  assert.equal(verdict('1.7', entry), 'not affected')
  assert.equal(verdict('0.9', entry), 'not affected')
})

test('last_affected is the last one affected, and names no fix', () => {
  const entry = ecosystem({ introduced: '1.0' }, { last_affected: '1.5' })
  assert.deepEqual(judgeVersion('1.5', entry, dpkg), { is: 'affected' })
  assert.equal(verdict('1.5+b1', entry), 'not affected')
})

test('a version at or above every limit is outside of the range', () => {
  const entry = ecosystem({ introduced: '0' }, { limit: '2.0' }, { limit: '3.0' })
  assert.equal(verdict('2.5', entry), 'affected')
  assert.equal(verdict('3.0', entry), 'not affected')
  assert.equal(verdict('9', ecosystem({ introduced: '0' }, { limit: '*' })), 'affected')
})

test('a version is affected when any of several ranges holds it, or the list names it', () => {
  const entry: Affected = {
    ranges: [
      { type: 'ECOSYSTEM', events: [{ introduced: '1.0' }, { fixed: '1.1' }] },
      { type: 'ECOSYSTEM', events: [{ introduced: '2.0' }, { fixed: '2.1' }] },
    ],
    versions: ['0.5'],
  }
  assert.deepEqual(
    ['0.4', '0.5', '1.0', '1.1', '2.0', '2.1'].map((version) => verdict(version, entry)),
    ['not affected', 'affected', 'affected', 'not affected', 'affected', 'not affected'],
  )
})

test('a version of Python is listed however it is spelled, and of others as it is written', () => {
  const listed: Affected = { versions: ['1.0-beta', '2.0', 'what ever'] }
  const python = (version: string, entry = listed): string => judgeVersion(version, entry, pep440).is
  assert.deepEqual(
    ['1.0b0', '2.0.0', '2.0+cpu', 'what ever'].map((version) => python(version)),
    ['affected', 'affected', 'not affected', 'affected'],
  )
  assert.equal(judgeVersion('2.0.0', listed, dpkg).is, 'not affected')
  // Where there is a range it tells.
  assert.equal(python('2.0.0', { ...ecosystem({ introduced: '3' }), versions: ['2.0'] }), 'not affected')
})

test('a range of type SEMVER is ordered by SemVer in every ecosystem', () => {
  const entry: Affected = { ranges: [{ type: 'SEMVER', events: [{ introduced: '1.0.0-0' }, { fixed: '1.2.0' }] }] }
  assert.equal(judgeVersion('1.2.0-rc.1', entry, semver).is, 'affected')
  assert.equal(verdict('1.2.0-rc.1', entry), 'affected') // dpkg would call it later than 1.2.0
  assert.equal(verdict('1:1.0-1', entry), 'undecided')
})

test('a range of type SEMVER is ordered by the ecosystem where its versions are semantic', () => {
  const entry: Affected = { ranges: [{ type: 'SEMVER', events: [{ introduced: '1.0.0' }, { fixed: '1.2.3' }] }] }
  assert.equal(judgeVersion('1.2.3-4', entry, bitnami).is, 'not affected') // its fourth rebuild, no prerelease
  assert.equal(judgeVersion('1.2.2-4', entry, bitnami).is, 'affected')
  assert.equal(judgeVersion('v1.2.3-0.20240102030405-daa7c04131f5', entry, go).is, 'affected')
  assert.equal(judgeVersion('v1.2.3+incompatible', entry, go).is, 'not affected')
  assert.equal(judgeVersion('1.2rc1', entry, go).is, 'affected') // as Go itself writes what OSV calls 1.2.0-rc.1
})

test('a bound that is a date counts as the number that the package has, which has no zeros in front', () => {
  const entry: Affected = {
    ranges: [{ type: 'SEMVER', events: [{ introduced: '2021.12.09' }, { fixed: '2024.02.04' }] }],
  }
  const at = (version: string): string => judgeVersion(version, entry, bitnami).is
  assert.deepEqual(['2021.12.8', '2021.12.9', '2024.2.3-2', '2024.2.4', '2024.10.1'].map(at), [
    'not affected',
    'affected',
    'affected',
    'not affected',
    'not affected',
  ])
})

test('the order of the events in the record does not matter', () => {
  const events: RangeEvent[] = [
    { introduced: '1.0' },
    { fixed: '1.5' },
    { introduced: '2.0' },
    { last_affected: '2.5' },
  ]
  const shuffled = fc.shuffledSubarray(events, { minLength: 4 })
  fc.assert(
    fc.property(shuffled, fc.constantFrom('0.9', '1.0', '1.4', '1.5', '2.0', '2.5', '2.5.1'), (mixed, version) => {
      assert.equal(verdict(version, ecosystem(...mixed)), verdict(version, ecosystem(...events)))
    }),
  )
})

test('what cannot be read is undecided, never "not affected"', () => {
  assert.deepEqual(judgeVersion('1.0', {}, dpkg), { is: 'undecided', why: 'has neither ranges nor versions' })
  const commits: Affected = { ranges: [{ type: 'GIT', repo: 'https://x', events: [{ introduced: 'abc' }] }] }
  assert.deepEqual(judgeVersion('1.0', commits, dpkg), { is: 'undecided', why: 'has only ranges of commits' })
  assert.deepEqual(judgeVersion('1.0', ecosystem({ introduced: '0' }, { fixed: '<unfixed>' }), dpkg), {
    is: 'undecided',
    why: "has the bound <unfixed>, which is not one of dpkg's",
  })
})

test('a range of all versions, and a list that names it, hold a version that nobody can read', () => {
  assert.equal(verdict('dev main', ecosystem({ introduced: '0' })), 'affected')
  assert.equal(verdict('dev main', { ...ecosystem({ introduced: '1' }), versions: ['dev main'] }), 'affected')
  assert.equal(verdict('dev main', ecosystem({ introduced: '0' }, { fixed: '1' })), 'undecided')
})

test('a range of commits beside one of versions is left to those who know the commit', () => {
  const entry = ecosystem({ introduced: '0' }, { fixed: '2' })
  entry.ranges!.push({ type: 'GIT', repo: 'https://x', events: [{ introduced: '0' }] })
  assert.equal(verdict('1', entry), 'affected')
  assert.equal(verdict('2', entry), 'not affected')
})

test("GitHub's own upper bound counts where the range has none", () => {
  const entry = (told: string, ...events: RangeEvent[]): Affected => ({
    ...ecosystem(...events),
    database_specific: { last_known_affected_version_range: told },
  })
  assert.deepEqual(
    ['1.4', '1.5', '1.6'].map((version) => verdict(version, entry('<= 1.5', { introduced: '0' }))),
    ['affected', 'affected', 'not affected'],
  )
  assert.equal(verdict('1.5', entry('< 1.5', { introduced: '0' })), 'not affected')
  assert.equal(verdict('1.6', entry('<= 1.5', { introduced: '0' }, { fixed: '2' })), 'affected')
  assert.equal(verdict('9', entry('whatever', { introduced: '0' })), 'affected')
})

test('of commits only those are decided that the record names', () => {
  const fixed = 'aaaaaaaaaaaa0000000000000000000000000000'
  const last = 'bbbbbbbbbbbb0000000000000000000000000000'
  const entry: Affected = {
    ranges: [{ type: 'GIT', repo: 'https://x', events: [{ introduced: '0' }, { fixed }, { last_affected: last }] }],
  }
  const at = (commit: string): string => judgeVersion(`v0.0.0-20240102030405-${commit}`, entry, semver).is
  assert.deepEqual(['aaaaaaaaaaaa', 'bbbbbbbbbbbb', 'cccccccccccc'].map(at), ['not affected', 'affected', 'undecided'])
  assert.equal(judgeVersion(fixed, entry, semver).is, 'not affected')
})

test('the smallest version that clears all is not affected by any', () => {
  const one = ecosystem({ introduced: '0' }, { fixed: '1.5' })
  const other = ecosystem({ introduced: '1.4' }, { fixed: '2.1' }, { introduced: '3.0' }, { fixed: '3.1' })
  assert.equal(smallestClear('1.0', [one], dpkg), '1.5')
  assert.equal(smallestClear('1.4', [one, other], dpkg), '2.1')
  assert.equal(smallestClear('3.0', [other], dpkg), '3.1')
  assert.equal(smallestClear('1.0', [ecosystem({ introduced: '0' })], dpkg), undefined)
})
