// What GitHub's own reader of its Markdown makes of ours: that names out of images stay text, and tables stay tables.

import { doesNotMatch, equal, ok } from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { printable } from '../lib/printable.ts'
import type { Result } from '../model/result.ts'
import { withoutPrograms } from '../testing/shared.ts'
import { code, prose } from './markdown-text.ts'
import { markdown } from './markdown.ts'
import { big, decided, evil, hostile, layered, narrowed, real } from './testing.ts'

const skip = withoutPrograms('cmark-gfm')
const extensions = ['table', 'strikethrough', 'autolink', 'tasklist']

function html(text: string): string {
  const args = ['--unsafe', ...extensions.flatMap((name) => ['-e', name])]
  const { stdout, stderr, status } = spawnSync('cmark-gfm', args, { input: text, encoding: 'utf8', maxBuffer: 1e8 })
  equal(status, 0, stderr)
  return stdout
}

/** As a browser would show it. */
function shown(page: string): string {
  return page
    .replaceAll(/<!--.*?-->|<[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
    .trim()
}

const names = [
  evil,
  '<script>alert(1)</script>',
  '<!-- ',
  '</details>',
  '</td></tr></table>',
  '<img src=x onerror=alert(1)>',
  '[x](javascript:alert(1))',
  '![x](http://evil.example/pixel)',
  '<http://evil.example>',
  'http://evil.example www.evil.example ftp://evil.example a@evil.example xmpp:a@b',
  'a|b|c',
  'a\\|b',
  'a\\',
  '`',
  '``a`',
  '` `` ```',
  '~~~',
  '# heading',
  '- item',
  '1. item',
  '1) item',
  '> quote',
  '---',
  '***bold*** __bold__ ~~gone~~ $x$',
  '&lt;b&gt; &#60;b&#62;',
  '[^1] [ ] [x]: http://evil.example',
  'line\none\n\n# two',
]

for (const [index, name] of names.entries()) {
  test(`${JSON.stringify(name)} is text, as code and as a sentence, in a table and in a list`, { skip }, () => {
    const page = html(
      `| a | b |\n| --- | --- |\n| ${code(name)} | ${prose(name)} |\n\n- ${prose(name)}\n\n## ${prose(name)}\n`,
    )
    const tags = new Set([...page.matchAll(/<(?!!--)\/?([a-z0-9]+)/g)].map(([, tag]) => tag))
    for (const tag of tags)
      ok(['table', 'thead', 'tbody', 'tr', 'th', 'td', 'code', 'ul', 'li', 'h2', 'a'].includes(tag!), tag)
    // An address of mail that is written out may become one; it leads nowhere by itself.
    doesNotMatch(page, /<a (?!href="(?:mailto|xmpp):)/, String(index))
    equal([...page.matchAll(/<td/g)].length, 2)
    const cell = /<td><code>(.*?)<\/code><\/td>/s.exec(page)?.[1]
    equal(shown(cell ?? '').replaceAll(/\s+/g, ' '), printable(name).trim().replaceAll(/\s+/g, ' '))
    const item = /<li>(.*?)<\/li>/s.exec(page)?.[1]
    equal(shown(item ?? '').replaceAll(/\s+/g, ' '), printable(name).trim().replaceAll(/\s+/g, ' '))
  })
}

const results: Record<string, Result> = { real, layered, decided, narrowed, hostile, big: big() }
for (const [name, result] of Object.entries(results)) {
  test(`the ${name} result: only our own tags, every row as wide as its head`, { skip }, () => {
    const page = html([...markdown.render(result)].join(''))
    const own = /^\/?(?:h2|h3|p|strong|table|thead|tbody|tr|th|td|ul|li|code|br|details|summary|a)$/
    for (const [, tag] of page.matchAll(/<(?!!--)(\/?[a-z0-9]+)/g)) ok(own.test(tag!), tag)
    doesNotMatch(page, /<a (?!href="mailto:)/)
    equal([...page.matchAll(/<details>/g)].length, [...page.matchAll(/<\/details>/g)].length)
    for (const [block] of page.matchAll(/<table>.*?<\/table>/gs)) {
      const widths = [...block.matchAll(/<tr>(.*?)<\/tr>/gs)].map(([, cells]) => [...cells!.matchAll(/<t[hd]/g)].length)
      equal(new Set(widths).size, 1)
    }
  })
}
