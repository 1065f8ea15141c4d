// Secrets in the configuration of images and containers are recognised by the names that people give them, and by their form:
// hiding too much costs little.

import { entropy } from './entropy.ts'

export const redacted = '[redacted]'

const secretWord =
  /^(?:pass|passwd|password|passphrase|pwd|pw|secrets?|tokens?|keys?|credentials?|creds?|auth|cookie|salt|dsn)$/
const secretEnd = /(?:passw(?:or)?d|secret|token|apikey|accesskey|secretkey|privatekey|credentials?)$/

/** `DB_PASSWORD`, `npm-token`, `awsSecretKey`: a word of the name says it. */
export function looksSecret(name: string): boolean {
  const words = name.split(/[^A-Za-z0-9]+|(?<=[a-z0-9])(?=[A-Z])/).map((word) => word.toLowerCase())
  return words.some((word) => secretWord.test(word) || secretEnd.test(word))
}

/** `NAME=value`, without the value when the name looks secret, and without the sign-in of an address. */
export function redactVariable(variable: string): string {
  const equals = variable.indexOf('=')
  if (equals < 0) return variable
  const name = variable.slice(0, equals)
  const value = variable.slice(equals + 1)
  return `${name}=${looksSecret(name) && value !== '' ? redacted : redactForms(value)}`
}

// Names are bounded: without an end they would be tried from each of their characters on, and labels of an image may be
// megabytes long.

/** A command line: the same for each assignment (`TOKEN=x`, `--password x`, `--token=x`) in it. */
export function redactCommand(command: string): string {
  const assignment = /(?<name>[A-Za-z_][\w.-]{0,99})(?<between>\s{0,200}[=:]\s*)(?<value>"[^"]*"|'[^']*'|[^\s"';&|]+)/g
  const option = /(?<name>--?[A-Za-z][\w-]{0,99})(?<between>\s+)(?<value>"[^"]*"|'[^']*'|[^\s"'-][^\s"';&|]*)/g
  const hide = (whole: string, name: string, between: string): string =>
    looksSecret(name) ? `${name}${between}${redacted}` : whole
  return redactForms(command.replaceAll(assignment, hide).replaceAll(option, hide))
}

/** Labels of an image or container: a value is hidden where its name, or what is written in it, looks secret. */
export function redactLabels(labels: Readonly<Record<string, string>>): Record<string, string> {
  const redactedValue = (name: string, value: string): string =>
    looksSecret(name) && value !== '' ? redacted : redactPasswordHashes(redactCommand(value))
  return Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, redactedValue(name, value)]))
}

/** `user:$2y$05$…`, as htpasswd writes it and proxies take it from labels; Compose doubles the `$`. */
function redactPasswordHashes(text: string): string {
  return text.replaceAll(/(?<=[^\s:,]):\$[^\s,]+/g, `:${redacted}`)
}

/** What says by itself that it is one: signs in to an address, stands in a header, is made of letters and digits at random. */
function redactForms(text: string): string {
  return redactAddress(text)
    .replaceAll(/\b(?<scheme>Bearer|Basic) (?<value>[\w.~+/-]{16,}={0,2})/g, `$<scheme> ${redacted}`)
    .replaceAll(/(?<![A-Za-z0-9])[A-Za-z0-9]{20,}(?![A-Za-z0-9])/g, (word) => (looksRandom(word) ? redacted : word))
    .replaceAll(/(?<=[a-z0-9]_)[0-9a-f]{32,}(?![A-Za-z0-9])/g, redacted)
}

/** Not words, nor a hash: those have letters of one case only. */
function looksRandom(word: string): boolean {
  const isMixed = [/[A-Z]/g, /[a-z]/g, /\d/g].every((kind) => (word.match(kind)?.length ?? 0) >= 2)
  return isMixed && entropy(word.slice(0, 200)) >= 3.7
}

function redactAddress(text: string): string {
  return text.replaceAll(/(?<scheme>[a-z][a-z0-9+.-]{0,40}:\/\/)(?<who>[^\s/@"']+)@/gi, (whole, scheme, who: string) =>
    who.slice(0, -1).includes(':') ? `${scheme}${redacted}@` : whole,
  )
}
