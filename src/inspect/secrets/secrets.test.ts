// Every secret here is made up when the test runs, so that none stands in the repository.

import { createPrivateKey, generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto'
import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { findIn } from './testing.ts'
import { awsSecret, checked, made, samples, upper } from './token-samples.testing.ts'

const rulesIn = (text: string | Uint8Array, path = 'srv/app/settings.txt'): Promise<string[]> =>
  findIn(path, text).then(({ found }) => found.map(({ rule }) => rule))

test('the same secret has the same fingerprint wherever it lies, another has another', async () => {
  const [token = ''] = samples['npm-token']!()
  const fingerprint = async (text: string): Promise<unknown> =>
    (await findIn('srv/a', text)).found[0]?.evidence['fingerprint']
  equal(await fingerprint(token), await fingerprint(`\n\n${token}\n`))
  ok((await fingerprint(token)) !== (await fingerprint(checked('npm_'))))
})

const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

test('an access key of AWS is critical with its secret, and little without', async () => {
  const id = `AKIA${made(16, base32)}`
  const file = (secret: string): string =>
    `[default]\naws_access_key_id = ${id}\naws_region = eu-west-1\nkey = ${secret}\n`
  deepEqual(await rulesIn(file(awsSecret())), ['aws-access-key'])
  deepEqual(await rulesIn(file('later')), ['aws-access-key-id'])
  deepEqual(await rulesIn(`AKIA${'IOSFODNN7'}EXAMPLE ${'wJalrXUtnFEMI/K7MDENG/bPxRfiCY'}EXAMPLEKEY`), [])
})

test('an access key of AWS: in every form in which settings are written', async () => {
  const id = `ASIA${made(16, base32)}`
  const secret = awsSecret()
  for (const text of [
    `AWS_ACCESS_KEY_ID=${id}\nAWS_SECRET_ACCESS_KEY=${secret}\n`,
    `export AWS_SECRET_ACCESS_KEY=${secret}\nexport AWS_ACCESS_KEY_ID=${id}\n`,
    `{"accessKeyId":"${id}","secretAccessKey":"${secret}"}`,
    `${id}:${secret}`,
    `AWS_ACCESS_KEY_ID=${id}\\nAWS_SECRET_ACCESS_KEY=${secret}\\n`,
  ]) {
    const { found } = await findIn('srv/app/settings.txt', text)
    deepEqual([text, ...found.map(({ rule }) => rule)], [text, 'aws-access-key'])
    ok(!JSON.stringify(found).includes(secret))
  }
  const hash = randomBytes(20).toString('hex')
  deepEqual(await rulesIn(`AWS_ACCESS_KEY_ID=${id}\nCOMMIT=${hash}\n`), ['aws-access-key-id'])
})

const pairs: [rule: string, id: string, secret: string][] = [
  ['alibaba-access-key', `LTAI5t${made(18)}`, `${made(27)}aB7`],
  ['gcs-hmac-key', `GOOG1E${made(55, upper)}`, awsSecret()],
  ['gcs-hmac-key', `GOOG${made(20, upper)}`, awsSecret()],
  ['tencent-access-key', `AKID${made(32)}`, `${made(29)}aB7`],
  ['exoscale-key', `EXO${randomBytes(12).toString('hex')}`, `${made(40)}aB7`],
  ['scaleway-key', `SCW${made(17, upper)}`, randomUUID()],
]

for (const [rule, id, secret] of pairs) {
  test(`${rule}: the id with its secret beside it`, async () => {
    const { found } = await findIn('srv/app/.env', `KEY_ID=${id}\nSECRET_KEY=${secret}\n`)
    deepEqual(
      found.map(({ rule: one, severity }) => [one, severity]),
      [[rule, 'critical']],
    )
    ok(!JSON.stringify(found).includes(secret.slice(0, 16)))
    const alone = rule === 'alibaba-access-key' ? [`${rule}-id`] : []
    deepEqual(await rulesIn(`KEY_ID=${id}\n`), alone)
    deepEqual(await rulesIn(`KEY_ID=${id}\n`, 'usr/lib/x/a.txt'), [])
    deepEqual(await rulesIn(`\x7fELF\0\0 ${id} \0`), [])
    deepEqual(await rulesIn(`PROJECT=${randomUUID()}\nKEY_ID=${id}\n`), alone)
  })
}

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
const pem = rsa.export({ type: 'pkcs8', format: 'pem' }).toString()

function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}

function wrapped(text: string): string {
  return base64(text).replaceAll(/(.{76})/g, '    $1\n')
}

/** https://tartarus.org/~simon/putty-snapshots/htmldoc/AppendixC.html */
function puttyKey(cipher: string): string {
  const lines = (bytes: number): string[] =>
    randomBytes(bytes)
      .toString('base64')
      .match(/.{1,64}/g)!
  const [open, secret] = [lines(279), lines(600)]
  return [
    'PuTTY-User-Key-File-3: ssh-rsa',
    `Encryption: ${cipher}`,
    'Comment: of a test',
    `Public-Lines: ${open.length}`,
    ...open,
    `Private-Lines: ${secret.length}`,
    ...secret,
    `Private-MAC: ${randomBytes(32).toString('hex')}`,
  ].join('\n')
}

const forms: Record<string, string> = {
  'PKCS #8': pem,
  'PKCS #1': rsa.export({ type: 'pkcs1', format: 'pem' }).toString(),
  SEC1: generateKeyPairSync('ec', { namedCurve: 'P-256' })
    .privateKey.export({ type: 'sec1', format: 'pem' })
    .toString(),
  Ed25519: generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  'lines of Windows': pem.replaceAll('\n', '\r\n'),
  'in JSON': JSON.stringify({ type: 'service_account', private_key: pem }),
  'in one line, as variables hold it': `KEY="${pem.trim().replaceAll('\n', ' ')}"\n`,
  indented: pem.replaceAll(/^/gm, '    '),
  'in base64': `client-key-data: ${Buffer.from(pem).toString('base64')}\n`,
  'in base64 of many lines': `tls.key: |\n${wrapped(pem)}\nnext: value\n`,
  'of a service account, in base64': `GOOGLE_CREDENTIALS=${base64(JSON.stringify({ type: 'service_account', private_key: pem }))}\n`,
  'of a service account as it is downloaded, in base64': `key: "${base64(JSON.stringify({ type: 'service_account', private_key: pem }, null, 2))}"`,
  PuTTY: puttyKey('none'),
  'PuTTY, lines of Windows': puttyKey('none').replaceAll('\n', '\r\n'),
}

for (const [form, text] of Object.entries(forms)) {
  test(`a private key: ${form}`, async () => {
    const { found } = await findIn('etc/app/key', text)
    deepEqual(
      found.map(({ rule, severity }) => [rule, severity]),
      [['private-key', 'high']],
    )
    match(String(found[0]?.evidence['fingerprint']), /^[0-9a-f]{16}$/)
  })
}

test('one key has one fingerprint in all its wrappings', async () => {
  const prints = await Promise.all(
    ['PKCS #8', 'lines of Windows', 'in JSON', 'indented', 'in base64', 'in base64 of many lines'].map(
      async (form) => (await findIn('etc/app/key', forms[form]!)).found[0]?.evidence['fingerprint'],
    ),
  )
  equal(new Set(prints).size, 1)
})

test('an encrypted key is told as one, in both ways of encrypting', async () => {
  const pkcs8 = rsa.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' }).toString()
  const pkcs1 = rsa.export({ type: 'pkcs1', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' }).toString()
  for (const text of [pkcs8, pkcs1, puttyKey('aes256-cbc')]) deepEqual(await rulesIn(text), ['encrypted-private-key'])
})

test('what only looks like a key is none: cut, made up, public, a certificate', async () => {
  const begin = '-----BEGIN PRIVATE' + ' KEY-----\n'
  const end = '-----END PRIVATE' + ' KEY-----\n'
  const lines = pem.split('\n')
  const cut = [...lines.slice(0, 5), ...lines.slice(9)].join('\n')
  const publicKey = createPrivateKey(pem).export({ type: 'pkcs8', format: 'der' })
  for (const text of [
    begin,
    begin + end,
    begin + 'MIIEvQ...\n' + end,
    begin + `${'x'.repeat(64)}\n`.repeat(20) + end,
    cut,
    pem.slice(0, 500),
    base64(pem.slice(0, 500)),
    puttyKey('none').slice(0, 900),
    puttyKey('none').replaceAll(/^[A-Za-z0-9+/=]+$/gm, 'x'.repeat(64)),
    pem.replaceAll('PRIVATE', 'PUBLIC'),
    publicKey.toString('base64'),
  ])
    deepEqual(await rulesIn(text), [])
})

test('documentation, and tests of packages, hold no secrets; a package has the keys that everybody has', async () => {
  for (const path of [
    'usr/share/doc/openssl/key.pem',
    'app/node_modules/public-encrypt/test/key.pem',
    'usr/lib/python3/test/k.pem',
  ]) {
    deepEqual(await rulesIn(pem, path), [])
  }
  const library = Buffer.concat([Buffer.from('\x7fELF'), Buffer.alloc(200), Buffer.from(pem)])
  deepEqual(await rulesIn(library, 'usr/lib/x86_64-linux-gnu/libgnutls.so.30'), [])
  for (const path of ['opt/conda/lib/libgnutls.so.30.34.3', 'opt/x/lib/libmbedcrypto.so', 'opt/x/lib/libgnutls.a'])
    deepEqual(await rulesIn(library, path), [])
  deepEqual(await rulesIn(library, 'srv/app/server'), ['private-key'])
  const { found } = await findIn('app/node_modules/x/lib/key.pem', pem)
  deepEqual(
    found.map(({ severity }) => severity),
    ['low'],
  )
})

test('what libraries carry in the jar of an application is theirs: they test themselves with keys', async () => {
  const classFile = Buffer.concat([Buffer.from([0xca, 0xfe, 0xba, 0xbe, 0, 0]), Buffer.from(pem)])
  for (const path of ['io/netty/handler/ssl/OpenSsl.class', 'acme/shaded/io/netty/handler/ssl/SslUtils.class'])
    deepEqual(await rulesIn(classFile, `srv/app.jar!/${path}`), [])
  deepEqual(await rulesIn(classFile, 'srv/app.jar!/com/acme/Keys.class'), ['private-key'])
})

test('a private key as JSON (JWK): with its private part, whatever comes first', async () => {
  const jwk = rsa.export({ format: 'jwk' })
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { d, ...open } = jwk
  for (const key of [jwk, { d, ...open }, ec.privateKey.export({ format: 'jwk' })]) {
    for (const space of [0, 2]) {
      const { found } = await findIn('srv/app/jwks.txt', JSON.stringify({ keys: [key] }, null, space))
      deepEqual(
        found.map(({ rule, severity }) => [rule, severity]),
        [['private-key', 'high']],
      )
      ok(!JSON.stringify(found).includes(key.d!.slice(0, 20)))
    }
  }
  deepEqual(await rulesIn(JSON.stringify({ keys: [ec.publicKey.export({ format: 'jwk' })] })), [])
  deepEqual(await rulesIn(JSON.stringify({ path: { d: made(60) } })), [])
})
