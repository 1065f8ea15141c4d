// Every secret here is made up when the test runs, so that none stands in the repository.

import { randomBytes } from 'node:crypto'
import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { findIn } from './testing.ts'
import { tokenPatterns } from './token-patterns.ts'
import { samples } from './token-samples.testing.ts'

const rulesIn = (text: string | Uint8Array, path = 'srv/app/settings.txt'): Promise<string[]> =>
  findIn(path, text).then(({ found }) => found.map(({ rule }) => rule))

test('every pattern has samples', () => {
  deepEqual(tokenPatterns.map(({ id }) => id).toSorted(), Object.keys(samples).toSorted())
})

for (const pattern of tokenPatterns) {
  test(`${pattern.id}: found in a text, in bytes, and at the ends of a file; never printed`, async () => {
    for (const token of samples[pattern.id]!()) {
      for (const text of [
        token,
        `a\nb = "${token}"\n`,
        Buffer.concat([Buffer.of(0xff), randomBytes(98), Buffer.from(`\0${token}\0`)]),
      ]) {
        const { found } = await findIn('srv/app/settings.txt', text)
        deepEqual([token, ...found.map(({ rule }) => rule)], [token, pattern.id])
        const [secret] = Object.values(/(?<secret>[\w+/-]{16,})/.exec(token)?.groups ?? {})
        ok(!JSON.stringify(found).includes(secret ?? token))
      }
      const { found } = await findIn('srv/app/settings.txt', `a\nb = "${token}"\n`)
      equal(found[0]?.place.line, 2)
    }
  })

  test(`${pattern.id}: silent for one that is cut, made of one letter, or part of a longer word`, async () => {
    for (const token of samples[pattern.id]!()) {
      const last = token.lastIndexOf(token.match(/[\w+/=]+$/)![0])
      const cut = token.slice(0, last + 4)
      if (cut !== token) deepEqual([cut, ...(await rulesIn(`${cut} `))], [cut])
      deepEqual(await rulesIn(token.replaceAll(/[A-Za-z0-9](?=[A-Za-z0-9+/=]*$)/g, 'x')), [])
      if (!token.includes('://') && !pattern.isInName) deepEqual(await rulesIn(`x${token}`), [])
    }
  })
}

test('a token with a wrong checksum is none', async () => {
  for (const id of ['github-token', 'npm-token', 'grafana-token']) {
    const [token = ''] = samples[id]!()
    const other = token.at(-1) === 'a' ? 'b' : 'a'
    deepEqual(await rulesIn(token.slice(0, -1) + other), [])
  }
})

test('a signature of Azure is found in whichever order its address has', async () => {
  const signature = encodeURIComponent(randomBytes(32).toString('base64'))
  const address = `https://acme.blob.internal/a?sig=${signature}&se=2027-01-01&sv=2024-11-04&sr=b`
  deepEqual(await rulesIn(`"${address}"`), ['azure-shared-access-signature'])
  deepEqual(await rulesIn(address.replace('&sv=2024-11-04', '')), [])
})

for (const pattern of tokenPatterns) {
  const isWhole = pattern.lead === undefined && !pattern.isInName && !pattern.keywords.some((word) => /[/=]/.test(word))
  if (!isWhole) continue
  test(`${pattern.id}: found in a Secret of Kubernetes, as the same one`, async () => {
    for (const token of samples[pattern.id]!()) {
      const packed = Buffer.from(`${token}\n`).toString('base64')
      const { found } = await findIn('srv/app/secret.yaml', `kind: Secret\ndata:\n  it: ${packed}\n`)
      const plain = await findIn('srv/app/secret.txt', token)
      deepEqual([token, ...found.map(({ rule }) => rule)], [token, pattern.id])
      deepEqual(
        found.map(({ evidence }) => evidence),
        plain.found.map(({ evidence }) => evidence),
      )
      ok(!JSON.stringify(found).includes(packed.slice(0, 24)))
    }
  })
}

test('a token is found after what ends a line in a quoted text, and after what is escaped in an address', async () => {
  const [token = ''] = samples['npm-token']!()
  for (const before of [
    String.raw`"a\n`,
    String.raw`"a\t`,
    'https://a.internal/?next=%3D',
    '%22',
    '?t=',
    ':',
    '/',
    '@',
  ]) {
    deepEqual([before, ...(await rulesIn(`${before}${token}`))], [before, 'npm-token'])
  }
  for (const before of ['%', 'n', String.raw`\x`, '%4', 'a%']) {
    deepEqual([before, ...(await rulesIn(`${before}n${token}`))], [before])
  }
})
