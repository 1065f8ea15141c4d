import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Progress } from '../run/progress.ts'
import { latestSteps } from './latest-steps.ts'
import { whyFull } from './routes/looks.ts'
import { testApp } from './testing.ts'
import { progressView, type ProgressView } from './views/looks.ts'

const step = (name: Progress['step'], done: number, cycle = 'first'): Progress => ({
  cycle,
  step: name,
  done,
  of: 3,
  note: `image ${done}`,
  finished: false,
})

/** Events of an answer, one at a time. */
async function* events(answer: Response): AsyncGenerator<ProgressView> {
  assert.match(answer.headers.get('content-type') ?? '', /^text\/event-stream/)
  for await (const chunk of answer.body!.pipeThrough(new TextDecoderStream())) {
    for (const [, data] of chunk.matchAll(/^data: (.*)$/gm)) yield progressView.parse(JSON.parse(data!))
  }
}

test('a stream begins with what is known and goes on in the order of the events', async () => {
  const served = testApp()
  served.report(step('sources', 3))
  served.report(step('images', 1))
  const answer = await served.ask('/api/looks/progress', { as: await served.signedIn('editor') })
  const stream = events(answer)
  const next = async () => (await stream.next()).value as ProgressView
  assert.deepEqual(await next(), step('sources', 3))
  assert.deepEqual(await next(), step('images', 1))
  served.report(step('images', 2))
  assert.deepEqual(await next(), step('images', 2))
  served.report({ ...step('coverage', 3), finished: true })
  assert.equal((await next()).finished, true)
  await stream.return(undefined)
})

test('a stream that its reader leaves listens no longer; one that the server ends is over', async () => {
  const served = testApp()
  const as = await served.signedIn('viewer')
  const left = await served.ask('/api/looks/progress', { as })
  assert.equal(served.listening(), 1)
  await left.body!.cancel()
  assert.equal(served.listening(), 0)

  const closing = new AbortController()
  const headers = { host: 'localhost:7463', cookie: as }
  const env = { operator: false, closing: closing.signal }
  const ended = await served.app.request('http://localhost:7463/api/looks/progress', { headers }, env)
  assert.equal(served.listening(), 1)
  closing.abort()
  assert.equal(await ended.text(), '')
  assert.equal(served.listening(), 0)
})

test('who may not make it look is told how far it is, not at what it looks', async () => {
  const served = testApp()
  served.report(step('images', 1))
  const stream = events(await served.ask('/api/looks/progress', { as: await served.signedIn('viewer') }))
  assert.deepEqual((await stream.next()).value, { ...step('images', 1), note: '' })
  await stream.return(undefined)
})

test('streams of one person are bounded, which keeps nobody else out, and one that ends makes room', async () => {
  const served = testApp()
  const as = await served.signedIn('viewer')
  const open = await Promise.all(Array.from({ length: 20 }, () => served.ask('/api/looks/progress', { as })))
  assert.ok(open.every(({ status }) => status === 200))
  const refused = await served.ask('/api/looks/progress', { as })
  assert.equal(refused.status, 503)
  assert.match(await refused.text(), /20 of your own pages are listening already/)
  const other = await served.ask('/api/looks/progress', { as: await served.signedIn('admin') })
  assert.equal(other.status, 200)
  await other.body!.cancel()
  await open[0]!.body!.cancel()
  await new Promise((resolve) => setImmediate(resolve))
  const another = await served.ask('/api/looks/progress', { as })
  assert.equal(another.status, 200)
  await Promise.all([another, ...open.slice(1)].map((answer) => answer.body!.cancel()))
})

test('streams of all together are bounded', () => {
  const many = Array.from({ length: 200 }, (_, number) => `person ${number}`)
  assert.match(whyFull(many, 'another') ?? '', /200 pages are listening already/)
  assert.equal(whyFull(many.slice(1), 'another'), undefined)
})

test('asking for the head of a stream opens none', async () => {
  const served = testApp()
  const as = await served.signedIn('viewer')
  for (let time = 0; time < 200; time++) {
    assert.equal((await served.ask('/api/looks/progress', { as, method: 'HEAD' })).status, 200)
  }
  assert.equal(served.listening(), 0)
  const answer = await served.ask('/api/looks/progress', { as })
  assert.equal(answer.status, 200)
  await answer.body!.cancel()
})

test('a slow reader gets the newest event of each step, in their order, and none of a cycle that is over', async () => {
  let tell: (progress: Progress) => void = () => {}
  const steps = latestSteps({
    current: () => [step('coverage', 3, 'zeroth')],
    listen(listener) {
      tell = listener
      return () => {}
    },
  })
  for (const progress of [step('sources', 1), step('images', 1), step('sources', 3), step('images', 2)]) tell(progress)
  const iterator = steps[Symbol.asyncIterator]()
  assert.deepEqual((await iterator.next()).value, step('sources', 3))
  assert.deepEqual((await iterator.next()).value, step('images', 2))
  steps.end()
  assert.equal((await iterator.next()).done, true)
})
