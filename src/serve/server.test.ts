import assert from 'node:assert/strict'
import { once } from 'node:events'
import { chmod, chown, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { createSignInLink } from './sign-in-link.ts'
import { startServer, type Listening } from './server.ts'
import { testApp } from './testing.ts'

const host = '127.0.0.1'

async function dataFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'plimsoll-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** Status and body of an answer over a socket in the file system. */
function askSocket(socketPath: string, path: string, method = 'GET'): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const sent = request({ socketPath, path, method, headers: { host: 'localhost' } }, (answer) => {
      let text = ''
      answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }))
    })
    sent.on('error', reject).end()
  })
}

function socketOf({ socket }: Listening): string {
  assert.ok('path' in socket, JSON.stringify(socket))
  return socket.path
}

test('over TCP nobody is signed in; over the socket it is the operator, and the socket is this user’s alone', async (t) => {
  const { app } = testApp()
  const listening = await startServer({ app, host, port: 0, socketPath: join(await dataFolder(t), 'serve.sock') })
  t.after(listening.close)
  assert.match(listening.url, /^http:\/\/127\.0\.0\.1:\d+$/)
  assert.equal((await fetch(`${listening.url}/healthz`)).status, 200)
  assert.equal((await fetch(`${listening.url}/api/inventory`)).status, 401)
  const path = socketOf(listening)
  assert.equal((await stat(path)).mode & 0o777, 0o600)
  const { status, text } = await askSocket(path, '/api/inventory')
  assert.equal(status, 200)
  assert.equal((JSON.parse(text) as { total: number }).total, 2)
})

test('a change without a body is taken over TCP, one with a body that is too large is refused', async (t) => {
  const served = testApp()
  const listening = await startServer({ app: served.app, host, port: 0 })
  t.after(listening.close)
  const { host: name, port } = new URL(listening.url)
  const link = await createSignInLink(served.deps.signIn, 'admin', listening.url)
  const signedIn = await fetch(link.url, { redirect: 'manual' })
  const cookie = signedIn.headers.getSetCookie()[0]!.split(';')[0]!
  const head = `POST /api/looks HTTP/1.1\r\nHost: ${name}\r\nOrigin: ${listening.url}\r\nCookie: ${cookie}\r\n`
  const chunked = `Transfer-Encoding: chunked\r\n\r\n10000\r\n${'x'.repeat(0x10000)}\r\n`
  assert.match(await sayTo(Number(port), `${head}\r\n`), /^HTTP\/1\.1 202 /)
  assert.match(await sayTo(Number(port), `${head}Content-Length: 0\r\n\r\n`), /^HTTP\/1\.1 202 /)
  assert.match(await sayTo(Number(port), `${head}Content-Length: 1000000\r\n\r\nx`), /^HTTP\/1\.1 413 /)
  assert.match(await sayTo(Number(port), head + chunked), /^HTTP\/1\.1 413 /)
  assert.equal(served.looks, 2)
})

test('a link made over the socket leads to the address that browsers reach', async (t) => {
  const { app } = testApp()
  const listening = await startServer({ app, host, port: 0, socketPath: join(await dataFolder(t), 'serve.sock') })
  t.after(listening.close)
  const made = await askSocket(socketOf(listening), '/api/session/links', 'POST')
  const { url } = JSON.parse(made.text) as { url: string }
  assert.ok(url.startsWith(`${listening.url}/sign-in?token=`))
  const answer = await fetch(url, { redirect: 'manual' })
  assert.equal(answer.headers.get('location'), '/')
})

test('a port that is taken is an error that names it and the way out', async (t) => {
  const first = await startServer({ app: testApp().app, host, port: 0 })
  t.after(first.close)
  const port = Number(new URL(first.url).port)
  await assert.rejects(
    startServer({ app: testApp().app, host, port }),
    new RegExp(`port ${port} .* is taken: .*--port`),
  )
})

test('the socket of a killed server is replaced, that of a running one is not', async (t) => {
  const socketPath = join(await dataFolder(t), 'serve.sock')
  const first = await startServer({ app: testApp().app, host, port: 0, socketPath })
  t.after(first.close)
  await assert.rejects(startServer({ app: testApp().app, host, port: 0, socketPath }), /another plimsoll serve listens/)
  assert.equal((await askSocket(socketPath, '/healthz')).status, 200, 'the running one is untouched')
  await first.close()

  await leaveStaleSocket(socketPath)
  const next = await startServer({ app: testApp().app, host, port: 0, socketPath })
  t.after(next.close)
  assert.equal((await askSocket(socketPath, '/healthz')).status, 200)
})

test('a file in the place of the socket is not removed', async (t) => {
  const socketPath = join(await dataFolder(t), 'serve.sock')
  await writeFile(socketPath, 'dear')
  await assert.rejects(startServer({ app: testApp().app, host, port: 0, socketPath }), /is not a socket/)
  assert.equal((await stat(socketPath)).size, 4)
})

test('without a safe place for the socket there is none, and the reason is given', async (t) => {
  const folder = await dataFolder(t)
  await chmod(folder, 0o755)
  const open = await startServer({ app: testApp().app, host, port: 0, socketPath: join(folder, 'serve.sock') })
  t.after(open.close)
  assert.match(JSON.stringify(open.socket), /other users may enter .* chmod 700/)
  const deep = join(folder, 'x'.repeat(100))
  await mkdir(deep, { mode: 0o700 })
  const long = await startServer({ app: testApp().app, host, port: 0, socketPath: join(deep, 'serve.sock') })
  t.after(long.close)
  assert.match(JSON.stringify(long.socket), /too long/)
})

const asRoot = process.getuid?.() === 0 ? {} : { skip: 'only root can give a folder away' }
test('in the folder of another user there is no socket: its owner could put another one there', asRoot, async (t) => {
  const folder = await dataFolder(t)
  await chown(folder, 12_345, 12_345)
  const listening = await startServer({ app: testApp().app, host, port: 0, socketPath: join(folder, 'serve.sock') })
  t.after(listening.close)
  assert.match(JSON.stringify(listening.socket), /belongs to another user/)
})

test('connections are bounded, so that whoever opens many leaves files to the store', async (t) => {
  const listening = await startServer({ app: testApp().app, host, port: 0 })
  t.after(listening.close)
  const port = Number(new URL(listening.url).port)
  const open = await Promise.all(Array.from({ length: 500 }, () => connected(port)))
  const oneMore = await connected(port)
  await once(oneMore, 'close')
  assert.equal(open.filter(({ destroyed }) => destroyed).length, 0)
  open[0]!.destroy()
  while ((await fetch(`${listening.url}/healthz`).catch(() => undefined))?.status !== 200);
  for (const socket of open) socket.destroy()
})

test('closing ends open streams at once, and may be done twice', { timeout: 60_000 }, async (t) => {
  const served = testApp()
  const listening = await startServer({
    app: served.app,
    host,
    port: 0,
    socketPath: join(await dataFolder(t), 'serve.sock'),
  })
  const streaming = askSocket(socketOf(listening), '/api/looks/progress')
  while (served.listening() === 0) await new Promise((resolve) => setTimeout(resolve, 5))
  // Its patience never ends here: a close that waits for it hangs.
  t.mock.timers.enable({ apis: ['setTimeout'] })
  await Promise.all([listening.close(), listening.close()])
  t.mock.timers.reset()
  assert.equal((await streaming).status, 200)
  await assert.rejects(fetch(`${listening.url}/healthz`))
})

async function connected(port: number): Promise<Socket> {
  const socket = connect(port, host)
  socket.on('error', () => {}) // that it was closed is what is looked at
  await once(socket, 'connect')
  return socket.resume()
}

/** The first bytes of what the port answers to exactly these. */
function sayTo(port: number, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, host, () => socket.write(bytes))
    socket.once('error', reject).once('data', (answer) => {
      socket.destroy()
      resolve(answer.toString('latin1'))
    })
  })
}

/** What a process that was killed leaves: a socket file that nobody listens at. */
async function leaveStaleSocket(path: string): Promise<void> {
  const { rename } = await import('node:fs/promises')
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(`${path}.old`, resolve))
  await rename(`${path}.old`, path) // closing removes the name that it was bound to, and that is gone
  await new Promise((resolve) => server.close(resolve))
}
