// Which versions are meant: `<2.17.1`, `>=2.0,<2.17.1`, `2.14.1`; bounds are joined by commas and must all hold.

import type { VersionOrder } from '../match/order.ts'

export interface Bound {
  operator: '<' | '<=' | '>' | '>=' | '=' | '!='
  version: string
}

/** No bounds for an empty text, which all versions meet; undefined when it cannot be read. */
export function parseConstraint(text: string): Bound[] | undefined {
  if (text.trim() === '') return []
  const bounds: Bound[] = []
  for (const part of text.split(',')) {
    const groups = /^\s*(?<operator><=|>=|!=|[<>=])?\s*(?<version>[^\s<>=!,]+)\s*$/.exec(part)?.groups
    if (!groups) return undefined
    bounds.push({ operator: (groups['operator'] ?? '=') as Bound['operator'], version: groups['version']! })
  }
  return bounds
}

/** Undefined when one of the versions is none of the order. */
export function meets(version: string, bounds: readonly Bound[], order: VersionOrder): boolean | undefined {
  if (bounds.length === 0) return true
  if (!order.valid(version) || !bounds.every((bound) => order.valid(bound.version))) return undefined
  return bounds.every((bound) => holds[bound.operator](order.compare(version, bound.version)))
}

const holds: Readonly<Record<Bound['operator'], (compared: number) => boolean>> = {
  '<': (compared) => compared < 0,
  '<=': (compared) => compared <= 0,
  '>': (compared) => compared > 0,
  '>=': (compared) => compared >= 0,
  '=': (compared) => compared === 0,
  '!=': (compared) => compared !== 0,
}
