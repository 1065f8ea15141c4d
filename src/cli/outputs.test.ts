import { deepEqual, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { parseOutputs } from './outputs.ts'

test('one format to standard output or a file, and others beside it', () => {
  deepEqual(parseOutputs('table', []), [{ format: 'table' }])
  deepEqual(parseOutputs('sarif', ['a.sarif']), [{ format: 'sarif', file: 'a.sarif' }])
  deepEqual(parseOutputs('table', ['sarif=out/a=b', 'key=value', 'json=j']), [
    { format: 'table', file: 'key=value' },
    { format: 'sarif', file: 'out/a=b' },
    { format: 'json', file: 'j' },
  ])
})

test('what cannot all be written is refused', () => {
  throws(() => parseOutputs('json', ['a', 'b']), { message: /^--output: a and b would both hold json/ })
  throws(() => parseOutputs('json', ['a', 'sarif=a']), { message: '--output: a is named twice' })
  throws(() => parseOutputs('json', ['sarif=']), { message: /^--output: expected FILE, or FORMAT=FILE/ })
})
