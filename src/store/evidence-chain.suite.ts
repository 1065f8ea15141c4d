// Tampering is found, whichever way; and a copy brings everything back.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { openEmbedded } from './database.ts'
import { verifyEvidence } from './evidence-chain.ts'
import { openStore } from './store.ts'
import { assessment, ruleFinding } from './testing.ts'

const folder = mkdtempSync(`${tmpdir()}/plimsoll-chain-`)
after(() => rmSync(folder, { recursive: true }))
const clock = () => '2026-11-01T00:00:00Z'

test('the store restored from its copy, by the commands that the error names', { timeout: 120_000 }, async () => {
  const store = await openStore({ folder }, { clock })
  for (let each = 0; each < 5; each++) {
    const resource = `docker/${each}`
    await store.recordAssessment(assessment(resource, clock(), [ruleFinding(resource, 'root')]))
  }
  const before = await store.estate()
  await store.close()
  assert.deepEqual(readdirSync(`${folder}/copies`), ['store-2026-11-01T00-00-00Z.tar.gz'])
  assert.equal(existsSync(`${folder}/store.holder.json`), false)

  renameSync(`${folder}/store`, `${folder}/whole`)
  mkdirSync(`${folder}/store`)
  writeFileSync(`${folder}/store/PG_VERSION`, 'not a version')
  const error: Error = await openStore({ folder }, { clock }).then(
    () => assert.fail('it opened'),
    (reason: Error) => reason,
  )
  assert.match(error.message, /^could not open the store in .*\n.*the newest copy is of 2026-11-01T00:00:00.000Z/)
  const commands = error.message.split('\n').slice(2).join('\n')
  execFileSync('sh', ['-ec', commands])

  const again = await openStore({ folder }, { clock })
  assert.deepEqual(await again.estate(), before)
  await again.close()
})

test('a changed, a missing, a swapped and a cut off row', { timeout: 120_000 }, async () => {
  const { db } = await openEmbedded(`${folder}/store`)
  const broken = (...statements: string[]) =>
    db.transaction().execute(async (transaction) => {
      for (const statement of statements) await sql.raw(statement).execute(transaction)
      const found = await verifyEvidence(transaction)
      await sql`rollback to savepoint here`.execute(transaction)
      return found
    })
  const here = 'savepoint here'
  await sql`alter table newest_evidence drop constraint newest_evidence_seq_fkey`.execute(db)
  try {
    assert.equal(await broken(here), undefined)
    const changed = 'its content was changed'
    assert.deepEqual(await broken(here, `update evidence set depth_done = 9 where seq = 2`), { seq: 2, why: changed })
    assert.deepEqual(await broken(here, `update evidence set gaps = '[{"why":"x"}]' where seq = 3`), {
      seq: 3,
      why: changed,
    })
    assert.deepEqual(await broken(here, `delete from evidence where seq = 2`), { seq: 3, why: 'row 2 is missing' })
    assert.deepEqual(
      await broken(
        here,
        'update evidence set seq = 99 where seq = 2',
        'update evidence set seq = 2 where seq = 3',
        'update evidence set seq = 3 where seq = 99',
      ),
      { seq: 2, why: 'it does not follow the row before it' },
    )
    assert.deepEqual(await broken(here, `delete from evidence where seq = 5`), {
      seq: 5,
      why: 'rows at the end are missing',
    })
  } finally {
    await db.destroy()
  }
})
