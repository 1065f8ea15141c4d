import { test } from 'node:test'
import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict'
import { jsonOf, tomlOf } from './documents.ts'
import type { ImageFile } from './extractor.ts'
import { processorTimeOf } from '../lib/testing.ts'

function fileOf(text: string): ImageFile {
  const bytes = Buffer.from(text)
  return { path: 'a', size: bytes.length, bytes: async () => bytes, text: async () => text } as unknown as ImageFile
}

test('a document is parsed', async () => {
  deepEqual(await jsonOf(fileOf('{"a":[1,{"__proto__":2}]}')), JSON.parse('{"a":[1,{"__proto__":2}]}'))
  equal(JSON.stringify(await tomlOf(fileOf('[[a]]\nb = 1'))), '{"a":[{"b":1}]}')
})

test('nothing of what cannot be parsed is told', async () => {
  for (const broken of [jsonOf(fileOf('{"token": hunter2')), tomlOf(fileOf('token = hunter2'))]) {
    await rejects(broken, (error: Error) => {
      match(error.message, /^it is no (?:JSON|TOML)$/)
      return true
    })
  }
})

// What takes the most memory for its size.
const hostile: [name: string, text: string, parse: (file: ImageFile) => Promise<unknown>][] = [
  ['objects', `[${'{},'.repeat(700_000)}{}]`, jsonOf],
  ['keys', `{${'"a":1,'.repeat(700_000)}"b":1}`, jsonOf],
  ['nested lists', '['.repeat(700_000), jsonOf],
  ['tables', '[[a]]\n'.repeat(300_000), tomlOf],
  ['values', 'a.b=1\n'.repeat(500_000), tomlOf],
]
for (const [name, text, parse] of hostile) {
  test(`too many ${name} are refused before they are parsed`, async () => {
    const refused = (): Promise<void> =>
      rejects(parse(fileOf(text)), /it is one document of more than (?:600000|250000) values/)
    ok((await processorTimeOf(refused)) < 2000)
  })
}
