// Who the user is: a real registry (Debian's docker-registry) that asks, by passwords and by tokens.

import { deepEqual, equal, rejects } from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createPrivateKey, randomUUID, sign } from 'node:crypto'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { delimiter, join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { localMachine } from '../io/machine.ts'
import { withoutPrograms } from '../testing/shared.ts'
import type { RegistryAccess } from './image/open-options.ts'
import { archive, read, selfSigned, skopeo, startRegistry } from './image/testing.ts'
import { workFolder } from './testing.ts'

const skip = withoutPrograms('docker-registry', 'skopeo', 'htpasswd', 'openssl')

function withHome(env: Record<string, string>): { registry: RegistryAccess } {
  return { registry: { home: { env, text: localMachine().text } } }
}

test('a sign-in by user name and password, from where docker, podman and a helper keep it', { skip }, async (t) => {
  const folder = workFolder(t)
  const password = `s3cret-${randomUUID()}`
  const users = join(folder, 'htpasswd')
  writeFileSync(users, execFileSync('htpasswd', ['-Bbn', '-C', '4', 'me', password]))
  const { host } = await startRegistry(t, { auth: { htpasswd: { realm: 'test', path: users } } })
  const authFile = join(folder, 'auth.json')
  await skopeo('login', '--tls-verify=false', '--authfile', authFile, '-u', 'me', '-p', password, host)
  const name = `${host}/team/app:1`
  const copy = ['copy', '--all', '--dest-tls-verify=false', '--authfile', authFile]
  await skopeo(...copy, `oci-archive:${await archive(folder)}`, `docker://${name}`)

  equal((await read(name, withHome({ REGISTRY_AUTH_FILE: authFile }))).packages.length, 2)
  mkdirSync(join(folder, '.docker'))
  writeFileSync(join(folder, '.docker', 'config.json'), readFileSync(authFile))
  equal((await read(name, withHome({ HOME: folder }))).packages.length, 2)
  equal((await read(name, withHome(helperFor(t, host, 'me', password)))).packages.length, 2)

  const refused = withHome({ REGISTRY_AUTH_FILE: join(folder, 'none.json') })
  await rejects(read(name, refused), new RegExp(`401: sign in by \`docker login ${host}\``))
  const wrong = withHome(helperFor(t, host, 'me', 'wrong-password'))
  await rejects(
    read(name, wrong),
    (error: Error) => !error.message.includes('wrong-password') && /: 401/.test(error.message),
  )
})

/** A credential helper on the path, and the environment that names it. */
function helperFor(t: TestContext, host: string, username: string, secret: string): Record<string, string> {
  const folder = workFolder(t)
  const program = join(folder, 'docker-credential-suite')
  const answer = JSON.stringify({ ServerURL: host, Username: username, Secret: secret })
  writeFileSync(program, `#!/bin/sh\nread server\n[ "$1 $server" = "get ${host}" ] || exit 1\necho '${answer}'\n`)
  chmodSync(program, 0o755)
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ credHelpers: { [host]: 'suite' } }))
  const before = process.env['PATH'] ?? ''
  process.env['PATH'] = [folder, before].join(delimiter)
  t.after(() => void (process.env['PATH'] = before))
  return { DOCKER_CONFIG: folder }
}

test('a sign-in by tokens of another server', { skip }, async (t) => {
  const folder = workFolder(t)
  const key = join(folder, 'token.key')
  const certificate = join(folder, 'token.pem')
  selfSigned(key, certificate, '/CN=tokens')
  const asked: string[] = []
  const server = createServer((request, response) => answerWithToken(request, response, key, certificate, asked))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => void server.close())
  const realm = `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`
  const token = { realm, service: 'suite', issuer: 'tokens', rootcertbundle: certificate }
  const { host } = await startRegistry(t, { auth: { token } })
  const name = `${host}/team/app:1`
  const copy = ['copy', '--all', '--dest-tls-verify=false', '--dest-creds', 'me:secret']
  await skopeo(...copy, `oci-archive:${await archive(folder)}`, `docker://${name}`)

  asked.length = 0
  const environment = helperFor(t, host, 'me', 'secret')
  equal((await read(name, withHome(environment))).packages.length, 2)
  deepEqual(asked, [`me:secret repository:team/app:pull`])
  await rejects(read(name), /token refused the sign-in \(401\): sign in by `docker login/)
})

/** https://distribution.github.io/distribution/spec/auth/jwt/ */
function answerWithToken(
  { url = '', headers }: IncomingMessage,
  response: ServerResponse,
  key: string,
  certificate: string,
  asked: string[],
): void {
  const user = Buffer.from(headers.authorization?.replace('Basic ', '') ?? '', 'base64').toString()
  const scope = new URL(url, 'http://localhost').searchParams.get('scope') ?? ''
  asked.push(`${user} ${scope}`)
  if (user !== 'me:secret') return void response.writeHead(401).end()
  const [type, name, actions = ''] = scope.split(':')
  const chain = [readFileSync(certificate, 'utf8').replaceAll(/-----[A-Z ]+-----|\s/g, '')]
  const now = Math.floor(Date.now() / 1000)
  const access = scope === '' ? [] : [{ type, name, actions: actions.split(',') }]
  const times = { exp: now + 300, nbf: now - 10, iat: now }
  const claims = { iss: 'tokens', sub: 'me', aud: 'suite', ...times, jti: randomUUID(), access }
  const parts = [{ typ: 'JWT', alg: 'RS256', x5c: chain }, claims]
  const text = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
  const signature = sign('sha256', Buffer.from(text), createPrivateKey(readFileSync(key))).toString('base64url')
  response.writeHead(200).end(JSON.stringify({ token: `${text}.${signature}` }))
}
