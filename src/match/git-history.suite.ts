// Verdicts on commits and releases against git itself: histories with lines and merges, records of bugs in them as their
// publishers write them at some time, and what git says of every tag and commit that there ever was. Whatever is decided here
// must be what git says; what is left open is counted.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, suite, test } from 'node:test'
import { vcsUrl } from '../lib/git-address.ts'
import { purl } from '../lib/purl.ts'
import type { Advisory, RangeEvent } from '../model/advisory.ts'
import { randomFrom } from '../testing/osv-records.ts'
import { testAll, withoutPrograms } from '../testing/shared.ts'
import { judgeRevision } from './judge-revision.ts'
import { revisionOf } from './revision.ts'
import { git as order } from './versions/git.ts'

const missing = withoutPrograms('git')
if (missing && testAll) throw new Error(`PLIMSOLL_TEST_ALL is set: ${missing}`)

const address = 'https://git.example.org/a/project.git'
const name = 'git.example.org/a/project'
const forms: readonly ((version: string) => string)[] = [
  (version) => `v${version}`,
  (version) => version,
  (version) => `project-${version.replaceAll('.', '_')}`,
  (version) => `release-${version}`,
  (version) => `REL_${version.replaceAll('.', '_')}`,
]
const histories = 10
const steps = 160
const bugs = 30

type Random = (below: number) => number

interface Step {
  /** Index among the steps: its commit exists, and its tag, from then on. */
  at: number
  parents: readonly number[]
  version?: string
}

interface Line {
  /** `1.4` */
  name: string
  patch: number
  head: number
}

/** The main line makes first releases, whose lines live on beside it, with releases of their own, and are merged back. */
function plan(random: Random): Step[] {
  const made: Step[] = [{ at: 0, parents: [] }]
  const lines: Line[] = []
  let main = 0
  let [major, minor] = [1, 0]
  const add = (parents: number[], version?: string): number => {
    const at = made.length
    made.push({ at, parents, ...(version === undefined ? {} : { version }) })
    return at
  }
  while (made.length < steps) {
    const kind = random(10)
    const line = lines[random(Math.max(1, lines.length))]
    if (kind < 4) main = add([main])
    else if (kind < 5) {
      main = add([main], `${major}.${minor}.0`)
      lines.push({ name: `${major}.${minor}`, patch: 0, head: main })
      if (random(5) === 0) [major, minor] = [major + 1, 0]
      else minor++
    } else if (line && kind < 7) line.head = add([line.head])
    else if (line && kind < 9) line.head = add([line.head], `${line.name}.${++line.patch}`)
    else if (line) main = add([main, line.head])
  }
  return made
}

interface History {
  random: Random
  tagOf(version: string): string
  steps: readonly (Step & { commit: string; tag?: string })[]
  /** The commit and all that contain it. */
  containing(commit: string): ReadonlySet<string>
}

function make(folder: string, seed: number): History {
  const random = randomFrom(seed)
  const tagOf = forms[seed % forms.length]!
  const repository = mkdtempSync(join(folder, 'of-'))
  const env = { PATH: process.env['PATH'], HOME: folder, GIT_CONFIG_NOSYSTEM: '1' }
  const run = (args: readonly string[], input = ''): string =>
    execFileSync('git', args, { cwd: repository, env, input, encoding: 'utf8', maxBuffer: 2 ** 28 })
  const planned = plan(random)
  const stream = planned.map(({ at, parents, version }) => {
    const [from, ...merged] = parents
    return [
      `commit refs/heads/at-${at}\nmark :${at + 1}`,
      `committer A <a@example.org> ${1_700_000_000 + at} +0000\ndata 1\n-`,
      ...(from === undefined ? [] : [`from :${from + 1}`]),
      ...merged.map((other) => `merge :${other + 1}`),
      ...(version === undefined ? [''] : ['', `reset refs/tags/${tagOf(version)}\nfrom :${at + 1}\n`]),
    ].join('\n')
  })
  run(['init', '--quiet', '--bare'])
  run(['fast-import', '--quiet', '--export-marks=marks'], `${stream.join('\n')}\n`)
  const commits = run(['for-each-ref', '--format=%(refname:lstrip=2) %(objectname)', 'refs/heads'])
  const byStep = new Map(
    commits
      .trim()
      .split('\n')
      .map((line) => [Number(line.slice('at-'.length).split(' ')[0]), line.split(' ')[1]!]),
  )
  const known = new Map<string, ReadonlySet<string>>()
  return {
    random,
    tagOf,
    steps: planned.map((step) => ({
      ...step,
      commit: byStep.get(step.at)!,
      ...(step.version === undefined ? {} : { tag: tagOf(step.version) }),
    })),
    containing(commit) {
      const found = known.get(commit)
      if (found) return found
      const later = run(['rev-list', '--all', '--ancestry-path', `^${commit}`]).trim()
      const all = new Set([commit, ...later.split('\n').filter(Boolean)])
      known.set(commit, all)
      return all
    },
  }
}

interface Bug {
  record: Advisory
  kind: string
  /** The step as of which it was written. */
  at: number
  /** By git: every commit that there ever is. */
  affected: ReadonlySet<string>
}

/** What a record's events say, by what contains what. https://ossf.github.io/osv-schema/#evaluation */
function affectedIn({ steps, containing }: History, events: readonly RangeEvent[]): Set<string> {
  const [{ introduced = '0' } = {}, ...ends] = events
  const affected = new Set(introduced === '0' ? steps.map(({ commit }) => commit) : containing(introduced))
  for (const { fixed, last_affected: last } of ends) {
    for (const commit of containing((fixed ?? last)!)) if (commit !== last) affected.delete(commit)
  }
  return affected
}

/** Of commits until some time: a beginning, and ends behind it. What is said to be affected is: records do not contradict themselves. */
function drawEvents(history: History, until: History['steps']): RangeEvent[] {
  const { random, containing } = history
  for (;;) {
    const pick = (): string => until[random(until.length)]!.commit
    const introduced = random(3) === 0 ? '0' : pick()
    const ends = Array.from({ length: random(4) }, (): RangeEvent =>
      random(4) === 0 ? { last_affected: pick() } : { fixed: pick() },
    )
    const events = [{ introduced }, ...ends]
    const affected = affectedIn(history, events)
    const isBehind = ({ fixed }: RangeEvent): boolean =>
      fixed === undefined || introduced === '0' || (fixed !== introduced && containing(introduced).has(fixed))
    const isIn = ({ last_affected: last }: RangeEvent): boolean => last === undefined || affected.has(last)
    if (ends.every((end) => isBehind(end) && isIn(end)) && (introduced === '0' || affected.has(introduced)))
      return events
  }
}

/** A bug as it stands in a record of the time `at`: nothing that came later is known to it. */
function drawBug(history: History, nth: number): Bug {
  const { random, steps } = history
  const at = 20 + random(steps.length - 20)
  const until = steps.slice(0, at + 1)
  const events = drawEvents(history, until)
  const affected = affectedIn(history, events)
  const released = until.filter(({ version }) => version !== undefined)
  const list = released.filter(({ commit }) => affected.has(commit))
  const kind = ['tags', 'tags', 'no list', 'numbers', 'told'][nth % 5]!
  const range = { type: 'GIT' as const, repo: address, events }
  // Numbers are the publisher's word for every release that there is: they are right of all of them.
  const numbers = toRanges(steps, affected)
  const versions = kind === 'tags' ? list.map(({ tag }) => tag!) : undefined
  const told = { ...range, database_specific: { versions: numbers } }
  const ranges =
    kind === 'numbers' ? [range, { type: 'SEMVER' as const, events: numbers }] : [kind === 'told' ? told : range]
  const record = {
    id: `BUG-${nth}`,
    modified: new Date(1_700_000_000_000 + at * 1000).toISOString(),
    affected: [{ package: { ecosystem: 'GIT', name }, ranges, ...(versions?.length ? { versions } : {}) }],
  }
  return { record, kind, at, affected }
}

/** Each run of affected releases, in the order of their numbers. */
function toRanges(steps: History['steps'], affected: ReadonlySet<string>): RangeEvent[] {
  const releases = steps
    .filter(({ version }) => version !== undefined)
    .toSorted((a, b) => order.compare(a.version!, b.version!))
  const events: RangeEvent[] = []
  let inside = false
  for (const { version, commit } of releases) {
    if (affected.has(commit) === inside) continue
    inside = !inside
    events.push(inside ? { introduced: version } : { fixed: version })
  }
  return inside ? [...events, { last_affected: releases.at(-1)!.version }] : events
}

const tally = new Map<string, number>()
const count = (what: string): void => void tally.set(what, (tally.get(what) ?? 0) + 1)

function judgeAll(history: History): string[] {
  const drawn = Array.from({ length: bugs }, (_, nth) => drawBug(history, nth))
  const records = drawn.map(({ record }) => record)
  const wrong: string[] = []
  for (const { at, commit, tag } of history.steps) {
    for (const [kind, revision] of [
      ['commit', commit] as const,
      ...(tag === undefined ? [] : [['release', tag] as const]),
    ]) {
      const qualifiers = { vcs_url: vcsUrl(address, revision) }
      const found = { ecosystem: 'generic', name: 'project', version: '1', place: {} }
      const read = revisionOf({ ...found, purl: purl({ type: 'generic', name: 'project', qualifiers }) })
      assert.ok(read, revision)
      const judged = judgeRevision(read, (_, asked) => (asked === name ? records : []))
      const hits = new Set(judged.hits.map(({ advisory }) => advisory.id))
      const open = new Set(judged.undecided.map(({ id }) => id))
      assert.equal(judged.decided.length + open.size, records.length)
      for (const { record, kind: written, at: writtenAt, affected } of drawn) {
        const ours = hits.has(record.id) ? 'affected' : open.has(record.id) ? 'undecided' : 'not affected'
        const told = affected.has(commit) ? 'affected' : 'not affected'
        count(`${kind}: ${ours}`)
        count(`${kind} ${at <= writtenAt ? 'before' : 'after'} ${written}: ${ours}`)
        if (ours !== 'undecided' && ours !== told)
          wrong.push(`${record.id} (${written}) of ${revision}: ${told}, here ${ours}`)
      }
    }
  }
  return wrong
}

suite('verdicts on what git has', { skip: missing }, () => {
  const folder = missing ? '' : mkdtempSync(join(tmpdir(), 'plimsoll-git-'))
  after(() => folder && rmSync(folder, { recursive: true }))

  for (let seed = 1; seed <= histories; seed++) {
    test(`history ${seed}: what is decided is what git says`, () => {
      assert.deepEqual(judgeAll(make(folder, seed)), [])
    })
  }

  test('most of the releases are decided, and of the commits those that are named', (t) => {
    const of = (what: string): number => tally.get(what) ?? 0
    for (const what of ['commit: affected', 'commit: not affected', 'commit: undecided', 'release: undecided'])
      assert.ok(of(what) > 100, `${what}: ${of(what)}`)
    for (const kind of ['tags', 'numbers', 'told']) {
      const decided = of(`release before ${kind}: affected`) + of(`release before ${kind}: not affected`)
      const open = of(`release before ${kind}: undecided`)
      assert.ok(decided > 500 && open < decided / 2, `${kind}: ${open} open, ${decided} decided`)
    }
    t.diagnostic(
      Array.from(tally, ([what, times]) => `${what} ${times}`)
        .toSorted()
        .join(', '),
    )
  })
})
