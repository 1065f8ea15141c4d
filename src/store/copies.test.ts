import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { test, type TestContext } from 'node:test'
import { gzipSync } from 'node:zlib'
import { keepCopy } from './copies.ts'

/** What is asked of PGlite: a size, and a dump. */
function storeWith(dump: Uint8Array): Parameters<typeof keepCopy>[0] {
  const store = { query: async () => ({ rows: [{ size: 1 }] }), dumpDataDir: async () => new Blob([Buffer.from(dump)]) }
  return store as unknown as Parameters<typeof keepCopy>[0]
}
const store = storeWith(gzipSync('the tables'))

function dataFolder(t: TestContext): string {
  const folder = mkdtempSync(`${tmpdir()}/plimsoll-copies-`)
  t.after(() => rmSync(folder, { recursive: true }))
  return folder
}

const copies = (folder: string): string[] => readdirSync(`${folder}/copies`).toSorted()

test('one copy a day, three in all', async (t) => {
  const folder = dataFolder(t)
  for (const hour of ['01T00', '01T23', '02T00', '03T01', '04T02', '05T03']) {
    await keepCopy(store, folder, `2026-11-${hour}:00:00Z`)
  }
  assert.deepEqual(copies(folder), [
    'store-2026-11-03T01-00-00Z.tar.gz',
    'store-2026-11-04T02-00-00Z.tar.gz',
    'store-2026-11-05T03-00-00Z.tar.gz',
  ])
})

test('copies of a clock that ran ahead keep no other from being made, and are the first to go', async (t) => {
  const folder = dataFolder(t)
  for (const year of [2097, 2098, 2099]) await keepCopy(store, folder, `${year}-01-01T00:00:00Z`)
  for (const date of ['01', '02']) await keepCopy(store, folder, `2026-11-${date}T00:00:00Z`)
  assert.deepEqual(await keepCopy(store, folder, '2026-11-02T12:00:00Z'), { skipped: 'the last is not a day old' })
  assert.deepEqual(copies(folder), [
    'store-2026-11-01T00-00-00Z.tar.gz',
    'store-2026-11-02T00-00-00Z.tar.gz',
    'store-2099-01-01T00-00-00Z.tar.gz',
  ])
})

test('a copy that is not whole leaves nothing behind, and one of a killed process goes with the next', async (t) => {
  const folder = dataFolder(t)
  const cut = gzipSync('the tables').subarray(0, 20)
  assert.match(JSON.stringify(await keepCopy(storeWith(cut), folder, '2026-11-01T00:00:00Z')), /failed/)
  assert.deepEqual(copies(folder), [])
  writeFileSync(`${folder}/copies/store-2026-10-31T00-00-00Z.tar.gz.unchecked`, 'half')
  await keepCopy(store, folder, '2026-11-01T00:01:00Z')
  assert.deepEqual(copies(folder), ['store-2026-11-01T00-01-00Z.tar.gz'])
})
