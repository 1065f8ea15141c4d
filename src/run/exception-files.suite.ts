import { ok } from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { holdExceptions } from './exception-files.ts'

test('of a folder with too many documents it is told that not all are read', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-exceptions-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const vexFolder = join(folder, 'vex')
  mkdirSync(vexFolder)
  for (let number = 0; number < 10_001; number++) writeFileSync(join(vexFolder, `${number}.json`), '{}')
  const { first } = await holdExceptions({ vex: [], ignore: [], vexFolder }, new AbortController().signal)
  ok(first.gaps.some(({ why }) => why.startsWith('more than 10000 documents')))
})
