// YAML read against a schema; whatever is wrong is told with its line and its field.

import { isNode, isScalar, LineCounter, parseDocument } from 'yaml'
import type { z } from 'zod'

export interface Problem {
  /** From 1. */
  line: number
  /** `services[3].stated[0].who`; empty for the whole. */
  field: string
  message: string
}

export type FieldPath = readonly PropertyKey[]

export interface Checked<T> {
  content: T
  /** Line of the deepest part of the path that the text has. */
  lineOf(path: FieldPath): number
  /** Line on which the text of a scalar begins: of a block (`|`, `>`) the one after its mark. */
  textLineOf(path: FieldPath): number
}

/** Text that is not YAML is one problem, an object that the schema refuses one for each field. */
export function checkedYaml<S extends z.ZodType>(
  text: string,
  schema: S,
): Checked<z.infer<S>> | { problems: readonly Problem[] } {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const [error] = document.errors
  if (error) return { problems: [{ line: lines.linePos(error.pos[0]).line, field: '', message: error.message }] }

  const lineOf = (path: FieldPath): number => {
    for (let length = path.length; length > 0; length--) {
      const node = document.getIn(path.slice(0, length), true)
      if (isNode(node) && node.range) return lines.linePos(node.range[0]).line
    }
    return 1
  }
  const textLineOf = (path: FieldPath): number => {
    const node = document.getIn(path, true)
    const isBlock = isScalar(node) && (node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED')
    return lineOf(path) + (isBlock ? 1 : 0)
  }
  // Few aliases: a small text can otherwise name itself into gigabytes.
  const parsed = schema.safeParse(document.toJS({ maxAliasCount: 50 }))
  if (parsed.success) return { content: parsed.data, lineOf, textLineOf }
  const problems = parsed.error.issues.map((issue) => {
    const path = [...issue.path, ...(issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [])]
    return { line: lineOf(path), field: fieldName(path), message: issue.message }
  })
  return { problems }
}

/** `services[3].stated[0].who` */
export function fieldName(path: FieldPath): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '')
}
