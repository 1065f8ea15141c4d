import { deepEqual, equal } from 'node:assert/strict'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { findCredential, type AskHelper, type CredentialAnswer } from './registry-credentials.ts'

const { signal } = new AbortController()
const noHelper: AskHelper = () => Promise.reject(new Error('no helper is expected to run'))

function find(
  files: Record<string, unknown>,
  where: string,
  options: { env?: Record<string, string>; askHelper?: AskHelper | undefined } = {},
): Promise<CredentialAnswer> {
  const [registry = '', ...path] = where.split('/')
  const text = async (file: string) => {
    const contents = files[file]
    return typeof contents === 'object' ? JSON.stringify(contents) : (contents as string | undefined)
  }
  const home = { env: { HOME: '/home/me', ...options.env }, text }
  return findCredential(registry, path.join('/'), home, signal, 'askHelper' in options ? options.askHelper : noHelper)
}

const docker = '/home/me/.docker/config.json'
const podman = '/home/me/.config/containers/auth.json'
const auth = (text: string) => ({ auth: Buffer.from(text).toString('base64') })
const user = (username: string, password: string) => ({
  credential: { kind: 'password', username, password },
  problems: [],
})

const servers: [string, string][] = [
  ['https://index.docker.io/v1/', 'docker.io/library/nginx'],
  ['docker.io', 'docker.io/library/nginx'],
  ['registry.example', 'registry.example/a'],
  ['https://registry.example', 'registry.example/a'],
  ['https://registry.example:5000/v2/', 'registry.example:5000/a'],
  ['quay.io/team', 'quay.io/team/app'],
]
for (const [key, where] of servers) {
  test(`what is kept for ${key} is used for ${where}`, async () => {
    deepEqual(await find({ [docker]: { auths: { [key]: auth('me:a:b') } } }, where), user('me', 'a:b'))
  })
}

test('nothing is used for another registry, or another part of one', async () => {
  const auths = { 'registry.example': auth('me:a'), 'quay.io/team': auth('me:b'), 'docker.io.example': auth('me:c') }
  for (const where of [
    'example/a',
    'registry.example:5000/a',
    'quay.io/other/app',
    'quay.io/teams/app',
    'docker.io/a/b',
  ]) {
    deepEqual(await find({ [docker]: { auths } }, where), { problems: [] }, where)
  }
})

test('the narrowest entry wins, then the first file', async () => {
  const files = {
    [docker]: { auths: { 'quay.io': auth('all:1'), 'quay.io/team': auth('team:2') } },
    [podman]: { auths: { 'quay.io': auth('other:3'), 'ghcr.io': auth('me:4') } },
  }
  deepEqual(await find(files, 'quay.io/team/app'), user('team', '2'))
  deepEqual(await find(files, 'quay.io/app'), user('all', '1'))
  deepEqual(await find(files, 'ghcr.io/app'), user('me', '4'))
})

test('the environment names the files', async () => {
  const auths = { 'a.example': auth('me:1') }
  const where = 'a.example/b'
  deepEqual(
    await find({ '/etc/docker-me/config.json': { auths } }, where, { env: { DOCKER_CONFIG: '/etc/docker-me' } }),
    user('me', '1'),
  )
  const runtime = { XDG_RUNTIME_DIR: '/run/user/1' }
  deepEqual(await find({ '/run/user/1/containers/auth.json': { auths } }, where, { env: runtime }), user('me', '1'))
  const only = { REGISTRY_AUTH_FILE: '/auth.json' }
  deepEqual(await find({ [docker]: { auths }, '/auth.json': {} }, where, { env: only }), { problems: [] })
})

test('tokens', async () => {
  const auths = { 'a.example': { ...auth('me:'), identitytoken: 'x' }, 'b.example': { registrytoken: 'y' } }
  deepEqual(await find({ [docker]: { auths } }, 'a.example/a'), {
    credential: { kind: 'identity-token', token: 'x' },
    problems: [],
  })
  deepEqual(await find({ [docker]: { auths } }, 'b.example/a'), {
    credential: { kind: 'registry-token', token: 'y' },
    problems: [],
  })
})

test('a damaged file is a problem that holds nothing of it', async () => {
  for (const text of [
    '{"auths":{"a.example":{"auth":"c2VjcmV0',
    '[]',
    '{"auths":"secret"}',
    '{"credHelpers":{"a":1}}',
  ]) {
    deepEqual(await find({ [docker]: text }, 'a.example/a'), {
      problems: [`${docker}: is no configuration of docker or podman`],
    })
  }
})

test('helpers are asked for the registry they are named for, and the store for all others', async () => {
  const asked: string[] = []
  const askHelper: AskHelper = async (name, server) => {
    asked.push(`${name} ${server}`)
    return name === 'ecr-login' ? { kind: 'identity-token', token: 't' } : undefined
  }
  const config = { credHelpers: { 'a.example': 'ecr-login' }, credsStore: 'pass', auths: { 'b.example': auth('me:1') } }
  equal((await find({ [docker]: config }, 'a.example/a', { askHelper })).credential?.kind, 'identity-token')
  deepEqual(await find({ [docker]: config }, 'b.example/a', { askHelper }), user('me', '1'))
  await find({ [docker]: config }, 'docker.io/a/b', { askHelper })
  deepEqual(asked, ['ecr-login a.example', 'pass b.example', 'pass https://index.docker.io/v1/'])
})

/** A program of that name on the path, which writes down what it was given. */
function helperOf(t: TestContext, name: string, script: string): { folder: string; given: () => string } {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-helper-'))
  const path = join(folder, `docker-credential-${name}`)
  writeFileSync(path, `#!/bin/sh\necho "$@" >"${folder}/given"\ncat >>"${folder}/given"\n${script}\n`)
  chmodSync(path, 0o755)
  const before = process.env['PATH']
  process.env['PATH'] = `${folder}:${before}`
  t.after(() => {
    process.env['PATH'] = before
    rmSync(folder, { recursive: true })
  })
  return { folder, given: () => readFileSync(join(folder, 'given'), 'utf8') }
}

test('a helper is run with `get` and the server as its input', async (t) => {
  const { given } = helperOf(t, 'fits', `echo '{"ServerURL":"a.example","Username":"me","Secret":"s"}'`)
  const config = { credsStore: 'fits' }
  deepEqual(await find({ [docker]: config }, 'a.example/a', { askHelper: undefined }), user('me', 's'))
  equal(given(), 'get\na.example\n')
})

test('a helper that answers with <token> gives an identity token', async (t) => {
  helperOf(t, 'token', `echo '{"Username":"<token>","Secret":"s"}'`)
  const { credential } = await find({ [docker]: { credsStore: 'token' } }, 'a.example/a', { askHelper: undefined })
  deepEqual(credential, { kind: 'identity-token', token: 's' })
})

const failing: [string, string, string | undefined][] = [
  ['unknown', 'echo "credentials not found in native keychain"; exit 1', undefined],
  [
    'failing',
    'echo "secret"; echo "secret" >&2; exit 3',
    'docker-credential-failing ended with 3: try `docker-credential-failing get`, or sign in again',
  ],
  ['empty', 'exit 0', 'docker-credential-empty did not answer with a user name and a secret'],
  [
    'endless',
    'yes secret',
    'docker-credential-endless ended with -1: try `docker-credential-endless get`, or sign in again',
  ],
]
for (const [name, script, why] of failing) {
  test(`a helper that is ${name} gives nothing, and a reason without secrets`, async (t) => {
    helperOf(t, name, script)
    const answer = await find({ [docker]: { credsStore: name } }, 'a.example/a', { askHelper: undefined })
    deepEqual(answer, { problems: why === undefined ? [] : [`${docker}: ${why}`] })
  })
}

test('a helper is found by a plain name only, never by a path', async () => {
  const names = {
    '../../other/x': 'names a credential helper that is no plain name',
    'none-such': 'docker-credential-none-such could not be run (ENOENT): install it, or sign in without it',
  }
  for (const [name, why] of Object.entries(names)) {
    const answer = await find({ [docker]: { credsStore: name } }, 'a.example/a', { askHelper: undefined })
    deepEqual(answer, { problems: [`${docker}: ${why}`] })
  }
})
