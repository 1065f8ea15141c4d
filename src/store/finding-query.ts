// What people ask of findings, as conditions of SQL.

import { sql, type RawBuilder } from 'kysely'
import type { FindingKind, FindingState } from '../model/finding.ts'
import { subLayersOf, type Layer, type Task } from '../model/layers.ts'
import { severities, type Severity } from '../model/severity.ts'
import type { Scope } from '../model/team.ts'
import { all, containing, within } from './scope.ts'

/** Without a state: the open ones. `resource`: what it runs is part of it. */
export interface FindingQuery {
  search?: string
  severity?: Severity
  service?: string
  layer?: Layer
  task?: Task
  kind?: FindingKind
  resource?: string
  state?: FindingState
  offset: number
  limit: number
}

export const severityRank = sql<number>`array_position(${sql.raw(`array['${severities.join("','")}']`)}, f.severity)`

/** Of a row `f`. */
export const cause = sql<string>`f.rule || coalesce(E'\\n' || (f.package ->> 'ecosystem') || E'\\n' || (f.package ->> 'name'), '')`

/** Of the view `subjects`. */
export function visibleFor(
  scope: Scope,
  { service, resource }: Pick<FindingQuery, 'service' | 'resource'>,
): RawBuilder<unknown> {
  return all([
    within(scope, 'team'),
    service !== undefined && sql`service = ${service}`,
    resource !== undefined && sql`(resource = ${resource} or subject = ${resource})`,
  ])
}

/** `any`: whatever its state. */
export function matching({
  search,
  severity,
  layer,
  task,
  kind,
  state,
}: Omit<FindingQuery, 'state' | 'offset' | 'limit'> & {
  state?: FindingState | 'any' | undefined
}): RawBuilder<unknown> {
  const text = searched(search)
  return all([
    state === 'fixed' && sql`f.fixed_at is not null`,
    state === 'excepted' && sql`f.fixed_at is null and f.suppressed is not null`,
    (state === undefined || state === 'open') && sql`f.fixed_at is null and f.suppressed is null`,
    severity !== undefined && sql`f.severity = ${severity}`,
    layer !== undefined && sql`f.sub_layer = any(${[...subLayersOf[layer]]}::text[])`,
    task !== undefined && sql`f.task = ${task}`,
    kind !== undefined && sql`f.kind = ${kind}`,
    text !== undefined && sql`(${mentions(text)} or f.subject ilike ${text} or f.suppressed ->> 'by' ilike ${text})`,
  ])
}

/** A pattern; undefined where nothing is searched for. */
export function searched(search: string | undefined): string | undefined {
  return search === undefined || search === '' ? undefined : containing(search)
}

/** Of a row `f`: whether what is said of it, wherever it is found, is like the pattern. */
export function mentions(text: string): RawBuilder<unknown> {
  return sql`(f.title ilike ${text} or f.rule ilike ${text} or f.package ->> 'name' ilike ${text} or f.aliases::text ilike ${text})`
}
