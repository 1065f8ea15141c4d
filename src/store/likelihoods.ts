// EPSS and KEV change every day for most vulnerabilities and no verdict with them: only the stored values are replaced.

import { sql } from 'kysely'
import type { Epss } from '../model/advisory.ts'
import type { Database } from './database.ts'
import { recordset } from './storable.ts'

/** What is stored of one vulnerability, however many packages it affects. */
export interface Likelihood {
  rule: string
  aliases: readonly string[]
  exploited: boolean
  epss: Epss | null
}

export async function likelihoods(db: Database): Promise<Likelihood[]> {
  const { rows } = await sql<Likelihood>`
    select distinct rule, aliases, exploited, epss from vulnerabilities where fixed_at is null`.execute(db)
  return rows
}

/** Returns how many verdicts have another one now. */
export async function replaceLikelihoods(db: Database, list: readonly Likelihood[]): Promise<number> {
  if (list.length === 0) return 0
  const result = await sql`
    update vulnerabilities v set exploited = r.exploited, epss = r.epss
      from ${recordset(list, 'rule text, aliases jsonb, exploited boolean, epss jsonb')}
      where left(v.rule, 200) = left(r.rule, 200) and v.rule = r.rule and v.aliases = r.aliases
        and v.fixed_at is null`.execute(db)
  return Number(result.numAffectedRows ?? 0)
}
