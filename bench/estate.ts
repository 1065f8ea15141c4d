// Matching for life at scale, on a PostgreSQL of its own: all again, a day's change, one advisory, one image. Each figure
// stands beside what the same costs in memory or by a plain SELECT, and again beside the bar that was set in milliseconds.
//
// PLIMSOLL_BENCH_IMAGES=5000,50000 are the sizes; the last one is the large estate.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import type { Advisory } from '../src/model/advisory.ts'
import { affected } from '../src/run/affected.ts'
import { packageJudge } from '../src/run/judge-package.ts'
import { rematch } from '../src/run/rematch.ts'
import { openAdvisoryIndex, type AdvisoryIndex } from '../src/store/advisory-reader.ts'
import { openStore, type Store } from '../src/store/store.ts'
import { startFeeds, type BenchFeeds } from './estate-feeds.ts'
import { loadEstate, packageName, packagesOfImage, packageVersions } from './estate-load.ts'
import { pollToNotification } from './estate-poll.ts'
import { newDatabase, startPostgres } from './estate-postgres.ts'
import { inTurns, median, type Bench, type Figure } from './figure.ts'

const sizes = (process.env['PLIMSOLL_BENCH_IMAGES'] ?? '5000,50000').split(',').map(Number)
const everybody = { teams: 'all' } as const
const signal = new AbortController().signal
const clock = (): string => new Date().toISOString()
/** Advisories of a day. */
const ofDay = 300

export const estateBench: Bench = {
  room: 'estate',
  async measure() {
    const cluster = startPostgres()
    const folder = mkdtempSync(join(tmpdir(), 'plimsoll-bench-'))
    try {
      const measured: Measured[] = []
      for (const images of sizes) measured.push(await measureEstate(cluster.url, folder, images))
      return figuresOf(measured)
    } finally {
      cluster.stop()
      rmSync(folder, { recursive: true })
    }
  },
}

interface Pair {
  measured: number
  floor: number
}

interface Measured {
  images: number
  first: Pair
  all: Pair
  /** Judging alone. */
  judged: number
  day: Pair
  one: Pair
  read: Pair
  page: Pair
  open: Pair
  poll: number
}

async function measureEstate(server: string, folder: string, images: number): Promise<Measured> {
  const database = await newDatabase(server, `estate_${images}`)
  const feeds = await startFeeds(mkdtempSync(join(folder, 'data-')))
  const store = await openStore({ database })
  const plain = new pg.Client({ connectionString: database })
  await plain.connect()
  try {
    await loadEstate(database, images)
    const known = advisories(45_000)
    const index = await updated(feeds, known)
    const distinct = await inMemory(store)
    const first = await timed(() => again(store, index))
    await plain.query('vacuum analyze')
    const floor = await timed(() => judgeAll(distinct, index))
    const all = await timed(() => again(store, { ...index, generation: 'another', changedSince: () => undefined }))
    await again(store, index) // back to a generation that the next index knows
    index.close()

    const read = await readOne(store, plain, images)
    const { page, open } = await readAll(store, plain)
    const day = await daysChange(store, feeds, known)
    const one = await oneAdvisory(store, plain, feeds, [...known, ...day.added])
    return {
      images,
      first: { measured: first, floor },
      all: { measured: all, floor },
      judged: day.judged,
      day,
      one,
      read,
      page,
      open,
      poll: await pollToNotification(store, feeds, [...known, ...day.added, ...one.added], newsOf),
    }
  } finally {
    feeds.close()
    await plain.end()
    await store.close()
  }
}

type Distinct = Parameters<ReturnType<typeof packageJudge>['judge']>[0]

async function inMemory(store: Store): Promise<Distinct[]> {
  const found: Distinct[] = []
  for await (const batch of store.verdicts.toJudge({ unjudged: true })) found.push(...batch)
  return found
}

function judgeAll(packages: readonly Distinct[], index: AdvisoryIndex): void {
  const judge = packageJudge(index, clock())
  for (const one of packages) judge.judge(one)
}

/** All verdicts and what is to be told, as a running server does it. Returns the milliseconds of the judging alone. */
async function again(store: Store, index: AdvisoryIndex): Promise<number> {
  const judged = await timed(() => rematch({ verdicts: store.verdicts, advisories: index, clock }, signal))
  await store.outbox.announce(clock(), (found, beyond) =>
    found.map(({ team, findings }) => ({
      channel: 'bench',
      content: {
        team,
        generation: index.generation,
        at: clock(),
        findings: findings.slice(0, 200),
        total: findings.length + beyond,
      },
    })),
  )
  return judged
}

async function readOne(store: Store, plain: pg.Client, images: number): Promise<Pair> {
  const id = (number: number): string => `image/sha256:${String(number).padStart(64, '0')}`
  let turn = 0
  return inTurns(
    15,
    () => store.findingsOf(everybody, id(1 + ((turn += 7919) % images))),
    () =>
      plain.query(
        `select v.* from image_package_sets s join package_set_members m on m.set_id = s.set_id
          join vulnerabilities v on v.package_id = m.package_id where s.image = $1 and v.fixed_at is null`,
        [id(1 + (turn % images))],
      ),
  )
}

/** What the console and the matrix ask of the whole estate. */
async function readAll(store: Store, plain: pg.Client): Promise<{ page: Pair; open: Pair }> {
  const oneByOne = (): Promise<unknown> =>
    plain.query(
      `select v.severity, count(*) from image_package_sets s join package_set_members m on m.set_id = s.set_id
        join vulnerabilities v on v.package_id = m.package_id where v.fixed_at is null group by v.severity`,
    )
  return {
    page: await inTurns(3, () => store.findings(everybody, { offset: 0, limit: 100 }), oneByOne),
    open: await inTurns(3, () => store.estate(everybody), oneByOne),
  }
}

async function daysChange(
  store: Store,
  feeds: BenchFeeds,
  known: readonly Advisory[],
): Promise<Pair & { judged: number; added: Advisory[] }> {
  const measured: number[] = []
  const judged: number[] = []
  const floors: number[] = []
  const added: Advisory[] = []
  for (let day = 0; day < 5; day++) {
    const news = Array.from({ length: ofDay }, (_, number) =>
      advisory(100_000 + day * ofDay + number, 1 + (((day * ofDay + number) * 97 * 3) % packageVersions)),
    )
    added.push(...news)
    const index = await updated(feeds, [...known, ...added])
    const before = await store.verdicts.last()
    measured.push(await timed(async () => judged.push(await again(store, index))))
    const names = [...(index.changedSince(before!.generation) ?? [])]
    const concerned: Distinct[] = []
    for await (const batch of store.verdicts.toJudge({ lookedUp: names })) concerned.push(...batch)
    floors.push(await timed(() => judgeAll(concerned, index)))
    index.close()
  }
  return { measured: median(measured), judged: median(judged), floor: median(floors), added }
}

async function oneAdvisory(
  store: Store,
  plain: pg.Client,
  feeds: BenchFeeds,
  known: readonly Advisory[],
): Promise<Pair & { added: Advisory[] }> {
  const measured: number[] = []
  const floors: number[] = []
  const added: Advisory[] = []
  for (let number = 0; number < 7; number++) {
    const news = advisory(200_000 + number, 60_001 + number * 303)
    added.push(news)
    const index = await updated(feeds, [...known, ...added])
    measured.push(
      await timed(async () => {
        await rematch({ verdicts: store.verdicts, advisories: index, clock }, signal)
        const { workloads } = await affected(store.affected, everybody, news.id, 100)
        if (workloads.running === 0) throw new Error('nothing is affected')
      }),
    )
    floors.push(
      await timed(() =>
        plain.query(
          `select u.resource from vulnerabilities v join package_set_members m on m.package_id = v.package_id
            join image_package_sets s on s.set_id = m.set_id join resource_images u on u.image = s.image where v.rule = $1`,
          [news.id],
        ),
      ),
    )
    index.close()
  }
  return { measured: median(measured), floor: median(floors), added }
}

/** Of every third name three; two of three versions are affected. */
function advisories(count: number): Advisory[] {
  return Array.from({ length: count }, (_, number) => advisory(number, 1 + ((number * 9) % packageVersions)))
}

/** One that affects some, another in each turn. */
function newsOf(turn: number): Advisory {
  return advisory(300_000 + turn, 90_001 + turn * 303)
}

function advisory(number: number, packageId: number): Advisory {
  return {
    id: `CVE-2026-${number}`,
    modified: '2026-11-21T12:00:00Z',
    summary: `A flaw of the bench, number ${number}`,
    affected: [
      {
        package: packageName(packageId),
        ranges: [
          {
            type: packageName(packageId).ecosystem === 'npm' ? 'SEMVER' : 'ECOSYSTEM',
            events: [{ introduced: '0' }, { fixed: '1.2.0' }],
          },
        ],
      },
    ],
  }
}

/** The index made of what the publisher has now, as `plimsoll db update` makes it. */
async function updated(feeds: BenchFeeds, records: readonly Advisory[]): Promise<AdvisoryIndex> {
  feeds.publish(records)
  await feeds.update(signal)
  return openAdvisoryIndex(feeds.index)
}

function figuresOf(measured: readonly Measured[]): Figure[] {
  const large = measured.at(-1)!
  const small = measured[0]!
  const name = `${large.images.toLocaleString('en-GB')} images, ${(large.images * packagesOfImage).toLocaleString('en-GB')} pairs`
  const inMemory = 'judging the same packages in memory'
  const select = 'a plain SELECT of the same rows'
  const counting = 'a plain SELECT that counts them one by one'
  const beside = (what: string, pair: Pair, floorName: string, bar: number, milliseconds: number): Figure[] => [
    { name: `${name}: ${what}`, floorName, bar, ...pair },
    { name: `${name}: ${what}`, floorName: 'the bar', measured: pair.measured, floor: milliseconds, bar: 1 },
  ]
  return [
    ...beside(`first match of ${packageVersions} package versions`, large.first, inMemory, 30, 60_000),
    ...beside('full re-match', large.all, inMemory, 15, 60_000),
    ...beside('findings of one image', large.read, select, 5, 50),
    ...beside('the worst 100 causes', large.page, counting, 5, 5000),
    ...beside('what the matrix rests on', large.open, counting, 5, 10_000),
    ...beside(`a day's ${ofDay} advisories, to the outbox`, large.day, inMemory, 100, 1000),
    ...beside('one advisory to its workloads', large.one, select, 50, 100),
    {
      name: `${name}: from the poll of a feed to the notification`,
      floorName: 'the bar',
      measured: large.poll,
      floor: 5000,
      bar: 1,
    },
    ...(small === large
      ? []
      : [
          {
            name: `judging a day's change at ${large.images} images`,
            floorName: `the same at ${small.images}`,
            measured: large.judged,
            floor: small.judged,
            bar: 1.1,
          },
        ]),
  ]
}

async function timed(work: () => unknown): Promise<number> {
  const begin = performance.now()
  await work()
  return performance.now() - begin
}
