// Where a secret is none: documentation, tests and examples that came with a package. And values that only hold a place.

import { entropy } from '../../lib/entropy.ts'

/**
 * - `own`: what somebody put there for this image: everything is looked for.
 * - `package`: brought by a package that others have as well: only what says by itself what it is.
 * - `example`: documentation, and tests and examples of packages: nothing is looked for.
 */
export type Provenance = 'own' | 'package' | 'example'

const documentation =
  /^(?:usr\/(?:local\/)?)?share\/(?:doc|man|info|gtk-doc|help|locale|i18n)\/|\/(?:CHANGELOG|CHANGES|README)(?:\.\w+)?$/i
const packageFolder = new RegExp(
  [
    // Of the operating system
    String.raw`^(?:usr\/(?!local\/|src\/)|lib(?:32|64|x32)?\/|s?bin\/|var\/lib\/(?:dpkg|apt|rpm|pacman)\/)`,
    // Of languages
    String.raw`(?:^|\/)(?:node_modules|site-packages|dist-packages|gems|vendor|jvm|registry\/src|\.m2\/repository|pkg\/mod)\/`,
    String.raw`^usr\/local\/(?:go|lib\/(?:python[\d.]+|ruby|perl))\/`,
    // Archives that are packages: an application's own jar is not, those that it carries are
    String.raw`\.(?:whl|egg|nupkg|gem|jmod|conda)!\/|!\/.*\.jar!\/`,
    // Classes of libraries that are packed into the jar of an application, which carry keys to test themselves
    String.raw`!\/(?:.*\/)?(?:io\/(?:netty|grpc|vertx)|org\/(?:bouncycastle|apache|eclipse)|com\/google\/api)\/.*\.class$`,
  ].join('|'),
)
const exampleFolder =
  /(?:^|\/)(?:__)?(?:tests?|testing|testdata|specs?|fixtures?|examples?|samples?|demos?|docs?|mocks?)(?:__)?\//i

/** The same file is asked about several times. */
let last: { path: string; provenance: Provenance } = { path: '', provenance: 'own' }

export function provenanceOf(path: string): Provenance {
  if (last.path !== path) last = { path, provenance: judged(path) }
  return last.provenance
}

function judged(path: string): Provenance {
  if (documentation.test(path)) return 'example'
  if (!packageFolder.test(path)) return 'own'
  return exampleFolder.test(path) ? 'example' : 'package'
}

/** Words that stand in values which are to be replaced, and in those that vendors print in their documents. */
const placeholderWord =
  /example|sample|dummy|change_?me|replace|placeholder|redacted|insert|default|todo|fixme|your[_-]?|my[_-]?(?:secret|password|token|key)|x{4,}|\*{3,}|\.{3}|0{6,}|12345|abcd-?ef?g|1234-5678|qwerty|lorem|foobar|(?:^|[^a-z])(?:none|null|undefined|true|false|test|fake|secret|passw(?:or)?d)(?:$|[^a-z])/i
/**
 * Filled in later: `${VAR}`, `$VAR`, `{{ value }}`, `<value>`, `%VALUE%`, `@VALUE@`, `ENC(…)`, `os.getenv(…`. And the parts of a CPE that
 * says nothing of them.
 */
const reference =
  /^[a-z_]\w*(?:\.\w+)+\(|:\*:\*|[$#%]\{|\{\{|^\$|^<.*>$|^%.*%$|^@.*@$|^ENC\(|\$\(|^\(|^\[|^\{|^&|^!|=>|\(\)/

/** Whether a value cannot be a secret, because people write it where one is to be put. */
export function isPlaceholder(value: string): boolean {
  return placeholderWord.test(value) || reference.test(value)
}

/** `org.acme.oauth2.Token$Kind`: a class of Java's, in its package. */
const className = /^[a-z]\w*(?:\.[a-z][a-z0-9_]*)+\.[A-Z]\w*(?:[.$][A-Z]\w*)*$/

/** `scram-sha-256`, `caching_sha2_password`, `aes-256-gcm`: how, not what. */
const algorithm =
  /^(?:[a-z]+[-_])*(?:sha|aes|md|pbkdf|argon|bcrypt|rsa|ed|secp|prime)-?\d{1,5}(?:[-_][a-z0-9]+)*$|\/aws4_request$/i

/** A path, an address, a name of something else: values of settings that are called after a secret. */
export function namesSomethingElse(value: string): boolean {
  if (className.test(value) || algorithm.test(value)) return true
  return /^(?:\/|\.{1,2}\/|~\/|[A-Za-z]:\\|[a-z][a-z0-9+.-]*:\/\/)|^[\w.-]+\.(?:pem|key|crt|txt|json|ya?ml|env|conf|jks|p12|pub)$/i.test(
    value,
  )
}

/** As people choose passwords: letters with digits or signs, not one word. */
export function looksChosen(value: string): boolean {
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9]/].filter((kind) => kind.test(value)).length
  const isWords = /^[A-Za-z]+(?:[\s._:/-][A-Za-z]+)*$/.test(value)
  return !isWords && (kinds >= 3 || (kinds === 2 && /\d/.test(value))) && entropy(value) >= 2.75
}
