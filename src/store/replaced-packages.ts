// What became of a package that a machine has no more.

import { sql } from 'kysely'
import type { FindingChange } from '../model/history.ts'
import type { Database } from './database.ts'

/** The change that fixed a finding of it: another version in its place, or nothing. */
export async function replacedPackage(
  db: Database,
  row: {
    subject: string
    gone_at: string | null
    package: { ecosystem: string; name: string; version: string } | null
  },
): Promise<FindingChange | undefined> {
  const { subject, gone_at: at, package: of } = row
  if (at === null || of === null) return undefined
  const { rows } = await sql<{ version: string }>`
    select p.version from contained_packages c join packages p on p.id = c.package_id
      where c.subject = ${subject} and c.first_seen >= ${at}::timestamptz
        and left(p.name, 200) = left(${of.name}, 200) and p.name = ${of.name} and p.ecosystem = ${of.ecosystem}
      order by c.first_seen, p.version limit 1`.execute(db)
  const next = rows[0]
  const was = `${of.name} ${of.version}`
  return next
    ? { at, state: 'fixed', cause: 'package replaced', why: `${was} was replaced by ${next.version}` }
    : { at, state: 'fixed', cause: 'package removed', why: `${was} was removed` }
}
