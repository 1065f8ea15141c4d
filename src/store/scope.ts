import { sql, type RawBuilder } from 'kysely'
import type { Scope } from '../model/team.ts'

/** Whether the column's team may be seen: part of every query that answers a person. */
export function within(scope: Scope, team: string): RawBuilder<boolean> {
  if (scope.teams === 'all') return sql<boolean>`true`
  return sql<boolean>`${sql.ref(team)} = any(${[...scope.teams]}::text[])`
}

/** `%` and `_` of what a person typed are themselves. */
export function containing(search: string): string {
  return `%${search.replaceAll('\0', '').replace(/[\\%_]/g, '\\$&')}%`
}

/** All of the conditions that are asked for. */
export function all(conditions: readonly (RawBuilder<unknown> | false)[]): RawBuilder<unknown> {
  const asked = conditions.filter((condition) => condition !== false)
  return asked.length === 0 ? sql`true` : sql.join(asked, sql` and `)
}
