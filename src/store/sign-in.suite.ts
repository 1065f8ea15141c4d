// Links and sessions on the real engines: PGlite always, PostgreSQL when PLIMSOLL_TEST_DATABASE names one.

import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { lifetimes, type Redeemed } from './sign-in.ts'
import { openStore, type Store, type StoreLocation } from './store.ts'

const database = process.env['PLIMSOLL_TEST_DATABASE']
const embedded = mkdtemp(join(tmpdir(), 'plimsoll-sign-in-'))
after(async () => rm(await embedded, { recursive: true, force: true }))

onEngine('PGlite', async () => ({ folder: await embedded }), false)
onEngine('PostgreSQL', async () => ({ database: database! }), database ? false : 'PLIMSOLL_TEST_DATABASE is not set')

function onEngine(name: string, location: () => Promise<StoreLocation>, skip: string | false) {
  describe(name, { skip }, () => {
    const started = Date.UTC(2026, 10, 21, 12)
    let now = started
    let store: Store
    const person = randomUUID()
    const wait = (seconds: number) => (now += seconds * 1000)
    before(async () => {
      const clock = () => `${new Date(now).toISOString().slice(0, 19)}Z`
      store = await openStore(await location(), { clock })
      await store.createPerson({ id: person, name: 'Ada', role: 'admin' })
    })
    after(() => store?.close())

    async function sessionToken(): Promise<string> {
      const { token } = await store.signIn.createLink(person)
      const redeemed = await store.signIn.redeemLink(token)
      assert.ok('session' in redeemed)
      return redeemed.session
    }

    test('of ten requests with one link, one gets a session', async () => {
      const { token } = await store.signIn.createLink(person)
      const all = await Promise.all(Array.from({ length: 10 }, () => store.signIn.redeemLink(token)))
      const passed = all.filter((redeemed) => 'session' in redeemed)
      assert.equal(passed.length, 1)
      const refused = all.filter(
        (redeemed): redeemed is Extract<Redeemed, { refused: string }> => 'refused' in redeemed,
      )
      assert.deepEqual(new Set(refused.map((redeemed) => redeemed.refused)), new Set(['used']))
    })

    test('a link lives for a quarter of an hour, and for a day it is known that it did', async () => {
      const { token, expiresAt } = await store.signIn.createLink(person)
      assert.equal(Date.parse(expiresAt) - now, 15 * 60 * 1000)
      wait(lifetimes.link - 1)
      const late = await store.signIn.createLink(person)
      wait(1)
      assert.deepEqual(await store.signIn.redeemLink(token), { refused: 'expired' })
      assert.ok('session' in (await store.signIn.redeemLink(late.token)))
      wait(2 * 24 * 3600)
      await store.signIn.createLink(person) // the moment at which old ones are forgotten
      assert.deepEqual(await store.signIn.redeemLink(token), { refused: 'unknown' })
      assert.deepEqual(await store.signIn.redeemLink('guess'), { refused: 'unknown' })
    })

    test('a session ends twelve hours after its last use, and after a week in any case', async () => {
      const [idle, used] = [await sessionToken(), await sessionToken()]
      wait(11 * 3600)
      assert.deepEqual(await store.signIn.session(used), { person, prolonged: true })
      assert.deepEqual(await store.signIn.session(used), { person, prolonged: false }, 'at most once a minute')
      wait(3600)
      assert.equal(await store.signIn.session(idle), undefined)
      assert.equal((await store.signIn.session(used))?.person, person)
      for (let hours = 12; hours < 7 * 24 - 11; hours += 11) {
        wait(11 * 3600)
        assert.ok(await store.signIn.session(used), `after ${hours + 11} hours`)
      }
      wait(11 * 3600)
      assert.equal(await store.signIn.session(used), undefined)
    })

    test('signing out ends one session and no other', async () => {
      const [one, other] = [await sessionToken(), await sessionToken()]
      await store.signIn.endSession(one)
      assert.equal(await store.signIn.session(one), undefined)
      assert.ok(await store.signIn.session(other))
    })

    test('nobody gets a link who does not exist', async () => {
      await assert.rejects(store.signIn.createLink('nobody'))
    })
  })
}

test('no token is written to the disk', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'plimsoll-tokens-'))
  try {
    const store = await openStore({ folder })
    await store.createPerson({ id: 'ada', name: 'Ada', role: 'admin' })
    const { token } = await store.signIn.createLink('ada')
    const redeemed = await store.signIn.redeemLink(token)
    assert.ok('session' in redeemed)
    await store.close()
    const files = await readdir(folder, { recursive: true, withFileTypes: true })
    let names = 0
    for (const file of files.filter((entry) => entry.isFile())) {
      const bytes = await readFile(join(file.parentPath, file.name))
      assert.ok(!bytes.includes(token) && !bytes.includes(redeemed.session), file.name)
      if (bytes.includes('Ada')) names++
    }
    assert.ok(names > 0, 'the search does find what is there')
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
