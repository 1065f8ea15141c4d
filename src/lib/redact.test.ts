import { test } from 'node:test'
import { equal, ok } from 'node:assert/strict'
import { looksSecret, redactCommand, redactLabels, redactVariable } from './redact.ts'

for (const name of [
  'DB_PASSWORD',
  'PGPASSWORD',
  'npm-token',
  'awsSecretAccessKey',
  'API_KEY',
  'SECRET',
  'APIKEY',
  'DB_PASS',
]) {
  test(`${name} looks secret`, () => equal(looksSecret(name), true))
}
for (const name of ['PATH', 'COMPASS_HOME', 'MONKEY', 'NODE_VERSION', 'LANG', 'KEYBOARD', 'AUTHOR']) {
  test(`${name} does not look secret`, () => equal(looksSecret(name), false))
}

const variables: [string, string][] = [
  ['DB_PASSWORD=hunter2', 'DB_PASSWORD=[redacted]'],
  ['DB_PASSWORD=', 'DB_PASSWORD='],
  ['PATH=/usr/bin:/bin', 'PATH=/usr/bin:/bin'],
  ['URL=postgres://app:hunter2@db:5432/x', 'URL=postgres://[redacted]@db:5432/x'],
]
for (const [variable, redacted] of variables) {
  test(`${variable} → ${redacted}`, () => equal(redactVariable(variable), redacted))
}

const labels: [string, string, string][] = [
  ['com.example.api-token', 'abc', '[redacted]'],
  ['com.example.args', '--password hunter2', '--password [redacted]'],
  ['traefik.http.middlewares.a.basicauth.users', 'ann:$$2y$$05$$abc,bob:$apr1$x$y', 'ann:[redacted],bob:[redacted]'],
  ['org.opencontainers.image.title', 'nginx', 'nginx'],
]
for (const [name, value, hidden] of labels) {
  test(`label ${name}=${value}`, () => equal(redactLabels({ [name]: value })[name], hidden))
}

const commands: [string, string][] = [
  ['|1 NPM_TOKEN=abc /bin/sh -c npm ci', '|1 NPM_TOKEN=[redacted] /bin/sh -c npm ci'],
  ['app --password hunter2 --port 80', 'app --password [redacted] --port 80'],
  ['app --api-key="a b" -v', 'app --api-key=[redacted] -v'],
  ['RUN apt-get install -y curl', 'RUN apt-get install -y curl'],
  ['curl https://me:pw@host/x', 'curl https://[redacted]@host/x'],
]
for (const [command, redacted] of commands) {
  test(`${command} → ${redacted}`, () => equal(redactCommand(command), redacted))
}

test('what is megabytes long takes no longer than its length', { timeout: 60_000 }, () => {
  for (const word of ['a', 'a.', '-a', 'a=', 'a:', ' ', '://', '"', '$', 'x://a:']) {
    const text = word.repeat(1_000_000 / word.length)
    const before = process.cpuUsage()
    redactVariable(`a=${text}`)
    redactCommand(`a ${text}`)
    redactLabels({ a: text })
    const { user } = process.cpuUsage(before)
    ok(user < 5_000_000, `${word}: ${user} µs`)
  }
})
