import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startCycles } from './cycles.ts'
import type { Progress } from './progress.ts'

const step = (cycle: string, name: Progress['step'], finished = false): Progress => ({
  cycle,
  step: name,
  done: 1,
  of: 1,
  note: '',
  finished,
})

test('one cycle at a time; asking for another while one runs changes nothing', async () => {
  let running = 0
  let most = 0
  let begun = 0
  const cycles = startCycles({
    pause: 0,
    failed: assert.fail,
    look: async () => {
      begun++
      most = Math.max(most, ++running)
      await new Promise((resolve) => setTimeout(resolve, 2))
      running--
    },
  })
  for (let turn = 0; turn < 10; turn++) {
    cycles.lookNow()
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  await cycles.stop()
  assert.equal(most, 1)
  assert.ok(begun >= 2, `${begun} cycles`)
})

test('a cycle that fails is told, and the next one comes', async () => {
  const failures: string[] = []
  let begun = 0
  const second = Promise.withResolvers<void>()
  const cycles = startCycles({
    pause: 0,
    failed: ({ message }) => failures.push(message),
    look: async () => {
      if (++begun === 1) throw new Error('no disk')
      second.resolve()
    },
  })
  await second.promise
  await cycles.stop()
  assert.deepEqual(failures, ['no disk'])
})

test('stopping aborts the cycle under way, waits for it, and begins no other', async () => {
  let ended = false
  const cycles = startCycles({
    pause: 0,
    failed: assert.fail,
    look: (_report, signal) =>
      new Promise((_resolve, reject) =>
        signal.addEventListener('abort', () => {
          ended = true
          reject(signal.reason)
        }),
      ),
  })
  await cycles.stop()
  assert.equal(ended, true)
  cycles.lookNow()
  assert.deepEqual(cycles.current(), [])
})

test('current holds the last step of each kind, of the newest cycle only', async () => {
  const reports = [[step('1', 'sources'), step('1', 'images')], [step('2', 'sources')]]
  const done = Promise.withResolvers<void>()
  const heard: string[] = []
  const cycles = startCycles({
    pause: 0,
    failed: assert.fail,
    look: async (report) => {
      await Promise.resolve()
      const steps = reports.shift()
      if (!steps) return done.resolve()
      for (const progress of steps) report(progress)
    },
  })
  const deaf = cycles.listen(({ cycle, step: name }) => heard.push(`${cycle} ${name}`))
  await done.promise
  deaf()
  await cycles.stop()
  assert.deepEqual(cycles.current(), [step('2', 'sources')])
  assert.deepEqual(heard, ['1 sources', '1 images', '2 sources'])
})

test('whoever listens hears the end of a cycle that fails', async () => {
  const ends: string[] = []
  const done = Promise.withResolvers<void>()
  const cycles = startCycles({
    pause: 60_000,
    failed: () => {},
    look: async (report) => {
      await Promise.resolve()
      report(step('1', 'sources'))
      throw new Error('no disk')
    },
  })
  cycles.listen(({ finished, note }) => {
    if (!finished) return
    ends.push(note)
    done.resolve()
  })
  await done.promise
  await cycles.stop()
  assert.deepEqual(ends, ['failed: no disk'])
})
