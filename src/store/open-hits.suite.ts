// Findings are counted by sets of packages; here they are counted one by one, by the view that has a row for each.

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { test } from 'node:test'
import { sql } from 'kysely'
import type { OpenFindings } from '../model/estate.ts'
import type { Finding } from '../model/finding.ts'
import type { SubLayer, Task } from '../model/layers.ts'
import type { Package } from '../model/package.ts'
import { imageId } from '../model/resource.ts'
import { countSeverities, severities, type Severity } from '../model/severity.ts'
import type { Scope } from '../model/team.ts'
import { openEmbedded, type Database } from './database.ts'
import { cause, matching, severityRank, visibleFor, type FindingQuery } from './finding-query.ts'
import { createTeam, giveToTeam } from './people.ts'
import { estate } from './query-estate.ts'
import { countFindings, findings, mostNamed } from './query-findings.ts'
import { recordAssessment } from './record-assessment.ts'
import { recordImage, recordPackages } from './record-image.ts'
import { recordSource } from './record-source.ts'
import { storableJson } from './storable.ts'
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

interface Group {
  key: string
  count: number
  exploited: boolean
  /** Id, and id of the subject. */
  first: [string, string]
  resources: readonly { id: string; name: string }[]
}

async function oneByOne(db: Database, scope: Scope, query: FindingQuery): Promise<{ counts: object; groups: Group[] }> {
  const { rows } = await sql<Hit>`
    select f.subject, f.id, f.severity, f.exploited, f.score, ${severityRank} as rank, ${cause} as cause
      from seen_findings f where f.subject in (select subject from subjects where ${visibleFor(scope, query)}) and ${matching(query)}`.execute(
    db,
  )
  const { rows: visible } = await sql<{ subject: string; resource: string; name: string }>`
    select subject, resource, name from subjects where ${visibleFor(scope, query)}`.execute(db)
  const concerned = Map.groupBy(visible, ({ subject }) => subject)
  const groups = [...Map.groupBy(rows, (hit) => hit.cause)].map(([key, hits]) => {
    const [first] = hits.toSorted(
      (a, b) =>
        a.rank - b.rank ||
        Number(b.exploited) - Number(a.exploited) ||
        (b.score ?? -1) - (a.score ?? -1) ||
        byText(a.id, b.id),
    )
    const resources = new Map(
      hits
        .flatMap(({ subject }) => concerned.get(subject)!)
        .map(({ resource, name }) => [resource, { id: resource, name }]),
    )
    return {
      key,
      count: hits.length,
      exploited: hits.some(({ exploited }) => exploited),
      first: [first!.id, first!.subject] as [string, string],
      resources: [...resources.values()].toSorted((a, b) => byText(a.id, b.id)).slice(0, mostNamed),
      rank: Math.min(...hits.map(({ rank }) => rank)),
    }
  })
  groups.sort(
    (a, b) => a.rank - b.rank || Number(b.exploited) - Number(a.exploited) || b.count - a.count || byText(a.key, b.key),
  )
  const counts = Object.fromEntries(
    severities.map((severity) => [severity, rows.filter((hit) => hit.severity === severity).length]),
  )
  return { counts, groups: groups.map(({ rank: _rank, ...group }) => group) }
}

async function openOneByOne(db: Database, scope: Scope): Promise<OpenFindings[]> {
  const { rows } = await sql<{ resource: string; sub_layer: SubLayer; task: Task; severity: Severity }>`
    select subject as resource, sub_layer, task, severity from seen_findings
      where fixed_at is null and suppressed is null
        and subject in (select subject from subjects where ${visibleFor(scope, {})})
      order by subject, sub_layer, task`.execute(db)
  const places = Map.groupBy(rows, ({ resource, sub_layer, task }) => [resource, sub_layer, task].join())
  return [...places.values()].map((own) => {
    const { resource, sub_layer: subLayer, task } = own[0]!
    return { resource, subLayer, task, counts: countSeverities(own) }
  })
}

interface Hit {
  subject: string
  id: string
  severity: string
  exploited: boolean
  score: number | null
  rank: number
  cause: string
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** The same numbers for the same seed. */
function drawing(seed: number): <T>(from: readonly T[]) => T {
  let state = seed
  return (from) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return from[Math.floor((state / 2 ** 32) * from.length)]!
  }
}

const names = ['openssl', 'zlib', 'bash', 'curl', 'perl']
const layers = [1, 2, 3, 4].map((number) => digest(0xf00 + number))

/** Images that share layers, containers of two teams, machines of which one has upgraded; some of what is found is excepted. */
async function fill(db: Database, seed: number): Promise<void> {
  const draw = drawing(seed)
  const drawn = (layer?: string): Package => {
    const found = debian(draw(names), draw(['1.0', '1.1', '2.0']))
    return layer === undefined ? found : { ...found, place: { ...found.place!, layer } }
  }
  const judge = (resource: string, packages: readonly Package[]): Promise<void> => {
    const distinct = [...new Map(packages.map((one) => [one.purl, one])).values()]
    const found = distinct.map((one) => drawnVulnerability(draw, resource, one))
    return recordAssessment(db, assessment(resource, day(2), found))
  }
  await createTeam(db, 'shop', 'Shop')
  const containers = Array.from({ length: 12 }, (_, number) => container(`c${number}`, draw([1, 2, 3, 4, 5])))
  await recordSource(db, report('host', day(1)), [machine('a'), machine('b')])
  await recordSource(db, report('docker', day(1)), containers)
  for (const { id } of containers) if (draw([true, false])) await giveToTeam(db, id, 'shop')
  const bases = [0, 1].map(() => Array.from({ length: 3 }, () => drawn(layers[0])))
  for (let number = 1; number <= 8; number++) {
    const packages = [...draw(bases), ...Array.from({ length: 4 }, () => drawn(draw(layers.slice(1))))]
    const built = layers.map((layer) => ({ digest: layer, size: 1, entries: 1 }))
    await recordImage(db, { ...image(number, packages), layers: built }, day(1))
    const id = imageId(digest(number))
    await judge(id, packages)
    const rule = ruleFinding(id, draw(['no-root', 'no-latest']), { subLayer: 'image' })
    await recordAssessment(db, assessment(id, day(2), [rule], { subLayer: 'image', task: 'hardening' }))
  }
  const { distribution } = image(1, [])
  for (const subject of ['host/a', 'host/b']) {
    const packages = Array.from({ length: 5 }, () => drawn())
    await recordPackages(db, { subject, packages, distribution, at: day(1) })
    await judge(subject, packages)
  }
  await except(db, seed)
  await recordPackages(db, { subject: 'host/b', packages: [debian('bash', '1.0')], distribution, at: day(3) })
}

function drawnVulnerability(draw: ReturnType<typeof drawing>, resource: string, of: Package): Finding {
  return vulnerability(resource, of, `DSA-${of.name.length}${of.version}`, {
    severity: draw(severities),
    exploited: of.version === '2.0' && of.name === 'zlib',
    ...(draw([true, false]) ? { score: draw([5, 7.5, 9]) } : {}),
  })
}

/** Some everywhere; some for one subject alone, where others are open there alone. */
async function except(db: Database, seed: number): Promise<void> {
  const suppressed = sql`${storableJson({ by: 'ci/.trivyignore:3', reason: 'none' })}::jsonb`
  await sql`update vulnerabilities set suppressed = ${suppressed} where id % 3 = ${seed % 3}`.execute(db)
  await sql`insert into subject_exceptions (subject, vulnerability_id, suppressed)
    select c.subject, v.id, case when v.suppressed is null then ${suppressed} end
      from contained c join vulnerabilities v on v.package_id = c.package_id
      where (v.id * 7 + length(c.subject) + ascii(right(c.subject, 1))) % 4 = 0`.execute(db)
}

const scopes: readonly Scope[] = [everything, { teams: ['shop'] }, { teams: ['default'] }, { teams: [] }]
const asked: readonly Partial<FindingQuery>[] = [
  {},
  { search: 'ssl' },
  { search: 'CVE-DSA-41' },
  { search: 'trivyignore' },
  { search: imageId(digest(3)).slice(0, 70) },
  { search: '00003' },
  { search: 'host/' },
  { search: '%' },
  { severity: 'high' },
  { layer: 'application' },
  { layer: 'infrastructure' },
  { layer: 'platform' },
  { task: 'hardening' },
  { task: 'vulnerabilities', search: 'zlib' },
  { kind: 'rule' },
  { kind: 'vulnerability', layer: 'application' },
  { service: 'self.docker' },
  { resource: imageId(digest(2)) },
  { resource: 'docker/c1' },
  { resource: 'host/b' },
]

for (const seed of [1, 2, 3]) {
  test(`groups of estate ${seed} are those of its findings one by one`, async (t) => {
    const folder = mkdtempSync(`${tmpdir()}/plimsoll-hits-`)
    const { db } = await openEmbedded(folder)
    t.after(async () => {
      await db.destroy()
      rmSync(folder, { recursive: true })
    })
    await fill(db, seed)
    let met = 0
    for (const scope of scopes) {
      for (const state of ['open', 'excepted'] as const) {
        for (const one of asked) {
          const query = { ...one, state, offset: 0, limit: 1000 }
          const words = JSON.stringify({ scope, query })
          const expected = await oneByOne(db, scope, query)
          const { total, counts, groups } = await findings(db, scope, query)
          const told = groups.map(({ key, count, exploited, first, resources }) => ({
            key,
            count,
            exploited,
            first: [first.id, first.resource],
            resources,
          }))
          assert.deepEqual({ total, counts, groups: told }, { total: expected.groups.length, ...expected }, words)
          const second = await findings(db, scope, { ...query, offset: 1, limit: 2 })
          assert.deepEqual(second.groups, groups.slice(1, 3), words)
          met += total
        }
      }
      assert.deepEqual((await estate(db, scope)).open, await openOneByOne(db, scope), JSON.stringify(scope))
      const open = await oneByOne(db, scope, { offset: 0, limit: 1 })
      assert.equal(
        await countFindings(db, scope),
        open.groups.reduce((sum, { count }) => sum + count, 0),
      )
    }
    t.diagnostic(`${met} groups`)
    assert.ok(met > 300, `${met} groups`)
  })
}
