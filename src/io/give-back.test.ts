import { equal, deepEqual, ok } from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { Agent, createServer, request, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test, type TestContext } from 'node:test'
import { giveBackReceived, givenBack } from './give-back.ts'
import { bodyPieces } from './http.ts'

const sent = randomBytes(3_000_000)

/** Answers with what is sent: in one length, or in chunks that end anywhere in what is received. */
async function serve(t: TestContext): Promise<number> {
  const server = createServer(({ url }, response) => {
    if (url === '/length') return response.end(sent)
    for (let at = 0; at < sent.length; at += 100_003) response.write(sent.subarray(at, at + 100_003))
    response.end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

for (const path of ['/length', '/chunks']) {
  test(`the body of ${path} is whole, on a connection that is used again as well, and none of its memory stays`, async (t) => {
    const port = await serve(t)
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    t.after(() => agent.destroy())
    for (let time = 0; time < 3; time++) {
      const received: Uint8Array[] = []
      const asked = request({ port, path, agent })
      giveBackReceived(asked)
      asked.on('socket', (socket) => {
        const keep = (piece: Buffer): void => void received.push(piece)
        socket.on('data', keep)
        asked.on('close', () => socket.off('data', keep))
      })
      const answer = new Promise<IncomingMessage>((resolve) => asked.on('response', resolve))
      asked.end()
      const hash = createHash('sha256')
      const taken: Uint8Array[] = []
      for await (const piece of givenBack(bodyPieces(await answer))) {
        hash.update(piece)
        taken.push(piece)
      }
      equal(hash.digest('hex'), createHash('sha256').update(sent).digest('hex'))
      equal(asked.reusedSocket, time > 0)
      ok(received.length > 10)
      deepEqual([...new Set([...received, ...taken].map(({ length }) => length))], [0])
    }
  })
}

test('of a piece that shares its memory with others nothing is given back', async () => {
  const whole = Buffer.from('two pieces of one memory')
  async function* pieces(): AsyncGenerator<Uint8Array> {
    yield whole.subarray(0, 3)
    yield whole.subarray(3)
  }
  const taken: Uint8Array[] = []
  for await (const piece of givenBack(pieces())) taken.push(piece)
  equal(Buffer.concat(taken).toString(), 'two pieces of one memory')
})
