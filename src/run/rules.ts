// Loads hardening rules from a folder of YAML files; errors name file, line and what to do.

import { readFile, readdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { ExpressionError } from '../harden/cel.ts'
import { compileRule, type CompiledRule } from '../harden/evaluate.ts'
import { rule, type Rule } from '../harden/rule.ts'
import { checkedYaml, type Checked } from './checked-yaml.ts'

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
  const checked = checkedYaml(text, rule)
  if ('problems' in checked) {
    const lines = checked.problems.map(
      ({ line, field, message }) => `${path}:${line}: ${field || 'the rule'}: ${message}`,
    )
    throw new RuleError(lines.join('\n'))
  }
  return compiled(checked, path)
}

function compiled({ content, textLineOf }: Checked<Rule>, path: string): CompiledRule {
  try {
    return compileRule(content)
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error
    const { field, expression } = broken(content)
    const line = textLineOf([field]) + error.line - 1
    const snippet = expression.split('\n')[error.line - 1] ?? ''
    const mark = `${' '.repeat(Math.max(0, error.column - 1))}^`
    throw new RuleError(`${path}:${line}: ${field} of ${content.id}: ${error.message}\n  ${snippet}\n  ${mark}`, {
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
