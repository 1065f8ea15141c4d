import { deepEqual, throws } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { KeywordSearch } from './keyword-search.ts'

function found(keywords: readonly string[], text: string): string[] {
  const places: string[] = []
  const search = new KeywordSearch(keywords.map((keyword) => [keyword, keyword] as const))
  search.each(Buffer.from(text, 'latin1'), (at, keyword) => places.push(`${at} ${keyword}`))
  return places.toSorted()
}

test('keywords at the start, at the end, one in another, over one another', () => {
  deepEqual(found(['abc', 'bcd', 'abcde'], 'abcde-abc'), ['0 abc', '0 abcde', '1 bcd', '6 abc'])
  deepEqual(found(['aaa'], 'aaaaa'), ['0 aaa', '1 aaa', '2 aaa'])
  deepEqual(found(['abc'], ''), [])
  deepEqual(found(['\u00ff\u00fe\u00fd'], 'a\u00ff\u00fe\u00fdb'), ['1 \u00ff\u00fe\u00fd'])
})

test('keywords of two bytes are refused', () => {
  throws(() => new KeywordSearch([['ab', 0]]), /shorter than 3 bytes/)
})

test('finds what looking at every place finds', () => {
  const word = (least: number, most: number) =>
    fc.string({ unit: fc.constantFrom('a', 'b', '\u00e9'), minLength: least, maxLength: most })
  fc.assert(
    fc.property(fc.uniqueArray(word(3, 7), { minLength: 1, maxLength: 8 }), word(0, 60), (keywords, text) => {
      const expected = keywords.flatMap((keyword) =>
        Array.from(text, (_, at) => at)
          .filter((at) => text.startsWith(keyword, at))
          .map((at) => `${at} ${keyword}`),
      )
      deepEqual(found(keywords, text), expected.toSorted())
    }),
    { numRuns: 500 },
  )
})
