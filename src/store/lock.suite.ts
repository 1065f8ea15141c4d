import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { after, test } from 'node:test'
import { lockStore, StoreInUse } from './lock.ts'

const folder = mkdtempSync(`${tmpdir()}/plimsoll-lock-`)
after(() => rmSync(folder, { recursive: true }))
const since = '2026-11-01T00:00:00Z'

// Says `mine` and stays, or says why not and ends.
const program = `
  const { lockStore } = await import(${JSON.stringify(new URL('lock.ts', import.meta.url).href)})
  try {
    const lock = lockStore(${JSON.stringify(folder)}, 'plimsoll serve', ${JSON.stringify(since)})
    console.log('mine')
    setInterval(() => lock, 1000)
  } catch (error) {
    console.log(error.name + ': ' + error.message)
  }`

async function start(): Promise<{ child: ChildProcess; said: string }> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [said] = await once(child.stdout!.setEncoding('utf8'), 'data')
  return { child, said: String(said).trim() }
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const closed = once(child, 'close')
  child.kill('SIGKILL')
  await closed
}

test('a second process is told who has the store, and gets it when that one was killed', async () => {
  const { child, said } = await start()
  assert.equal(said, 'mine')
  assert.throws(() => lockStore(folder, 'plimsoll', since), {
    name: 'StoreInUse',
    message: `${folder} is in use by plimsoll serve, process ${child.pid}, since ${since}: stop it, or give another folder with --data`,
  })
  await kill(child)
  lockStore(folder, 'plimsoll', since).release()
})

test('nobody else may read the files of the lock', () => {
  const lock = lockStore(folder, 'plimsoll', since)
  for (const name of readdirSync(folder)) assert.equal(statSync(`${folder}/${name}`).mode & 0o077, 0, name)
  lock.release()
})

test('of eight that come at the same time after a kill, exactly one gets it', async () => {
  const { child } = await start()
  await kill(child)
  const racers = await Promise.all(Array.from({ length: 8 }, start))
  try {
    const said = racers.map((racer) => racer.said)
    assert.equal(said.filter((text) => text === 'mine').length, 1, said.join('\n'))
    assert.equal(said.filter((text) => text.startsWith('StoreInUse: ')).length, 7, said.join('\n'))
  } finally {
    await Promise.all(racers.map((racer) => kill(racer.child)))
  }
})

test('within one process as well, and released means free', () => {
  const lock = lockStore(folder, 'plimsoll', since)
  assert.throws(() => lockStore(folder, 'plimsoll', since), StoreInUse)
  lock.release()
  lockStore(folder, 'plimsoll', since).release()
})
