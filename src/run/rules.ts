// Loads hardening rules from a folder of YAML files; errors name file, line and what to do.

import { readFile, readdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { LineCounter, isScalar, parseDocument } from 'yaml'
import type { Document } from 'yaml'
import { ExpressionError } from '../harden/cel.ts'
import { compileRule, type CompiledRule } from '../harden/evaluate.ts'
import { rule, type Rule } from '../harden/rule.ts'

/** The rules that come with the product. */
export const rulesFolder = fileURLToPath(new URL('../../catalog/rules', import.meta.url))

/** A rule file cannot be used; the message begins with its path and line. */
export class RuleError extends Error {
  override readonly name = 'RuleError'
}

/** Every `*.yaml` of the folder, by id. Throws `RuleError`; a set of rules is used whole or not at all. */
export async function loadRules(folder: string = rulesFolder): Promise<CompiledRule[]> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.yaml')).toSorted()
  const rules: CompiledRule[] = []
  for (const file of files) {
    const loaded = parseRule(await readFile(`${folder}/${file}`, 'utf8'), `${folder}/${file}`)
    // Ids are unique because file names are.
    if (`${loaded.id}.yaml` !== file) {
      throw new RuleError(`${folder}/${file}:1: the id is ${loaded.id}: rename the file to ${loaded.id}.yaml`)
    }
    rules.push(loaded)
  }
  return rules
}

/** `path` is only for messages. Throws `RuleError`. */
export function parseRule(text: string, path: string): CompiledRule {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const [syntax] = document.errors
  if (syntax) throw new RuleError(`${path}:${lines.linePos(syntax.pos[0]).line}: ${syntax.message}`)
  const parsed = rule.safeParse(document.toJS({ maxAliasCount: 50 }))
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path: field, message }) => {
      return `${path}:${lineOf(document, field, lines)}: ${field.join('.') || 'the rule'}: ${message}`
    })
    throw new RuleError(problems.join('\n'))
  }
  return compiled(parsed.data, document, lines, path)
}

function compiled(parsed: Rule, document: Document, lines: LineCounter, path: string): CompiledRule {
  try {
    return compileRule(parsed)
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error
    const { field, expression } = broken(parsed)
    const line = firstLineOf(document, field, lines) + error.line - 1
    const snippet = expression.split('\n')[error.line - 1] ?? ''
    const mark = `${' '.repeat(Math.max(0, error.column - 1))}^`
    throw new RuleError(`${path}:${line}: ${field} of ${parsed.id}: ${error.message}\n  ${snippet}\n  ${mark}`, {
      cause: error,
    })
  }
}

/** Which of the two expressions it is that does not compile. */
function broken(parsed: Rule): { field: 'when' | 'check'; expression: string } {
  if (parsed.when === undefined) return { field: 'check', expression: parsed.check }
  try {
    compileRule({ ...parsed, check: 'true' })
    return { field: 'check', expression: parsed.check }
  } catch {
    return { field: 'when', expression: parsed.when }
  }
}

function lineOf(document: Document, field: readonly PropertyKey[], lines: LineCounter): number {
  for (let depth = field.length; depth > 0; depth--) {
    const node = document.getIn(field.slice(0, depth), true)
    const start = (node as { range?: readonly number[] } | undefined)?.range?.[0]
    if (start !== undefined) return lines.linePos(start).line
  }
  return 1
}

/** The text of a block (`|`, `>`) begins on the line after its mark. */
function firstLineOf(document: Document, field: string, lines: LineCounter): number {
  const node = document.getIn([field], true)
  const isBlock = isScalar(node) && (node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED')
  return lineOf(document, [field], lines) + (isBlock ? 1 : 0)
}
