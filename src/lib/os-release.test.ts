import { test } from 'node:test'
import { deepEqual } from 'node:assert/strict'
import { parseOsRelease } from './os-release.ts'

test('quotes, escapes, comments and lines that are none', () => {
  const text = [
    '# comment',
    'ID=alpine',
    'NAME="Alpine \\"Linux\\" \\$1"',
    "PRETTY_NAME='Al''pine'",
    'VERSION_ID=3.20.3\r',
    'not an assignment',
    'EMPTY=',
    'HALF="open',
  ].join('\n')
  deepEqual(Object.fromEntries(parseOsRelease(text)), {
    ID: 'alpine',
    NAME: 'Alpine "Linux" $1',
    PRETTY_NAME: "Al''pine",
    VERSION_ID: '3.20.3',
    EMPTY: '',
    HALF: '"open',
  })
})
