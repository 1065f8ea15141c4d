// The types of facts, learned from the cases of a rule: they are what it was written for.

import { factIn, toFacts } from './cel.ts'
import type { FactPath, Facts } from './cel.ts'

/** A fact, and the types that it may have: `text`, `list of map`. */
export interface Shape {
  readonly path: FactPath
  readonly types: ReadonlySet<string>
}

export function shapesIn(
  cases: readonly { resource: Readonly<Record<string, unknown>> }[],
  paths: readonly FactPath[],
): Shape[] {
  const examples = cases.map(({ resource }) => toFacts(resource))
  return paths.map((path) => ({
    path,
    types: new Set(examples.flatMap((facts) => [...typesOf(factIn(facts, path))])),
  }))
}

/** The name of the first fact that has another type than it may have; a fact that no case has may have any. */
export function strangeFact(shapes: readonly Shape[], facts: Facts): string | undefined {
  const strange = shapes.find(({ path, types }) => {
    return types.size > 0 && [...typesOf(factIn(facts, path))].some((type) => !types.has(type))
  })
  return strange?.path.join('.')
}

/** All types within a value: a list of two types has both; an empty list says only that it is one. */
function* typesOf(value: unknown): Generator<string> {
  if (value === undefined) return
  if (!Array.isArray(value)) return yield typeOf(value)
  yield 'list'
  for (const element of value) yield `list of ${typeOf(element)}`
}

function typeOf(value: unknown): string {
  if (typeof value === 'bigint' || typeof value === 'number') return 'number'
  if (value instanceof Map) return 'map'
  if (Array.isArray(value)) return 'list'
  return value === null ? 'null' : typeof value
}
