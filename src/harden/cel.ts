// CEL expressions, compiled to functions from facts to an answer that may be "not known".
//
// An expression sees one variable, `resource`: the facts of one resource. A fact that is absent or null is not known, and
// an answer that depends on it is not known either, as in three-valued logic: `false && unknown` is false.
// Language: https://github.com/google/cel-spec/blob/master/doc/langdef.md

import { celEnv, isCelError, parse, plan } from '@bufbuild/cel'
import type { CelInput } from '@bufbuild/cel'
import { RE2JS } from 're2js'
import { readExpression } from './cel-reads.ts'
import type { FactPath, Reads } from './cel-reads.ts'

export type { FactPath } from './cel-reads.ts'

/** `needs` names the fact that was missing: `sshd.permitRootLogin`, `mounts[].source`. */
export type Answer = { known: true; value: boolean } | { known: false; needs: string }

export interface Expression {
  (facts: Facts): Answer
  /** The facts that it reads, in the order of the text. */
  readonly reads: readonly FactPath[]
}

/** Facts made ready for expressions; see `toFacts`. */
export type Facts = ReadonlyMap<string, CelInput>

/** Line and column (from 1) are those within the expression. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError'
  readonly line: number
  readonly column: number

  constructor(message: string, line = 1, column = 1) {
    super(message)
    this.line = line
    this.column = column
  }
}

/** Longer than any rule that a person can review. */
const maxLength = 2000

/** Patterns are nearly always constants of rules; one that is made from facts must not fill the memory. */
const patterns = new Map<string, RE2JS>()
const maxPatterns = 500

const environment = celEnv({ re2: { compile: pattern } })
const variable = 'resource'

/** Throws `ExpressionError`. Regular expressions are RE2's, linear in the text that they are matched with. */
export function compile(expression: string): Expression {
  if (expression.length > maxLength) throw new ExpressionError(`longer than ${maxLength} characters`)
  const { expr } = parseExpression(expression)
  if (!expr) throw new ExpressionError('empty')
  const reads = readExpression(expr, variable, (name) => environment.funcs.find(name) !== undefined)
  if (reads.problem !== undefined) throw new ExpressionError(reads.problem)
  const evaluate = plan(environment, expr)
  const answer = (facts: Facts): Answer => toAnswer(evaluate({ [variable]: facts }), reads, facts)
  return Object.assign(answer, { reads: reads.paths })
}

/** Whole numbers become CEL's int, other numbers double; null and undefined are left out: they are not known. */
export function toFacts(properties: Readonly<Record<string, unknown>>): Facts {
  const facts = new Map<string, CelInput>()
  for (const [name, value] of Object.entries(properties)) {
    if (value !== undefined && value !== null) facts.set(name, toInput(value))
  }
  return facts
}

/** The value at a path of facts; undefined where it is not known. */
export function factIn(facts: Facts, path: FactPath): unknown {
  let value: unknown = facts
  for (const name of path) value = value instanceof Map ? value.get(name) : undefined
  return value
}

/** The value at a path, as it was given to `toFacts`; undefined where it is not known. */
export function factAt(properties: Readonly<Record<string, unknown>>, path: FactPath): unknown {
  let value: unknown = properties
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
    value = (value as Record<string, unknown>)[name]
  }
  return value
}

function pattern(text: string): RE2JS {
  const known = patterns.get(text)
  if (known) return known
  if (patterns.size >= maxPatterns) patterns.clear()
  const compiled = RE2JS.compile(text)
  patterns.set(text, compiled)
  return compiled
}

function parseExpression(expression: string): ReturnType<typeof parse> {
  try {
    return parse(expression)
  } catch (error) {
    throw syntaxError(error)
  }
}

/** The parser's own error class is not exported, and it names the place before the last operator, not what it expected. */
function syntaxError(error: unknown): ExpressionError {
  const { start } = (error as { location?: { start?: { line?: number; column?: number } } }).location ?? {}
  return new ExpressionError('syntax error from here on', start?.line, start?.column)
}

function toAnswer(result: unknown, reads: Reads, facts: Facts): Answer {
  if (typeof result === 'boolean') return { known: true, value: result }
  if (!isCelError(result)) return { known: false, needs: 'an expression that gives true or false' }
  return { known: false, needs: reads.missing(Number(result.exprId ?? 0n), facts) ?? result.message }
}

function toInput(value: unknown): CelInput {
  if (Array.isArray(value)) return value.map((element) => (element == null ? null : toInput(element)))
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value
  if (typeof value === 'object') return toFacts(value as Record<string, unknown>) as Map<string, CelInput>
  return value as CelInput
}
