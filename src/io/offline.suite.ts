// A process of its own: there is no way back from being offline.

import { equal, rejects } from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { guardedClient } from './guarded-http.ts'
import { get } from './http.ts'
import { goOffline } from './offline.ts'

const time = { idle: 1000, total: 1000 }

test('offline, neither client opens a connection, not even to this machine', async (t) => {
  let connections = 0
  const server = createServer((_, response) => response.end('here')).on('connection', () => connections++)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const { port } = server.address() as AddressInfo
  const client = guardedClient()
  t.after(client.close)
  const ask = () => client.request(new URL(`http://127.0.0.1:${port}/`), { ...time, signal: t.signal })
  ;(await ask()).body.resume()
  ;(await get({ host: '127.0.0.1', port }, '/', time)).resume()
  equal(connections, 2)

  goOffline()
  const why = { message: /^127\.0\.0\.1.* is not asked: nobody is, with --offline$/ }
  await rejects(ask(), why)
  await rejects(get({ host: '127.0.0.1', port }, '/', time), why)
  await rejects(guardedClient().request(new URL('https://registry.example/'), { ...time, signal: t.signal }), {
    message: /^registry\.example is not asked/,
  })
  equal(connections, 2)
})

/** What may open a connection, and to whom. */
const connects: Readonly<Record<string, string>> = {
  'io/guarded-http.ts': 'registries, feeds, channels: asks whether it may',
  'io/http.ts': 'engines: asks whether it may',
  'run/notify/email.ts': 'mail of a server, which is never offline',
  'serve/server.ts': 'the socket of another server on this machine',
  'store/database.ts': 'PostgreSQL, which scan does not use',
}

test('whatever opens a connection is one of the two clients', () => {
  const source = fileURLToPath(new URL('..', import.meta.url))
  const opens =
    /from '(?:node:)?(?:https|http2|tls|dgram|dns|undici|nodemailer|pg)'|(?<!\.)\bfetch\(|\bnew WebSocket\(|import \{[^}]*\b(?:request|get|connect|createConnection|lookup)\b[^}]*\} from 'node:(?:http|net|dns)'/
  const found = readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !/(?:test|suite|testing)\.ts$|^testing\//.test(path))
    .filter((path) => opens.test(readFileSync(`${source}${path}`, 'utf8')))
  equal(found.toSorted().join('\n'), Object.keys(connects).toSorted().join('\n'))
})
