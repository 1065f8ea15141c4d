// Matching for life at scale, on a PostgreSQL of its own: all again, a day's change, one advisory, one image. Each figure
// stands beside what the same costs in memory or by a plain SELECT, and again beside the bar that was set in milliseconds.
//
// PLIMSOLL_BENCH_IMAGES=5000,50000 are the sizes; the last one is the large estate.

import { execFileSync } from 'node:child_process'
import { chownSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import type { Advisory, FeedItem } from '../src/model/advisory.ts'
import { affected } from '../src/run/affected.ts'
import { packageJudge } from '../src/run/judge-package.ts'
import { rematch } from '../src/run/rematch.ts'
import { buildAdvisoryIndex } from '../src/store/advisory-index.ts'
import { openAdvisoryIndex, type AdvisoryIndex } from '../src/store/advisory-reader.ts'
import { openStore, type Store } from '../src/store/store.ts'
import { loadEstate, packageName, packagesOfImage, packageVersions } from './estate-load.ts'
import { inTurns, type Bench, type Figure } from './figure.ts'

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
}

async function measureEstate(server: string, folder: string, images: number): Promise<Measured> {
  const database = await newDatabase(server, `estate_${images}`)
  const store = await openStore({ database })
  const plain = new pg.Client({ connectionString: database })
  await plain.connect()
  try {
    await loadEstate(database, images)
    const file = join(folder, `advisories-${images}.sqlite`)
    const known = advisories(45_000)
    const index = await build(file, known)
    const distinct = await inMemory(store)
    const first = await timed(() => again(store, index))
    await plain.query('vacuum analyze')
    const floor = await timed(() => judgeAll(distinct, index))
    const all = await timed(() => again(store, { ...index, generation: 'another', changedSince: () => undefined }))
    await again(store, index) // back to a generation that the next index knows
    index.close()

    const read = await readOne(store, plain, images)
    const day = await daysChange(store, file, known)
    const one = await oneAdvisory(store, plain, file, [...known, ...day.added])
    return {
      images,
      first: { measured: first, floor },
      all: { measured: all, floor },
      judged: day.judged,
      day,
      one,
      read,
    }
  } finally {
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

async function daysChange(
  store: Store,
  file: string,
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
    const index = await build(file, [...known, ...added])
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

async function oneAdvisory(store: Store, plain: pg.Client, file: string, known: readonly Advisory[]): Promise<Pair> {
  const measured: number[] = []
  const floors: number[] = []
  const added: Advisory[] = []
  for (let number = 0; number < 7; number++) {
    const news = advisory(200_000 + number, 60_001 + number * 303)
    added.push(news)
    const index = await build(file, [...known, ...added])
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
  return { measured: median(measured), floor: median(floors) }
}

/** Of every third name three; two of three versions are affected. */
function advisories(count: number): Advisory[] {
  return Array.from({ length: count }, (_, number) => advisory(number, 1 + ((number * 9) % packageVersions)))
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

async function build(file: string, records: readonly Advisory[]): Promise<AdvisoryIndex> {
  async function* items(): AsyncGenerator<FeedItem> {
    for (const record of records) yield { kind: 'advisory', advisory: record }
  }
  await buildAdvisoryIndex(items(), file, () => ({ origin: 'bench', builtAt: clock() }))
  return openAdvisoryIndex(file)
}

function figuresOf(measured: readonly Measured[]): Figure[] {
  const large = measured.at(-1)!
  const small = measured[0]!
  const name = `${large.images.toLocaleString('en-GB')} images, ${(large.images * packagesOfImage).toLocaleString('en-GB')} pairs`
  const inMemory = 'judging the same packages in memory'
  const select = 'a plain SELECT of the same rows'
  const beside = (what: string, pair: Pair, floorName: string, bar: number, milliseconds: number): Figure[] => [
    { name: `${name}: ${what}`, floorName, bar, ...pair },
    { name: `${name}: ${what}`, floorName: 'the bar', measured: pair.measured, floor: milliseconds, bar: 1 },
  ]
  return [
    ...beside(`first match of ${packageVersions} package versions`, large.first, inMemory, 30, 60_000),
    ...beside('full re-match', large.all, inMemory, 15, 60_000),
    ...beside('findings of one image', large.read, select, 5, 50),
    ...beside(`a day's ${ofDay} advisories, to the outbox`, large.day, inMemory, 100, 1000),
    ...beside('one advisory to its workloads', large.one, select, 50, 100),
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

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1]!
}

async function newDatabase(server: string, name: string): Promise<string> {
  const client = new pg.Client({ connectionString: server })
  await client.connect()
  await client.query(`create database ${name}`)
  await client.end()
  const url = new URL(server)
  url.pathname = `/${name}`
  return url.href
}

/** Debian's, in a folder of its own and on a free port; it does not run as root. */
function startPostgres(): { url: string; stop(): void } {
  const versions = readdirSync('/usr/lib/postgresql').toSorted((a, b) => Number(b) - Number(a))
  const program = (name: string): string => `/usr/lib/postgresql/${versions[0]}/bin/${name}`
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-bench-postgres-'))
  const isRoot = process.getuid?.() === 0
  if (isRoot) chownSync(folder, Number(execFileSync('id', ['-u', 'postgres'])), -1)
  const run = (name: string, args: readonly string[]): void => {
    const command = [program(name), ...args]
    const [first, ...rest] = isRoot ? ['runuser', '-u', 'postgres', '--', ...command] : command
    execFileSync(first!, rest, { stdio: 'ignore', cwd: folder })
  }
  const port = 50_000 + (process.pid % 10_000)
  const settings = `-p ${port} -k ${folder} -c listen_addresses=127.0.0.1 -c fsync=off -c shared_buffers=512MB -c jit=off`
  run('initdb', ['-D', `${folder}/data`, '-A', 'trust', '-U', 'postgres', '-E', 'UTF8', '--locale', 'C.UTF-8'])
  run('pg_ctl', ['-D', `${folder}/data`, '-w', '-o', settings, '-l', `${folder}/log`, 'start'])
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    stop() {
      run('pg_ctl', ['-D', `${folder}/data`, '-m', 'immediate', 'stop'])
      rmSync(folder, { recursive: true })
    },
  }
}
