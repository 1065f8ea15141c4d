// Distinct packages of the estate: those that no index has judged yet, those that a change of the index concerns, or all.

import { sql, type RawBuilder } from 'kysely'
import type { Package } from '../model/package.ts'
import { spelledAlike } from '../model/package-name.ts'
import type { DistinctPackage, LookedUp, Release } from '../model/verdict.ts'
import type { Database } from './database.ts'
import { keyOf, recordset } from './storable.ts'

/** Those that have the same name come together, so that the index is asked for each name once. */
const atOnce = 2000

/** Longer ones differ in the key. */
export const longestEcosystem = 200

export interface PackageChoice {
  /** No index has judged them. */
  unjudged?: true
  /** The index was asked for one of these names when they were judged; without a name, for the ecosystem. */
  lookedUp?: readonly LookedUp[]
  /** All that this generation of the index has not judged. */
  notOf?: string
  /** Those that an open vulnerability of one of these names affects, or whose name ends so, however it is written. */
  excepted?: { vulnerabilities: readonly string[]; packages: readonly string[] }
}

/** In batches; what is recorded between two of them does not disturb. */
export async function* packagesToJudge(db: Database, choice: PackageChoice): AsyncGenerator<DistinctPackage[]> {
  const chosen = choiceOf(choice)
  let after = { name: '', id: 0 }
  for (;;) {
    const { rows } = await sql<Row>`
      select p.id, left(p.name, 200) as name, p.package, p.release, p.generation is not null as judged_before
        from packages p
        where (left(p.name, 200), p.id) > (${after.name}, ${after.id}) and ${chosen}
        order by left(p.name, 200), p.id limit ${atOnce}`.execute(db)
    if (rows.length > 0) yield rows.map(toDistinct)
    if (rows.length < atOnce) return
    after = rows.at(-1)!
  }
}

interface Row {
  id: number
  name: string
  package: Omit<Package, 'place'>
  release: Release | null
  judged_before: boolean
}

function toDistinct({ id, package: found, release, judged_before: judgedBefore }: Row): DistinctPackage {
  return { id, package: found, judgedBefore, ...(release === null ? {} : { release }) }
}

function choiceOf({ unjudged, lookedUp = [], notOf, excepted }: PackageChoice): RawBuilder<unknown> {
  if (excepted !== undefined) {
    const names = sql`${[...excepted.vulnerabilities]}::text[]`
    return sql`(p.id in (
        select v.package_id from vulnerabilities v where v.fixed_at is null and (v.rule = any(${names}) or v.aliases ?| ${names}))
      or ${spelled(sql`regexp_replace(p.name, '^.*[/:]', '')`)} = any(${excepted.packages.map(spelledAlike)}::text[]))`
  }
  if (notOf !== undefined) return sql`p.generation is distinct from ${notOf}`
  if (unjudged) return sql`p.id in (select package_id from unjudged_packages)`
  const named = lookedUp.flatMap(({ ecosystem, name }) => (name === undefined ? [] : [lookupRow({ ecosystem, name })]))
  const whole = lookedUp.flatMap(({ ecosystem, name }) => (name === undefined ? [ecosystem] : []))
  return sql`p.id in (
    select l.package_id from ${recordset(named, 'ecosystem text, name_key text')}
      join package_lookups l on l.ecosystem = r.ecosystem and l.name_key = r.name_key
    union
    select l.package_id from package_lookups l
      where l.ecosystem = any(${whole.map((ecosystem) => ecosystem.slice(0, longestEcosystem))}::text[]))`
}

/**
 * As it is kept in `package_lookups`. Ecosystems differ in which spellings are one name (`Foo.Bar`, `foo-bar`): here all are,
 * so that a package may be judged in vain, and is never left out.
 */
export function lookupRow({ ecosystem, name = '' }: LookedUp): { ecosystem: string; name_key: string } {
  return { ecosystem: ecosystem.slice(0, longestEcosystem), name_key: keyOf(ecosystem, spelledAlike(name)) }
}

/** As `spelledAlike` has it, of a column. */
export function spelled(name: RawBuilder<unknown>): RawBuilder<string> {
  return sql<string>`regexp_replace(lower(${name}), '[-_.]+', '-', 'g')`
}
