import assert from 'node:assert/strict'
import { test } from 'node:test'
import { printable, printableLines } from './printable.ts'

const cases = [
  {
    name: 'plain text, accents and other scripts stay',
    text: 'libc6 2.36 – Größe 漢字 🐳',
    shown: 'libc6 2.36 – Größe 漢字 🐳',
  },
  { name: 'colours', text: 'a\u001b[31mred', shown: 'a\\u{1b}[31mred' },
  { name: 'line ends and tabs', text: 'a\r\nb\tc', shown: 'a\\u{d}\\u{a}b\\u{9}c' },
  { name: 'control characters of the upper half', text: 'a\u009b2J', shown: 'a\\u{9b}2J' },
  { name: 'direction of writing', text: 'a\u202egpj.exe', shown: 'a\\u{202e}gpj.exe' },
  { name: 'half a character', text: 'a\ud800', shown: 'a\ufffd' },
]
for (const { name, text, shown } of cases) {
  test(`printable: ${name}`, () => assert.equal(printable(text), shown))
}

test('printableLines: the lines stay, and nothing else that a terminal would obey', () => {
  assert.equal(printableLines('a\u001b[2J\nb\r'), 'a\\u{1b}[2J\nb\\u{d}')
})
