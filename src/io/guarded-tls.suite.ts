// The guarded client over TLS, as everything outside of this machine is asked: what comes is whole, also over a connection that is
// used again, and nobody is believed whose certificate nobody trusts.

import { deepEqual, equal, rejects } from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { withoutPrograms } from '../testing/shared.ts'
import { givenBack } from './give-back.ts'
import { guardedClient } from './guarded-http.ts'
import { bodyPieces } from './http.ts'

const skip = withoutPrograms('openssl')
const folder = mkdtempSync(join(tmpdir(), 'plimsoll-tls-'))
const sent = randomBytes(20_000_000)
const options = { idle: 30_000, total: 120_000, signal: new AbortController().signal }
let url: URL
let certificate: string
let server: Server | undefined
let connections = 0

before(() => {
  if (skip) return undefined
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const name = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', ...name, '-keyout', key, '-out', cert],
    { stdio: 'ignore' },
  )
  certificate = readFileSync(cert, 'utf8')
  server = createServer({ key: readFileSync(key), cert: certificate }, ({ url: path }, response) => {
    if (path === '/length') return response.end(sent)
    for (let at = 0; at < sent.length; at += 70_001) response.write(sent.subarray(at, at + 70_001))
    response.end()
  })
  server.on('secureConnection', () => connections++)
  const listening = server
  return new Promise<void>((resolve) =>
    listening.listen(0, () => {
      url = new URL(`https://localhost:${(listening.address() as AddressInfo).port}`)
      resolve()
    }),
  )
})

after(() => {
  server?.closeAllConnections()
  server?.close()
  rmSync(folder, { recursive: true })
})

test('who shows a certificate that nobody trusts is not believed', { skip }, async () => {
  const client = guardedClient()
  await rejects(client.request(new URL('/length', url), options), /self-signed|certificate/)
  client.close()
})

test('a body is whole, by length and in chunks, three times over one connection', { skip }, async () => {
  const known = getCACertificates()
  setDefaultCACertificates([...known, certificate])
  const client = guardedClient()
  try {
    connections = 0
    for (const path of ['/length', '/chunks', '/length', '/chunks', '/length', '/chunks']) {
      const { status, body } = await client.request(new URL(path, url), options)
      const hash = createHash('sha256')
      let size = 0
      for await (const piece of path === '/length' ? givenBack(bodyPieces(body)) : bodyPieces(body)) {
        hash.update(piece)
        size += piece.length
      }
      deepEqual([status, size], [200, sent.length], path)
      equal(hash.digest('hex'), createHash('sha256').update(sent).digest('hex'), path)
    }
    equal(connections, 1)
  } finally {
    client.close()
    setDefaultCACertificates(known)
  }
})
