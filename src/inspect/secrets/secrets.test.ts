// Every secret here is made up when the test runs, so that none stands in the repository.

import { createPrivateKey, generateKeyPairSync, randomBytes } from 'node:crypto'
import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { findIn } from './testing.ts'
import { base62Checksum, grafanaChecksum } from './checksums.ts'
import { tokenPatterns } from './token-patterns.ts'

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

function made(length: number, from = alphabet): string {
  return Array.from(randomBytes(length), (byte) => from[byte % from.length]!).join('')
}

const hex = '0123456789abcdef'
const letters = alphabet.slice(0, 52)
const upper = alphabet.slice(0, 26) + '0123456789'

function checked(prefix: string): string {
  const text = made(30)
  return prefix + text + base62Checksum(text)
}

function jwt(claims: object, header: object = { alg: 'HS256', typ: 'JWT' }): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${part(header)}.${part(claims)}.${made(43)}`
}

/** For each pattern texts of its form. */
const samples: Record<string, () => string[]> = {
  'github-token': () => ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'].map(checked),
  'github-fine-grained-token': () => [`github_pat_${made(22)}_${made(59)}`],
  'npm-token': () => [checked('npm_')],
  'pypi-token': () => [`pypi-AgE${'IcHlwaS5vcmc'}${made(120)}`],
  'gitlab-token': () => [`glpat-${made(20)}`, `glrt-${made(20)}`],
  'grafana-token': () => {
    const text = `glsa_${made(32)}`
    return [`${text}_${grafanaChecksum(text)}`]
  },
  'slack-token': () => [`xoxb-${made(12, '123456789')}-${made(12, '123456789')}-${made(24)}`],
  'slack-webhook': () => [`https://hooks.slack.com/services/T${made(10, upper)}/B${made(10, upper)}/${made(24)}`],
  'stripe-key': () => ['sk_live_', 'rk_live_'].map((prefix) => prefix + made(40)),
  'google-api-key': () => [`AIza${made(35)}`],
  'google-oauth-secret': () => [`GOCSPX-${made(28)}`],
  'azure-storage-key': () => [`AccountKey=${randomBytes(64).toString('base64')}`],
  'sendgrid-key': () => [`SG.${made(22)}.${made(43)}`],
  'hugging-face-token': () => [`hf_${made(34, letters)}`],
  'openai-key': () => [`sk-${made(20)}T3Blbk${'FJ'}${made(20)}`, `sk-proj-${made(60)}T3Blbk${'FJ'}${made(60)}`],
  'anthropic-key': () => [`sk-ant-api03-${made(93)}AA`],
  'digitalocean-token': () => [`dop_v1_${made(64, hex)}`],
  'shopify-token': () => [`shpat_${made(32, hex)}`],
  'vault-token': () => [`hvs.${made(95)}`],
  'docker-hub-token': () => [`dckr_pat_${made(27)}`],
  'databricks-token': () => [`dapi${made(32, hex)}`],
  'age-key': () => [`AGE-SECRET-KEY-1${made(58, 'QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L')}`],
  'atlassian-token': () => [`ATATT3xFfGF0${made(180)}`],
  'discord-webhook': () => [`https://discord.com/api/webhooks/${made(18, '123456789')}/${made(68)}`],
  'json-web-token': () => [jwt({ sub: made(12), exp: 1 })],
}

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
        Buffer.concat([randomBytes(99), Buffer.from(`\0${token}\0`)]),
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
      deepEqual(await rulesIn(`${token.slice(0, last + 4)} `), [])
      deepEqual(await rulesIn(token.replaceAll(/[A-Za-z0-9](?=[A-Za-z0-9+/=]*$)/g, 'x')), [])
      if (!token.includes('://')) deepEqual(await rulesIn(`x${token}`), [])
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

test('the same secret has the same fingerprint wherever it lies, another has another', async () => {
  const [token = ''] = samples['npm-token']!()
  const fingerprint = async (text: string): Promise<unknown> =>
    (await findIn('srv/a', text)).found[0]?.evidence['fingerprint']
  equal(await fingerprint(token), await fingerprint(`\n\n${token}\n`))
  ok((await fingerprint(token)) !== (await fingerprint(checked('npm_'))))
})

test('an access key of AWS is critical with its secret, and little without', async () => {
  const id = `AKIA${made(16, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567')}`
  const file = (secret: string): string =>
    `[default]\naws_access_key_id = ${id}\naws_region = eu-west-1\nkey = ${secret}\n`
  deepEqual(await rulesIn(file(randomBytes(30).toString('base64'))), ['aws-access-key'])
  deepEqual(await rulesIn(file('later')), ['aws-access-key-id'])
  deepEqual(await rulesIn(`AKIA${'IOSFODNN7'}EXAMPLE ${'wJalrXUtnFEMI/K7MDENG/bPxRfiCY'}EXAMPLEKEY`), [])
})

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
const pem = rsa.export({ type: 'pkcs8', format: 'pem' }).toString()
const forms: Record<string, string> = {
  'PKCS #8': pem,
  'PKCS #1': rsa.export({ type: 'pkcs1', format: 'pem' }).toString(),
  SEC1: generateKeyPairSync('ec', { namedCurve: 'P-256' })
    .privateKey.export({ type: 'sec1', format: 'pem' })
    .toString(),
  Ed25519: generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  'lines of Windows': pem.replaceAll('\n', '\r\n'),
  'in JSON': JSON.stringify({ type: 'service_account', private_key: pem }),
  indented: pem.replaceAll(/^/gm, '    '),
  'in base64': `client-key-data: ${Buffer.from(pem).toString('base64')}\n`,
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
    ['PKCS #8', 'lines of Windows', 'in JSON', 'indented', 'in base64'].map(
      async (form) => (await findIn('etc/app/key', forms[form]!)).found[0]?.evidence['fingerprint'],
    ),
  )
  equal(new Set(prints).size, 1)
})

test('an encrypted key is told as one, in both ways of encrypting', async () => {
  const pkcs8 = rsa.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' }).toString()
  const pkcs1 = rsa.export({ type: 'pkcs1', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' }).toString()
  for (const text of [pkcs8, pkcs1]) deepEqual(await rulesIn(text), ['encrypted-private-key'])
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
    pem.replaceAll('PRIVATE', 'PUBLIC'),
    publicKey.toString('base64'),
  ])
    deepEqual(await rulesIn(text), [])
})

const password = `${made(9)}-7Q${made(4)}`
const settings: [path: string, text: string, rules: string[]][] = [
  ['srv/app/.env', `DB_PASSWORD=${password}\n`, ['secret-in-settings']],
  ['srv/app/application.yml', `spring:\n  password: "${password}"\n`, ['secret-in-settings']],
  ['srv/app.jar!/BOOT-INF/classes/application.properties', `api.secret = ${password}\n`, ['secret-in-settings']],
  ['etc/app/config.json', `{"clientSecret": "${password}"}`, ['secret-in-settings']],
  ['var/www/wp-config.php', `define('DB_PASSWORD', '${password}');`, ['secret-in-settings']],
  ['etc/app/context.xml', `<password>${password}</password>`, ['secret-in-settings']],
  ['etc/app.conf', `url = postgres://shop:${password}@db.internal/shop\n`, ['sign-in-in-address']],
  ['root/.git-credentials', `https://shop:${password}@git.internal\n`, ['sign-in-in-address']],
  [
    'root/.docker/config.json',
    `{"auths":{"r":{"auth":"${Buffer.from(`me:${password}`).toString('base64')}"}}}`,
    ['registry-sign-in'],
  ],
  ['root/.npmrc', `//npm.internal/:_authToken=${made(36)}\n`, ['registry-sign-in']],
  ['etc/shadow', `root:${'$6$'}${made(16)}${'$'}${made(86)}:19000:0:99999:7:::\ndaemon:*:19000\n`, ['password-hash']],
  // What holds a place, names something else, or is somebody else's
  ['srv/app/.env', 'DB_PASSWORD=${DB_PASSWORD}\nSECRET=changeme\nAPI_KEY=<your key>\nTOKEN=\nPASSWORD=password\n', []],
  [
    'srv/app/.env',
    'PASSWORD_FILE=/run/secrets/db\nSECRET_NAME=db-2024-main\nTOKEN_URL=https://login.internal/t1\n',
    [],
  ],
  ['srv/app.properties', 'x.OAuth2Token.ConditionalOnClass=org.acme.oauth2.resource.BearerToken,org.acme.Other\n', []],
  ['srv/app.yaml', 'run: jwt.Validate(token, jwt.With2Validators(one))\nSecretsFilter: "Lab-1,Cert-OnPrem"\n', []],
  ['srv/sbom.xml', String.raw`<cpe>cpe:2.3:a:passwd:passwd:1\:4.4-4.1\+deb9u1:*:*:*:*:*:*:*</cpe>`, []],
  ['srv/app.yaml', 'token_validator: com.acme.oauth2.Tokens$V2\n', []],
  ['srv/app/.env', `TOKEN_HASH=${password}\nSECRET_KEY_ID=${password}\n`, []],
  ['etc/app.conf', 'url = postgres://user:password@localhost/shop\nurl = https://me:${PASS}@x.internal/\n', []],
  ['etc/shadow', 'root:*:19000:0:99999:7:::\n', []],
  ['srv/app/node_modules/x/.env', `DB_PASSWORD=${password}\n`, []],
  ['usr/share/x/app.conf', `password=${password}\n`, []],
  ['srv/app/index.js', `const password = "${password}"`, []],
]

for (const [number, [path, text, rules]] of settings.entries()) {
  test(`settings ${number + 1}, ${path}: ${rules[0] ?? 'nothing'}`, async () => {
    deepEqual(await rulesIn(text, path), rules)
  })
}

test('what people choose has no fingerprint and no length, which would help to guess it', async () => {
  const { found } = await findIn('srv/.env', `DB_PASSWORD=Summer-1987\n`)
  deepEqual(
    found.map(({ evidence }) => evidence),
    [{}],
  )
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
  deepEqual(await rulesIn(library, 'srv/app/server'), ['private-key'])
  const { found } = await findIn('app/node_modules/x/lib/key.pem', pem)
  deepEqual(
    found.map(({ severity }) => severity),
    ['low'],
  )
})
