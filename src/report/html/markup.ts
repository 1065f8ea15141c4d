// HTML that cannot be broken out of: whatever is put into a piece is escaped, unless it is a piece itself. Nothing else makes
// one, but for the page's own style and policy, so that no name out of an image reaches the page as anything but text.

import { printable } from '../../lib/printable.ts'
import { cut } from '../columns.ts'

export class Markup {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

export type Content = Markup | string | number | undefined | readonly Content[]

/** For content and for attributes in double quotes. */
export function markup(parts: TemplateStringsArray, ...values: readonly Content[]): Markup {
  return new Markup(parts.map((part, index) => part + textOf(values[index])).join(''))
}

function textOf(value: Content): string {
  if (value === undefined) return ''
  if (value instanceof Markup) return value.text
  return Array.isArray(value) ? value.map(textOf).join('') : escaped(String(value))
}

const longest = 600
const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Also without what turns the direction of writing or ends a line, and of what has no end only its beginning. */
function escaped(text: string): string {
  return cut(printable(text), longest).replaceAll(/[&<>"']/g, (character) => entities[character]!)
}

/** A name, a path, a version: letters that are written from the right do not turn what stands beside them. */
export function name(text: string): Markup {
  return markup`<bdi>${text}</bdi>`
}
