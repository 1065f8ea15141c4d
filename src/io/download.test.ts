// Against a real HTTP server that knows ETag, Last-Modified and Range, and one that does everything wrong.

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test, type TestContext } from 'node:test'
import { download, type DownloadOptions, type Validators } from './download.ts'
import { guardedClient } from './guarded-http.ts'

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-download-'))
after(() => rmSync(folder, { recursive: true }))

type Answer = (request: IncomingMessage, response: ServerResponse) => void

interface Setting {
  file: string
  url: URL
  requests: IncomingMessage['headers'][]
  waits: number[]
  get(options?: Partial<DownloadOptions>): Promise<Validators | undefined>
}

/** `answers`: one for each request in turn, the last one for all others. */
async function setting(t: TestContext, ...answers: Answer[]): Promise<Setting> {
  const requests: IncomingMessage['headers'][] = []
  const waits: number[] = []
  const server = createServer((request, response) => {
    requests.push(request.headers)
    answers[Math.min(requests.length, answers.length) - 1]!(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const client = guardedClient()
  t.after(() => {
    client.close()
    server.closeAllConnections()
    server.close()
  })
  const file = join(mkdtempSync(join(folder, 'of-')), 'feed', 'all.zip')
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/all.zip?secret=1`)
  const signal = new AbortController().signal
  const wait = async (milliseconds: number): Promise<void> => void waits.push(milliseconds)
  const get = (options: Partial<DownloadOptions> = {}) =>
    download(url, file, { client, signal, wait, limit: 2 ** 20, ...options })
  return { file, url, requests, waits, get }
}

const content = Buffer.from(Array.from({ length: 100_000 }, (_, n) => n % 251))
const etag = '"v1"'

/** As RFC 9110 wants it. */
const honest: Answer = ({ headers }, response) => {
  response.setHeader('etag', etag)
  if (headers['if-none-match'] === etag) return void response.writeHead(304).end()
  const range = /^bytes=(?<start>\d+)-$/.exec(headers.range ?? '')?.groups?.['start']
  if (range === undefined || headers['if-range'] !== etag) return void response.writeHead(200).end(content)
  response.setHeader('content-range', `bytes ${range}-${content.length - 1}/${content.length}`)
  response.writeHead(206).end(content.subarray(Number(range)))
}

/** Promises all of it, and ends after a part. */
const cutAfter =
  (bytes: number, tag = etag): Answer =>
  (_, response) => {
    response.writeHead(200, { etag: tag, 'content-length': content.length })
    // Once what was sent has been read: a reset takes with it what has not.
    response.write(content.subarray(0, bytes), () => void setTimeout(() => response.socket?.destroy(), 200))
  }

const left = ({ file }: Setting): string[] => readdirSync(join(file, '..'))

test('a file is fetched once, and again only when it has changed', async (t) => {
  const s = await setting(t, honest)
  assert.deepEqual(await s.get(), { etag })
  assert.ok(readFileSync(s.file).equals(content))
  assert.equal(await s.get({ kept: { etag } }), undefined)
  assert.deepEqual(await s.get({ kept: { etag: '"old"' } }), { etag })
  assert.deepEqual(
    s.requests.map((headers) => headers['if-none-match']),
    [undefined, etag, '"old"'],
  )
  assert.deepEqual(left(s), ['all.zip'])
})

test('by its time where there is no ETag; not at all when the file is gone', async (t) => {
  const lastModified = 'Wed, 21 Oct 2026 07:28:00 GMT'
  const s = await setting(t, ({ headers }, response) => {
    response.setHeader('last-modified', lastModified)
    if (headers['if-modified-since'] === lastModified) response.writeHead(304).end()
    else response.end('x')
  })
  assert.deepEqual(await s.get(), { lastModified })
  assert.equal(await s.get({ kept: { lastModified } }), undefined)
  rmSync(s.file)
  assert.deepEqual(await s.get({ kept: { lastModified } }), { lastModified })
})

test('a connection that is cut is continued where it was, also by the next process', async (t) => {
  const s = await setting(t, cutAfter(30_000), honest)
  assert.deepEqual(await s.get(), { etag })
  assert.ok(readFileSync(s.file).equals(content))
  assert.deepEqual([s.requests[1]?.range, s.requests[1]?.['if-range']], ['bytes=30000-', etag])

  const stopped = new AbortController()
  const t2 = await setting(t, cutAfter(50_000), honest)
  const wait = async (): Promise<void> => stopped.abort(new Error('stopped'))
  await assert.rejects(t2.get({ signal: stopped.signal, wait }), /stopped/)
  assert.deepEqual(left(t2).toSorted(), ['all.zip.part', 'all.zip.part.told'])
  await t2.get()
  assert.equal(t2.requests[1]?.range, 'bytes=50000-')
  assert.ok(readFileSync(t2.file).equals(content))
  assert.deepEqual(left(t2), ['all.zip'])
})

test('what has become another file meanwhile begins anew; a weak ETag is nothing to continue by', async (t) => {
  const changed = await setting(t, cutAfter(30_000, '"v0"'), honest)
  await changed.get()
  assert.equal(changed.requests[1]?.['if-range'], '"v0"')
  assert.ok(readFileSync(changed.file).equals(content))
  const weak = await setting(t, cutAfter(30_000, 'W/"v0"'), honest)
  await weak.get()
  assert.equal(weak.requests[1]?.range, undefined)
  assert.ok(readFileSync(weak.file).equals(content))
})

test('another part than the one asked for, and one that is not there, begin anew', async (t) => {
  const wrongPart: Answer = (_, response) => {
    response.writeHead(206, { etag, 'content-range': `bytes 5-${content.length - 1}/${content.length}` })
    response.end(content.subarray(5))
  }
  const none: Answer = (_, response) => void response.writeHead(416).end()
  for (const answer of [wrongPart, none]) {
    const s = await setting(t, cutAfter(100), answer, honest)
    await s.get()
    assert.equal(s.requests[2]?.range, undefined)
    assert.ok(readFileSync(s.file).equals(content))
  }
})

test('a checksum that was told before, or by the server, must be right', async (t) => {
  const sha256 = createHash('sha256').update(content).digest('hex')
  const md5 = createHash('md5').update(content).digest('base64')
  const digest = createHash('sha256').update(content).digest('base64')
  const telling =
    (headers: Record<string, string>): Answer =>
    (_, response) =>
      void response.writeHead(200, headers).end(content)
  const right = await setting(
    t,
    telling({ 'x-goog-hash': `crc32c=AAAAAA==, md5=${md5}`, 'repr-digest': `sha-256=:${digest}:` }),
  )
  await right.get({ sha256: sha256.toUpperCase() })
  assert.ok(existsSync(right.file))
  for (const headers of [{ 'x-goog-hash': `md5=${digest}` }, { 'repr-digest': `sha-256=:${md5}:` }]) {
    const wrong = await setting(t, telling(headers))
    await assert.rejects(wrong.get(), /all\.zip: its checksum is another than was told$/)
    assert.ok(!existsSync(wrong.file))
  }
  const kept = await setting(t, honest)
  await kept.get()
  await assert.rejects(kept.get({ sha256: '0'.repeat(64) }), { name: 'DownloadFailed' })
  assert.ok(readFileSync(kept.file).equals(content), 'what was there is as it was')
})

test('a server that is busy is asked again after the time that it wants; one that refuses is not', async (t) => {
  const busy = await setting(t, (_, response) => void response.writeHead(503, { 'retry-after': '7' }).end(), honest)
  await busy.get()
  assert.deepEqual(busy.waits, [7000])
  const always = await setting(t, (_, response) => void response.writeHead(500).end())
  await assert.rejects(always.get(), /it answered 500$/)
  assert.equal(always.requests.length, 6)
  const none = await setting(t, (_, response) => void response.writeHead(404).end())
  await assert.rejects(
    none.get(),
    (error: Error) => error.message.endsWith('all.zip: it answered 404') && !error.message.includes('secret'),
  )
  assert.equal(none.requests.length, 1)
})

test('more than the limit is not taken, however it comes', async (t) => {
  const s = await setting(t, (_, response) => {
    response.writeHead(200)
    const more = (): void => void (response.destroyed || response.write(Buffer.alloc(64 * 1024), more))
    more()
  })
  await assert.rejects(s.get({ limit: 1_000_000 }), /larger than 1000000 bytes$/)
  assert.deepEqual(
    left(s).filter((name) => name.endsWith('.part') || name === 'all.zip'),
    [],
  )
})

test('it is followed to where it is kept, but not in a circle', async (t) => {
  const s = await setting(t, (_, response) => void response.writeHead(302, { location: '/other' }).end(), honest)
  await s.get()
  assert.ok(readFileSync(s.file).equals(content))
  const circle = await setting(t, (_, response) => void response.writeHead(302, { location: '/all.zip' }).end())
  await assert.rejects(circle.get(), /leads on more than 5 times/)
})
