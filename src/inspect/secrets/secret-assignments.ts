// Secrets that only their name tells: `password: …` in settings, users in addresses, files of credentials. Only in files that
// somebody wrote for this image, since elsewhere nearly all of them are none.

import { entropy } from '../../lib/entropy.ts'
import { nameOf } from '../../lib/path.ts'
import type { ContentScanner, Hit, SearchedFile, Window } from '../content-scanner.ts'
import { isPlaceholder, looksChosen, namesSomethingElse, provenanceOf } from './allowed.ts'
import { registrySignIn, registrySignInHit } from './registry-sign-in.ts'
import { secretHit } from './secret-hit.ts'

/** Settings and scripts; what is generated (lock files, maps) and code is left out, also for its size. */
const settingsName =
  /^(?:\.env(?:\..+)?|.+\.env|\.(?:npmrc|yarnrc|pypirc|netrc|pgpass|my\.cnf|git-credentials|dockercfg|htpasswd|bashrc|profile|bash_profile|bash_history|zsh_history|s3cfg|boto)|\.?credentials|.*config\.json|.+\.(?:properties|ya?ml|toml|ini|conf|cnf|cfg|config|xml|tfvars|tfstate|sh|service|sql)|(?:settings|config|secrets?|appsettings[\w.-]*|application[\w.-]*|local|production)\.(?:py|php|rb|js|json)|wp-config\.php|environment|shadow-?|_netrc)$/i
const largestSettings = 4 * 1024 * 1024

const secretWords = [
  ...cases('password', 'passwd', 'passphrase', 'secret', 'token', 'credential'),
  ...cases(
    'api_key',
    'access_key',
    'private_key',
    'secret_key',
    'encryption_key',
    'signing_key',
    'account_key',
    'master_key',
  ),
  ...words('apikey apiKey ApiKey APIKEY api-key accessKey AccessKey access-key DB_PASS db_pass _PWD PGPASS'),
  ...words('privateKey secretKey SecretKey SecretAccessKey signingKey encryptionKey'),
]

/** How hashes of passwords begin in their files: https://man7.org/linux/man-pages/man5/crypt.5.html */
const hashMarks = [':$1$', ':$2', ':$5$', ':$6$', ':$7$', ':$y$', ':$gy$', ':$apr1$', ':$argon2']

/** Ports of PostgreSQL and of what is put before it, and any. */
const pgpassMarks = [':5432:', ':5433:', ':6432:', ':*:']

export const secretAssignments: ContentScanner = {
  id: 'secret-assignments',
  looks: [
    ...secretWords.map((word) => [word, assignmentLook] as const),
    ['://', addressLook],
    ['"auth"', registryLook],
    ['_auth', npmLook],
    ['Basic ', basicLook],
    ['Bearer ', bearerLook],
    ...pgpassMarks.map((mark) => [mark, pgpassLook] as const),
    ...hashMarks.map((mark) => [mark, hashLook] as const),
  ],
  wants: ({ path, size, isExecutable }) =>
    !isExecutable && size <= largestSettings && provenanceOf(path) === 'own' && settingsName.test(nameOf(path)),
}

function words(list: string): string[] {
  return list.split(' ')
}

function cases(...list: readonly string[]): string[] {
  return list.flatMap((word) => [word, word.toUpperCase(), word[0]!.toUpperCase() + word.slice(1)])
}

const quoted = (name: string): string => `"(?<${name}Double>[^"\\r\\n]{1,128})"|'(?<${name}Single>[^'\\r\\n]{1,128})'`

/**
 * From a word of a name to its end, what assigns on the same line, and the value: quoted, or up to white space. Or the name and the value
 * are a pair (`name: X`, `value: …`), the two arguments of a call, or an element of XML.
 */
const assignment = new RegExp(
  String.raw`(?<rest>[\w.-]{0,40})(?:"|'|\\")?\]?(?:` +
    String.raw`(?:[ \t]{0,8}(?:=>|[:=]=?)[ \t]{0,8}|,?\s{0,24}["']?value["']?[ \t]{0,4}[:=][ \t]{0,4})` +
    String.raw`(?:${quoted('set')}|(?<bare>[^\s"'<>,;]{1,128})(?![^\s"'<>,;]))` +
    String.raw`|,[ \t]{0,8}(?:${quoted('argument')})[ \t]{0,4}\)` +
    String.raw`|>(?<element>[^<>\r\n]{1,128})<\/)`,
  'y',
)
/** What names of secrets end in when they hold something about one. */
const aboutSecret =
  /(?:file|path|url|uri|dir|name|type|policy|length|size|min|max|age|expir\w*|ttl|timeout|enabled?|required|prompt|field|header|hash\w*|algorithm|encryption|method|mechanism|mode|plugin|id|ref|endpoint|scope\w*|prefix|format|reset|column|class|provider|store|manager|count|limit\w*|rotation|version|query|filter)s?$/i

const named = {
  id: 'secret-in-settings',
  title: 'A value of a setting that is named as a secret',
  severity: 'medium',
} as const

function assignmentLook({ bytes }: Window, at: number, { path }: SearchedFile): Hit | undefined {
  const text = bytes.toString('latin1', at, at + 240)
  if (/(?:^|\/)[._]netrc$/.test(path)) return netrcHit(text, at)
  assignment.lastIndex = 0
  const match = assignment.exec(text)
  if (!match) return undefined
  const { rest = '', bare, ...values } = match.groups!
  if (bare !== undefined && (isCode.test(path) || isSentence(path, text.slice(match[0].length)))) return undefined
  const value = (bare ?? Object.values(values).find((one) => one !== undefined) ?? '').trim()
  if (aboutSecret.test(rest) || !mayBeSecret(value)) return undefined
  return secretHit(named, value, at, at + match[0].length)
}

/** There what is not quoted is a name or a call. */
const isCode = /\.(?:py|rb|js|php)$/

/** Whether words go on where values reach to the end of the line: the messages of a program. */
function isSentence(path: string, after: string): boolean {
  return /\.(?:properties|ya?ml)$/.test(path) && /^[ \t]+[A-Za-z]/.test(after)
}

/** https://www.gnu.org/software/inetutils/manual/html_node/The-_002enetrc-file.html */
function netrcHit(text: string, at: number): Hit | undefined {
  const [whole = '', value = ''] = /^password\s{1,8}(\S{1,128})/.exec(text) ?? []
  return value === '' || isPlaceholder(value) ? undefined : secretHit(named, value, at, at + whole.length)
}

function mayBeSecret(value: string): boolean {
  return (
    value.length >= 8 && looksChosen(value) && !/\s/.test(value) && !namesSomethingElse(value) && !isPlaceholder(value)
  )
}

/** `scheme://user:password@host`. */
const signIn = /:\/\/(?<user>[^\s:@/"'<>{}$%]{0,64}):(?<password>[^\s:@/"'<>{}]{4,128})@(?<host>[\w.-]{2,})/y

function addressLook({ bytes }: Window, at: number): Hit | undefined {
  signIn.lastIndex = 0
  const match = signIn.exec(bytes.toString('latin1', at, at + 300))
  const { user = '', password = '', host = '' } = match?.groups ?? {}
  if (password === '' || isPlaceholder(password) || /^(?:pass|pw|pwd)$/i.test(password) || user === password)
    return undefined
  if (/(?:^|\.)example(?:\.|$)/i.test(host)) return undefined
  return secretHit(
    { id: 'sign-in-in-address', title: 'An address with a user and a password', severity: 'high' },
    password,
    at,
    at + match![0].length,
  )
}

function registryLook({ bytes }: Window, at: number): Hit | undefined {
  const signIn = registrySignIn(bytes.toString('latin1', at, at + 4100))
  return signIn?.start === 0 ? registrySignInHit(signIn.password, at, at + signIn.length) : undefined
}

/** `//registry/:_authToken=…`, `_auth=…` of npm. */
function npmLook({ bytes }: Window, at: number, { path }: SearchedFile): Hit | undefined {
  if (!path.endsWith('npmrc')) return undefined
  const match = /^_auth(?:Token)?\s{0,8}=\s{0,8}"?(?<secret>[\w+/.-]{16,2000}={0,2})/.exec(
    bytes.toString('latin1', at, at + 2100),
  )
  const { secret = '' } = match?.groups ?? {}
  if (secret === '' || isPlaceholder(secret) || entropy(secret) < 3) return undefined
  return secretHit(
    { id: 'registry-sign-in', title: 'The sign-in to a registry of packages', severity: 'high' },
    secret,
    at,
    at + match![0].length,
  )
}

const header = { id: 'sign-in-in-header', title: 'A header that signs in', severity: 'high' } as const

/** https://www.rfc-editor.org/rfc/rfc7617: base64 of `user:password` */
function basicLook({ bytes }: Window, at: number): Hit | undefined {
  const [whole = '', packed = ''] =
    /^Basic {1,4}([A-Za-z0-9+/]{8,400}={0,2})(?![\w+/=])/.exec(bytes.toString('latin1', at, at + 420)) ?? []
  const plain = Buffer.from(packed, 'base64').toString('latin1')
  const { password = '' } = /^[\x21-\x7e]{1,100}?:(?<password>[\x21-\x7e]{4,})$/.exec(plain)?.groups ?? {}
  return password === '' || isPlaceholder(password) ? undefined : secretHit(header, password, at, at + whole.length)
}

function bearerLook({ bytes }: Window, at: number): Hit | undefined {
  const [whole = '', token = ''] =
    /^Bearer {1,4}([\w.~+/-]{20,250}={0,2})(?![\w.~+/=-])/.exec(bytes.toString('latin1', at, at + 270)) ?? []
  if (!looksChosen(token) || entropy(token) < 3.5 || isPlaceholder(token)) return undefined
  return secretHit(header, token, at, at + whole.length)
}

/** https://www.postgresql.org/docs/current/libpq-pgpass.html: `host:port:database:user:password` */
function pgpassLook({ bytes }: Window, at: number, { path }: SearchedFile): Hit | undefined {
  if (!/(?:^|\/)\.?pgpass$/.test(path)) return undefined
  const start = Math.max(bytes.lastIndexOf(0x0a, at) + 1, at - 300)
  const [line] = bytes.toString('latin1', start, at + 300).split(/\r?\n/, 1)
  const { password = '' } = /^[^#](?:(?:\\.|[^\\:])*:){4}(?<password>.{4,200})$/.exec(line!)?.groups ?? {}
  if (password === '' || isPlaceholder(password)) return undefined
  const kind = { id: 'password-of-database', title: 'A password of a database', severity: 'high' } as const
  return secretHit(kind, password, start, start + line!.length)
}

/** `root:$6$salt$hash:…` of /etc/shadow and of htpasswd: who has it can try passwords for as long as he likes. */
const passwordHash = /^:\$(?:1|2[abxy]|5|6|7|y|gy|apr1|argon2id?)\$[\w./$=,+-]{20,300}/

function hashLook({ bytes }: Window, at: number, { path }: SearchedFile): Hit | undefined {
  if (!/(?:^|\/)(?:shadow-?|\.?htpasswd)$/.test(path)) return undefined
  const [found] = passwordHash.exec(bytes.toString('latin1', at, at + 320)) ?? []
  if (found === undefined) return undefined
  return secretHit(
    { id: 'password-hash', title: 'The hash of a password', severity: 'medium' },
    found,
    at,
    at + found.length,
  )
}
