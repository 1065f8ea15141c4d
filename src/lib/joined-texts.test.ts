import assert from 'node:assert/strict'
import { test } from 'node:test'
import { joined, JoinedTexts } from './joined-texts.ts'

test('a list that is joined answers as the list does', () => {
  const lists = [['1.0'], ['1.0', '1.0.1', '11.0'], [''], ['', ''], ['a', '', 'b'], ['a', 'a'], ['1\n2', '"', 'ü']]
  const asked = ['', '1', '1.0', '1.0.1', '0', '1.0 1.0.1', 'a', 'b', ' ', 'a  b', '1\n2', '"', 'ü']
  for (const list of lists) {
    const read = new JoinedTexts(joined(list)!)
    assert.deepEqual([...read], list)
    assert.equal(read.length, list.length)
    assert.equal(JSON.stringify(read), JSON.stringify(list))
    for (const one of asked) assert.equal(read.includes(one), list.includes(one), JSON.stringify([list, one]))
  }
})

test('a list with a space in one of its texts is not joined', () => {
  assert.equal(joined(['1.0', '1.0 beta']), undefined)
  assert.equal(joined([' ']), undefined)
})
