import { test } from 'node:test'
import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import * as fc from 'fast-check'
import { child, parseXml, XmlError } from './xml.ts'
import { processorTimeOf } from './testing.ts'

test('elements, attributes, text, CDATA, entities, comments, prefixes', () => {
  const root = parseXml(
    `\uFEFF<?xml version="1.0"?>
<!-- <not/> --><m:a x='1 &lt; 2' m:y="ü &#252;"> one <b/> two <![CDATA[<c>&amp;]]><d> &unknown; </d></m:a>`.slice(1),
  )
  equal(root.name, 'a')
  deepEqual(
    [...root.attributes],
    [
      ['x', '1 < 2'],
      ['y', 'ü ü'],
    ],
  )
  equal(root.text, 'one  two <c>&amp;')
  deepEqual(
    root.children.map(({ name }) => name),
    ['b', 'd'],
  )
  equal(child(root, 'd')?.text, '&unknown;')
})

const broken: [text: string, why: RegExp][] = [
  ['', /no element/],
  ['<a>', /a does not end/],
  ['<a></b>', /b ends and did not begin/],
  ['</a>', /a ends and did not begin/],
  ['<a x=1/>', /breaks off at character 1/],
  ['<a><', /breaks off at character 4/],
  ['<!DOCTYPE a><a/>', /document type/],
  ['<a>'.repeat(1000), /more than 200 deep/],
]
for (const [text, why] of broken) {
  test(`${text.slice(0, 20)} is refused`, () =>
    throws(
      () => parseXml(text),
      (error) => error instanceof XmlError && why.test(error.message),
    ))
}

test('nothing hostile takes long or throws anything else', async () => {
  const hostile = [
    '<a '.repeat(100_000),
    '<a ' + 'x="1" '.repeat(100_000),
    '<!--'.repeat(100_000),
    '<![CDATA['.repeat(50_000),
    '&'.repeat(500_000),
  ]
  for (const text of [...hostile, '<a' + ' '.repeat(500_000)]) {
    ok((await processorTimeOf(() => attempt(text))) < 1000, text.slice(0, 10))
  }
  const piece = fc.constantFrom(
    '<a>',
    '</a>',
    '<a x="',
    '">',
    '<!--',
    '-->',
    '<![CDATA[',
    ']]>',
    '&lt;',
    '&#x',
    ';',
    ' ',
    '<?',
    '?>',
  )
  fc.assert(fc.property(fc.array(fc.oneof(piece, fc.string())), (pieces) => attempt(pieces.join(''))))
})

function attempt(text: string): void {
  try {
    parseXml(text)
  } catch (error) {
    if (!(error instanceof XmlError)) throw error
  }
}
