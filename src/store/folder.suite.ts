// The folder that the embedded store lies in.

import assert from 'node:assert/strict'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { test, type TestContext } from 'node:test'
import { openStore } from './store.ts'

function dataFolder(t: TestContext): string {
  const folder = mkdtempSync(`${tmpdir()}/plimsoll-folder-`)
  t.after(() => rmSync(folder, { recursive: true }))
  return folder
}

test('a folder that every user may write to is refused, and nothing is made in it', async (t) => {
  const folder = dataFolder(t)
  chmodSync(folder, 0o1777)
  await assert.rejects(openStore({ folder }), /every user may write to .*: chmod 700 it, or give another folder/)
  assert.deepEqual(readdirSync(folder), [])
})

test('the store may lie on another disk, with a link to it', { timeout: 300_000 }, async (t) => {
  const folder = dataFolder(t)
  mkdirSync(`${folder}/disk`)
  symlinkSync(`${folder}/disk`, `${folder}/store`)
  const store = await openStore({ folder })
  await store.close()
  assert.ok(existsSync(`${folder}/disk/PG_VERSION`))
})

test('what the file system inside PGlite throws is told', { timeout: 300_000 }, async (t) => {
  const folder = dataFolder(t)
  mkdirSync(`${folder}/store`)
  writeFileSync(`${folder}/store/base`, 'a file where a folder should be')
  await assert.rejects(openStore({ folder }), (error: Error) => {
    assert.match(error.message, /could not open the store/)
    return !error.message.includes('[object Object]')
  })
})
