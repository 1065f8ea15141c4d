// What comes from outside, as PostgreSQL takes it: a NUL and half of a surrogate pair, which no text or jsonb column
// can hold, become U+FFFD. https://www.postgresql.org/docs/15/datatype-json.html

import { createHash } from 'node:crypto'
import { sql, type RawBuilder } from 'kysely'

export function storableText(text: string): string {
  return text.replaceAll('\0', '\uFFFD').toWellFormed()
}

export function storableJson(value: unknown): string {
  const text = JSON.stringify(value)
  // JSON.stringify escapes exactly these two, and pairs of backslashes are skipped as pairs.
  return text.includes('\\u') ? text.replace(/\\(?:(u0000|ud[89a-f][0-9a-f]{2})|.)/g, replaceUnstorable) : text
}

function replaceUnstorable(escape: string, unstorable: string | undefined): string {
  return unstorable === undefined ? escape : '\\ufffd'
}

/** A value of a jsonb column. */
export function json(value: unknown): RawBuilder<string> {
  return sql<string>`${storableJson(value)}::jsonb`
}

/** Many rows as one parameter: `insert into t select … from ${recordset(rows, 'id text, size bigint')}`, named `r`. */
export function recordset(rows: readonly object[], columns: string): RawBuilder<unknown> {
  return sql`jsonb_to_recordset(${storableJson(rows)}::jsonb) as r(${sql.raw(columns)})`
}

/** SHA-256 in hex: what is unique by a text too long for an index. */
export function keyOf(...parts: readonly string[]): string {
  return createHash('sha256')
    .update(storableText(parts.join('\n')))
    .digest('hex')
}
