// Text that stands as itself in GitHub Flavored Markdown, whatever it holds: names come out of images, and whoever built one
// chose them. https://github.github.com/gfm/

import { printable } from '../lib/printable.ts'
import { cut } from './columns.ts'

const longest = 300

/**
 * A name, a version, a path: as code, in which nothing but its end means anything. For cells of tables, where a line that
 * stands is written with a backslash also in code.
 */
export function code(text: string): string {
  const shown = cut(printable(text), longest)
  if (shown.trim() === '') return ''
  const runs = shown.match(/`+/g) ?? []
  const fence = '`'.repeat(1 + Math.max(0, ...runs.map((run) => run.length)))
  const padding = /^`|`$|^ .* $/.test(shown) ? ' ' : ''
  return `${fence}${padding}${shown.replaceAll('|', '\\|')}${padding}${fence}`
}

/** A sentence. Without `<` there is no tag, without `://`, `www.` and `@` nothing that becomes a link by itself. */
export function prose(text: string): string {
  return cut(printable(text), longest)
    .replaceAll(/[\\`*_[\]|~$]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('@', '&#64;')
    .replaceAll('://', ':&#47;&#47;')
    .replaceAll(/www\./gi, (found) => `${found.slice(0, 3)}&#46;`)
    .replace(/^(\s*)([#+-]|\d+[.)](?=\s|$))/, '$1<!-- -->$2')
}
