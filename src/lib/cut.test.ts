import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { CutError, cutElements, cutMembers } from './cut.ts'

async function all(parts: AsyncIterable<string>): Promise<string[]> {
  const found: string[] = []
  for await (const part of parts) found.push(part)
  return found
}

async function* inPieces(text: string, size: number): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size)
}

test('the members of an object, put together again, are the object, wherever its text is cut', async () => {
  const object = fc.dictionary(
    fc.string().filter((key) => key !== '__proto__'),
    fc.jsonValue(),
  )
  await fc.assert(
    fc.asyncProperty(
      object,
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 0, max: 2 }),
      async (value, size, space) => {
        const members = await all(cutMembers(inPieces(JSON.stringify(value, undefined, space), size), 10_000))
        const parsed = members.map((text) => JSON.parse(text) as object)
        assert.ok(parsed.every((member) => Object.keys(member).length === 1))
        assert.deepEqual(Object.assign({}, ...parsed), JSON.parse(JSON.stringify(value)))
      },
    ),
  )
})

test('what is no object, breaks off or has too large a member says so', async () => {
  const read = (text: string): Promise<string[]> => all(cutMembers(inPieces(text, 7), 50))
  for (const text of ['', ' ', '[1]', 'null', '"a"']) await assert.rejects(read(text), /is no JSON object/)
  for (const text of ['{', '{"a":1', '{"a":"}', '{"a":{}']) await assert.rejects(read(text), /breaks off/)
  await assert.rejects(read(`{"a":"${'x'.repeat(100)}"}`), CutError)
  assert.deepEqual(await read('{"a":1,"b":[{"c":"}\\""}]} '), ['{"a":1}', '{"b":[{"c":"}\\""}]}'])
})

test('elements by their name, with or without a prefix, wherever the text is cut', async () => {
  const text = '<!-- <update> --><updates><update a="1"><id>1</id></update>\n<x:update b="2">é</x:update ></updates>'
  for (let size = 1; size < 60; size++) {
    assert.deepEqual(await all(cutElements(inPieces(text, size), 'update', 1000)), [
      '<update a="1"><id>1</id></update>',
      '<x:update b="2">é</x:update >',
    ])
  }
})

test('a text without such an element, with one that does not end or is too large says so', async () => {
  const read = (text: string): Promise<string[]> => all(cutElements(inPieces(text, 9), 'update', 300))
  await assert.rejects(read('<updates></updates>'), /has no update/)
  await assert.rejects(read('<update a="1">'), /breaks off/)
  await assert.rejects(read(`<update a="1">${'x'.repeat(400)}</update>`), /more than 300 characters/)
  await assert.rejects(read('<'.repeat(2000)), CutError)
})
