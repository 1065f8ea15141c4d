// The log of what became of findings: a row when one is fixed, excepted, or open again; that it was found first is in its own
// row. Rows are of a vulnerability, however many images have it, so that they grow with what changed.

import { sql, type Kysely, type Selectable } from 'kysely'
import type { FindingState } from '../model/finding.ts'
import type { Because, FindingChange } from '../model/history.ts'
import type { Verdict } from '../model/verdict.ts'
import { recordset } from './storable.ts'
import type { Tables } from './tables.ts'

export interface VerdictChange extends Because {
  vulnerability_id: number
  state: FindingState
  /** It is so of this image or machine alone. */
  subject?: string
}

export async function recordChanges(db: Kysely<Tables>, at: string, changes: readonly VerdictChange[]): Promise<void> {
  if (changes.length === 0) return
  await sql`
    insert into finding_changes (vulnerability_id, subject, at, state, cause, why)
    select r.vulnerability_id, r.subject, ${at}::timestamptz, r.state, r.cause, r.why
      from ${recordset(changes, 'vulnerability_id bigint, subject text, state text, cause text, why text')}`.execute(db)
}

/** Why the index does not find it any more: `rule` is what it was found by, `names` its other names. */
export function whyClosed(
  { rule, aliases }: { rule: string; aliases: readonly string[] },
  { findings, heard = [], package: { package: found } }: Verdict,
): Because {
  const names = new Set([rule, ...aliases])
  const other = findings.find((finding) => [finding.rule, ...finding.aliases].some((name) => names.has(name)))
  if (other) return { cause: 'advisory renamed', why: `it is found by ${other.rule} now` }
  const said = heard.find(({ id }) => id === rule)
  if (said?.withdrawn !== undefined) {
    return { cause: 'advisory withdrawn', why: `${rule} was withdrawn on ${said.withdrawn.slice(0, 10)}` }
  }
  if (said)
    return { cause: 'advisory corrected', why: `${rule} does not cover ${found.name} ${found.version} any more` }
  return { cause: 'advisory withdrawn', why: `no feed has ${rule} for ${found.name} ${found.version} any more` }
}

/** What tells the changes of a row of `seen_findings`. */
export interface OfRow {
  subject: string
  engine: string
  vulnerability_id: number | null
  key: string | null
}

/** Of each row, oldest first. */
export async function changesOf<Row extends OfRow>(
  db: Kysely<Tables>,
  rows: readonly Row[],
): Promise<Map<Row, FindingChange[]>> {
  const found = new Map<Row, FindingChange[]>()
  if (rows.length === 0) return found
  const ids = [...new Set(rows.flatMap(({ vulnerability_id: id }) => id ?? []))]
  const keys = [...new Set(rows.flatMap(({ key }) => key ?? []))]
  const { rows: log } = await sql<LoggedChange>`
    select vulnerability_id, finding_key, engine, subject, at, state, cause, why from finding_changes
      where vulnerability_id = any(${ids}::bigint[]) or finding_key = any(${keys}::text[]) order by at, id`.execute(db)
  const byVulnerability = Map.groupBy(log, ({ vulnerability_id: id }) => id)
  const byKey = Map.groupBy(log, ({ finding_key: key, engine }) => `${key}\n${engine}`)
  for (const row of rows) {
    const { vulnerability_id: id, key, engine, subject } = row
    const own = (id === null ? byKey.get(`${key}\n${engine}`) : byVulnerability.get(id)) ?? []
    found.set(row, own.filter((change) => change.subject === null || change.subject === subject).map(toChange))
  }
  return found
}

type LoggedChange = Omit<Selectable<Tables['finding_changes']>, 'id'>

export function toChange({ at, state, cause, why }: Omit<FindingChange, 'image'>): FindingChange {
  return { at, state, cause, why }
}
