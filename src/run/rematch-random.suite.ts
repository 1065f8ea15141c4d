// An estate that is kept current while feeds come, change, shrink, age and go, and images are read: after each step all that is
// stored of it is what the index of now says of every package when it is asked anew.

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { Advisory, Affected } from '../model/advisory.ts'
import type { Finding } from '../model/finding.ts'
import type { ImageIndex } from '../model/image.ts'
import type { Package } from '../model/package.ts'
import { imageId } from '../model/resource.ts'
import type { Verdict } from '../model/verdict.ts'
import type { FeedPart } from '../store/advisory-changes.ts'
import { buildAdvisoryIndex, updateAdvisoryIndex } from '../store/advisory-index.ts'
import { openAdvisoryIndex, type AdvisoryIndex } from '../store/advisory-reader.ts'
import { openStore, type Store } from '../store/store.ts'
import { debian, everything, image } from '../store/testing.ts'
import { randomFrom } from '../testing/osv-records.ts'
import { inventoryOf } from './assess.ts'
import { estateJudge } from './estate-judge.ts'
import { packageJudge } from './judge-package.ts'
import { readParts } from './feed-parts.ts'

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-random-'))
after(() => rmSync(folder, { recursive: true }))
const signal = new AbortController().signal

type Random = (below: number) => number

const seeds = 2
const steps = 20

const repository = 'git.example.org/a/project'
const commits = ['a', 'b', 'c'].map((letter) => letter.repeat(40))

function drawn<T>(random: Random, of: readonly T[]): T {
  return of[random(of.length)]!
}

/** Few names and versions, so that records often speak of what is there. */
function anyPackage(random: Random): Package {
  const name = `p${random(5)}`
  const version = `${1 + random(3)}.${random(2)}.0`
  const place = { path: `app/${name}` }
  const kind = random(10)
  if (kind < 3) return debian(name, `${version}-1`)
  if (kind < 6) return { ecosystem: 'npm', name, version, purl: `pkg:npm/${name}@${version}`, place }
  if (kind < 8) return { ecosystem: 'PyPI', name, version, purl: `pkg:pypi/${name}@${version}`, place }
  const revision = random(3) === 0 ? drawn(random, commits) : `v${version}`
  const url = encodeURIComponent(`git+https://${repository}@${revision}`)
  return { ecosystem: 'generic', name, version, purl: `pkg:generic/${name}@${version}?vcs_url=${url}`, place }
}

function anyEntry(random: Random, ecosystem: string): Affected {
  const name = ecosystem === 'GIT' ? repository : `p${random(5)}`
  const named = { ecosystem, name }
  const version = `${1 + random(3)}.${random(2)}.0`
  if (ecosystem === 'GIT') {
    const events = [{ introduced: drawn(random, commits) }, ...(random(2) ? [{ fixed: drawn(random, commits) }] : [])]
    const versions = [1, 2, 3].filter(() => random(2) === 0).map((number) => `v${number}.0.0`)
    return { package: named, ranges: [{ type: 'GIT', repo: `https://${repository}`, events }], versions }
  }
  const kind = random(12)
  if (kind === 0) return { package: named, versions: [version] }
  if (kind === 1) return { package: named }
  const fixed = kind === 2 ? '0' : kind === 3 ? 'not a version' : ecosystem === 'Debian:12' ? `${version}-1` : version
  const events = [{ introduced: '0' }, ...(kind === 4 ? [] : [{ fixed }])]
  const state = kind === 5 ? { database_specific: { fix_state: drawn(random, ['not affected', 'undetermined']) } } : {}
  return { package: named, ranges: [{ type: 'ECOSYSTEM', events }], ...state }
}

/** Few ids: records are changed, renamed, taken back, and name each other. */
function anyAdvisory(random: Random, ecosystem: string): Advisory {
  const number = random(8)
  const affected = Array.from({ length: 1 + random(2) }, () => anyEntry(random, ecosystem))
  return {
    id: `${ecosystem.slice(0, 3).toUpperCase()}-${number}`,
    modified: `2026-0${1 + random(9)}-01T00:00:00Z`,
    ...(random(3) === 0 ? { aliases: [`CVE-2026-${random(6)}`] } : {}),
    ...(random(6) === 0 ? { upstream: [`CVE-2026-${random(6)}`, `CVE-2026-${random(6)}`] } : {}),
    ...(random(10) === 0 ? { withdrawn: '2026-01-02T00:00:00Z' } : {}),
    ...(random(3) === 0 ? { summary: `bug ${random(3)}` } : {}),
    affected,
  }
}

interface Fetched {
  part: string
  items: readonly Advisory[]
  asOf: string
}

const parts = ['npm', 'PyPI', 'Debian:12', 'GIT']

function anyPart(random: Random, part: string, asOf: string): Fetched {
  return { part, items: Array.from({ length: 1 + random(8) }, () => anyAdvisory(random, part)), asOf }
}

/** A part may change in a record or its time alone, be made anew, go, come again, or grow old. */
function nextFetched(random: Random, before: readonly Fetched[], asOf: string): Fetched[] {
  return parts.flatMap((part) => {
    const known = before.find((one) => one.part === part)
    const chance = random(10)
    if (!known) return chance < 5 ? [anyPart(random, part, asOf)] : []
    if (chance === 0 && part !== 'npm') return []
    if (chance === 1) return [anyPart(random, part, asOf)]
    if (chance < 4) return [{ ...known, asOf, items: [...known.items.slice(1), anyAdvisory(random, part)] }]
    if (chance === 4) {
      const at = random(known.items.length)
      const modified = `2026-0${1 + random(9)}-02T00:00:00Z`
      return [{ ...known, asOf, items: known.items.map((one, n) => (n === at ? { ...one, modified } : one)) }]
    }
    return [chance < 8 ? { ...known, asOf } : known]
  })
}

function partOf({ part, items, asOf }: Fetched): FeedPart {
  return {
    kind: 'begin',
    feed: 'osv',
    part,
    asOf,
    madeOf: JSON.stringify(items),
    async *read() {
      for (const advisory of items) yield { kind: 'advisory', advisory }
    },
  }
}

async function estateOf(seed: number) {
  const random = randomFrom(seed)
  let day = 0
  const clock = (): string => new Date(Date.UTC(2026, 9, 1) + day * 86_400_000).toISOString().replace('.000Z', 'Z')
  const file = join(folder, `${seed}.sqlite`)
  const store = await openStore({ folder: join(folder, `store-${seed}`) }, { clock })
  const about = () => ({ builtAt: clock(), origin: 'update' })
  let fetched: Fetched[] = [anyPart(random, 'npm', clock()), anyPart(random, 'Debian:12', clock())]
  await buildAdvisoryIndex(readParts(fetched.map(partOf)), file, about)
  let index: AdvisoryIndex = openAdvisoryIndex(file)
  const judge = estateJudge({
    verdicts: store.verdicts,
    advisories: async () => index,
    clock,
    isNew: () => true,
    record: (assessment) => store.recordAssessment(assessment),
  })
  const images: ImageIndex[] = []
  return {
    random,
    store,
    clock,
    images,
    index: () => index,
    refresh: () => judge.refresh(signal),
    async readImage() {
      const one = image(
        images.length + 1,
        Array.from({ length: 1 + random(4) }, () => anyPackage(random)),
      )
      images.push(one)
      await store.recordImage(one)
      await judge.judge(inventoryOf(one), false)
    },
    async updateFeeds() {
      day += random(4)
      fetched = nextFetched(random, fetched, clock())
      await updateAdvisoryIndex(fetched.map(partOf), file, { builtAt: clock() })
      index.close()
      index = openAdvisoryIndex(file)
    },
    async close() {
      index.close()
      await store.close()
    },
  }
}

type Estate = Awaited<ReturnType<typeof estateOf>>

/** What the index says of each package of the estate, without anything that is stored of it. */
async function anew({ store, index, clock }: Estate): Promise<Map<string, Verdict>> {
  const judge = packageJudge(index(), clock())
  const verdicts = new Map<string, Verdict>()
  for await (const batch of store.verdicts.toJudge({ notOf: 'any' })) {
    for (const found of batch) verdicts.set(found.package.purl, judge.judge(found))
  }
  return verdicts
}

/** What a reader acts on: a record that only has a new time is not judged again for it. */
function told({ rule, package: of, severity, title, fix, fixState, aliases, says = [] }: Finding): string {
  return JSON.stringify([of?.purl, of?.fixedIn, of?.upgradeTo, rule, severity, title, fix, fixState, aliases, says])
}

async function checkImage(store: Store, { digest: of, packages }: ImageIndex, verdicts: ReadonlyMap<string, Verdict>) {
  const all = [...new Set(packages.map(({ purl }) => purl))].map((purl) => verdicts.get(purl)!)
  const [stored] = await store.verdicts.judgedReader()([imageId(of)])
  const whys = new Set(all.flatMap(({ gaps }) => gaps.map(({ why }) => why)))
  assert.deepEqual(new Set(stored?.gaps.map(({ why }) => why)), whys)
  const done = packages.filter(({ purl }) => verdicts.get(purl)!.judged).length
  assert.deepEqual([stored?.depth.done, stored?.depth.of], [done, packages.length])
  const { evidence } = await store.estate()
  const said = evidence.find(({ resource, task }) => resource === imageId(of) && task === 'vulnerabilities')
  assert.deepEqual(new Set(said?.gaps.map(({ why }) => why)), whys)
  const findings = await store.findingsOf(everything, imageId(of))
  for (const verdict of all) checkFindings(verdict, findings)
}

/** What was found by a record that cannot decide any more stays, and nothing else does. */
function checkFindings({ package: of, decided, undecided, findings: expected }: Verdict, findings: readonly Finding[]) {
  const own = findings.filter(({ package: named }) => named?.purl === of.package.purl)
  const [wanted, there] = [new Set(expected.map(told)), new Set(own.map(told))]
  for (const one of wanted) assert.ok(there.has(one), one)
  const isOpen = ({ rule, aliases }: Finding): boolean => [rule, ...aliases].some((name) => undecided.has(name))
  for (const one of own) assert.ok(wanted.has(told(one)) || !decided || isOpen(one), told(one))
}

test('what is kept current step by step is what all of it is when it is judged anew', async () => {
  for (let seed = 1; seed <= seeds; seed++) {
    const estate = await estateOf(seed)
    for (let step = 0; step < steps; step++) {
      const chance = estate.random(10)
      if (chance < 3 || step < 2) await estate.readImage()
      if (chance > 1) await estate.updateFeeds()
      await estate.refresh()
      const verdicts = await anew(estate)
      for (const one of estate.images) {
        await checkImage(estate.store, one, verdicts).catch((error: unknown) => {
          throw new Error(`seed ${seed}, step ${step}, ${one.digest}`, { cause: error })
        })
      }
    }
    await estate.close()
  }
})
