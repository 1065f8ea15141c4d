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

// Made up when the test runs; of letters and digits as tokens are
const made = (length: number): string =>
  Array.from({ length }, (_, at) => 'aB3cD4eF5gH6iJ7kL8mN9'[(at * 11 + length) % 21]).join('')
const hex = 'a1b2c3d4e5f60718'.repeat(4)

const byForm: [command: string, secret: string, kept: string][] = [
  [`RUN curl -H "Authorization: Bearer ${made(40)}" https://a.internal`, made(40), 'https://a.internal'],
  [`RUN curl -H 'Authorization: Basic ${made(24)}=='`, made(24), 'Authorization: '],
  [`RUN git clone https://ghp_${made(36)}@git.internal/a`, made(36), '@git.internal/a'],
  [`RUN npm set //npm.internal/:x npm_${made(36)}`, made(36), 'RUN npm set'],
  [`RUN tool login dop_v1_${hex}`, hex, 'RUN tool login'],
  [`RUN curl https://a.internal/?k=SG.${made(22)}.${made(43)}`, made(43), 'https://a.internal/?k='],
]
for (const [number, [command, secret, kept]] of byForm.entries()) {
  test(`a token that no name tells, ${number + 1}: hidden in commands, variables and labels`, () => {
    const texts = [redactCommand(command), redactVariable(`ARGS=${command}`), redactLabels({ args: command })['args']!]
    for (const text of texts) {
      ok(!text.includes(secret), text)
      ok(text.includes(kept), text)
    }
  })
}

for (const harmless of [
  `RUN curl -fsSL https://a.internal/OpenJDK17U-jdk_x64_linux_hotspot_17.0.9_9.tar.gz # buildkit`,
  `COPY file:${hex} in /`,
  `ADD Miniconda3-py310_23.5.2-0-Linux-x86_64.sh /opt/`,
  `RUN apt-get install -y libboost-program-options1.74.0 && npm install @acme/internationalization-polyfills@1.2.3`,
  `ENV GPG_KEY_ID ${hex.slice(0, 40).toUpperCase()} sha256:${hex}`.replace('GPG_KEY_ID', 'FINGERPRINT'),
  'auth basic authentication of users by bearer-authentication-middleware',
]) {
  test(`kept: ${harmless.slice(0, 60)}`, () => equal(redactCommand(harmless), harmless))
}

test('what is megabytes long takes no longer than its length', { timeout: 60_000 }, () => {
  for (const word of ['a', 'aB3', '_a1', 'Bearer ', 'a.', '-a', 'a=', 'a:', ' ', '://', '"', '$', 'x://a:']) {
    const text = word.repeat(1_000_000 / word.length)
    const before = process.cpuUsage()
    redactVariable(`a=${text}`)
    redactCommand(`a ${text}`)
    redactLabels({ a: text })
    const { user } = process.cpuUsage(before)
    ok(user < 5_000_000, `${word}: ${user} µs`)
  }
})
