// Every secret here is made up when the test runs, so that none stands in the repository.

import { deepEqual, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { findIn } from './testing.ts'
import { made } from './token-samples.testing.ts'

function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}

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
  [
    'srv/app/secret.yaml',
    `.dockerconfigjson: ${base64(JSON.stringify({ auths: { r: { auth: base64(`me:${password}`) } } }))}\n`,
    ['registry-sign-in'],
  ],
  [
    'srv/app/pull.txt',
    base64(`{\n\t"auths": {\n\t\t"r": {"auth": "${base64(`me:${password}`)}"}}}`),
    ['registry-sign-in'],
  ],
  ['srv/app/pull.txt', base64('{"auths":{"r":{"auth":""}},"credsStore":"desktop"}'), []],
  ['root/.npmrc', `//npm.internal/:_authToken=${made(36)}\n`, ['registry-sign-in']],
  ['etc/shadow', `root:${'$6$'}${made(16)}${'$'}${made(86)}:19000:0:99999:7:::\ndaemon:*:19000\n`, ['password-hash']],
  // As containers get their environment, and as others write pairs
  ['srv/app/pod.yaml', `env:\n  - name: DB_PASSWORD\n    value: "${password}"\n`, ['secret-in-settings']],
  ['srv/app/task-config.json', `[{"name": "DB_PASSWORD", "value": "${password}"}]`, ['secret-in-settings']],
  ['srv/app/web.config', `<add key="ApiSecret" value="${password}" />`, ['secret-in-settings']],
  ['srv/app/config.py', `app.config['SECRET_KEY'] = '${password}'\n`, ['secret-in-settings']],
  ['srv/app/settings.php', `$db["password"] = "${password}";\n`, ['secret-in-settings']],
  ['root/.netrc', `machine git.internal login me password ${password}\n`, ['secret-in-settings']],
  ['root/.netrc', `machine git.internal\n  login me\n  password ${password}\n`, ['secret-in-settings']],
  ['root/.pgpass', `# all\ndb.internal:5432:*:shop:${password}\n`, ['password-of-database']],
  [
    'etc/nginx/site.conf',
    `proxy_set_header Authorization "Basic ${base64(`me:${password}`)}";\n`,
    ['sign-in-in-header'],
  ],
  ['srv/app/a.sh', `curl -H 'Authorization: Bearer ${made(40)}' https://x.internal\n`, ['sign-in-in-header']],
  ['srv/app/a.sh', 'curl -H "Authorization: Bearer $TOKEN" -H "Authorization: Basic ${AUTH}"\n', []],
  ['etc/app.conf', 'auth = Basic authentication of users, Bearer authentication\n', []],
  ['root/.pgpass', '# hostname:port:database:username:password\n', []],
  // What holds a place, names something else, or is somebody else's
  ['etc/postgresql/pg_hba.conf', '# METHOD can be "trust", "md5", "password", "scram-sha-256",\n', []],
  ['etc/postgresql/postgresql.conf', '#password_encryption = scram-sha-256\t# scram-sha-256 or md5\n', []],
  ['etc/mysql/my.cnf', 'default_password_plugin=caching_sha2_password\npassword: mysql_native_password\n', []],
  ['srv/app/LocalStrings.properties', 'cookies.invalidCookieToken=Cookies: Invalid cookie. Value not a token\n', []],
  [
    'srv/app/local.py',
    'secret=RUN_2MODULE.SecretVolumeSource(\nget_tokens=self._GetTokens1,\nx_secret = a[0]["s"]\n',
    [],
  ],
  ['srv/app/config.js', 'const token = this.props2.Token;\nsecret: process2.Env_A1,\n', []],
  ['srv/app/build.yaml', 'availableSecrets:\n  secretManager:\n  - versionName: projects/1\n', []],
  ['srv/app/a.yaml', 'Authorization: AWS4-HMAC-SHA256 Credential=K1y/20151228/us-east-1/s3/aws4_request,\n', []],
  [
    'srv/app/pod.yaml',
    'env:\n  - name: DB_PASSWORD\n    valueFrom:\n      secretKeyRef:\n        name: db-2024-main\n',
    [],
  ],
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
    const { found } = await findIn(path, text)
    deepEqual(
      found.map(({ rule }) => rule),
      rules,
    )
    ok(!JSON.stringify(found).includes(password))
  })
}

test('what people choose has no fingerprint and no length, which would help to guess it', async () => {
  const { found } = await findIn('srv/.env', `DB_PASSWORD=Summer-1987\n`)
  deepEqual(
    found.map(({ evidence }) => evidence),
    [{}],
  )
})
