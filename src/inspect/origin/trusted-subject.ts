// Whose certificates may have signed: distinguished names, as Notation's trust policies write them.
//
// `x509.subject: C=US, ST=WA, O=example.com, OU=release`; each attribute that is named has to be the certificate's.
// https://github.com/notaryproject/specifications/blob/main/specs/trust-store-trust-policy.md#trusted-identities-constraints
// https://www.rfc-editor.org/rfc/rfc4514

/** By short name (`CN`), in the order in which they were written. */
export type Attributes = ReadonlyMap<string, string>

export interface TrustedSubject {
  /** Empty: whoever the trusted authorities have certified. */
  attributes: Attributes
}

/** RFC 4514, 3, and what else openssl and Go write. */
export const shortNames: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.5': 'SERIALNUMBER',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.9': 'STREET',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '2.5.4.17': 'POSTALCODE',
  '0.9.2342.19200300.100.1.1': 'UID',
  '0.9.2342.19200300.100.1.25': 'DC',
}
const known = new Set(Object.values(shortNames))

/** `x509.subject: …`, or `*` for everybody. Throws one clause. */
export function parseTrustedSubject(text: string): TrustedSubject {
  if (text.trim() === '*') return { attributes: new Map() }
  const { name } = /^x509\.subject:(?<name>.*)$/s.exec(text.trim())?.groups ?? {}
  if (name === undefined) throw new Error('does not begin with x509.subject:')
  const attributes = parseName(name)
  for (const needed of ['C', 'ST', 'O']) {
    if (!attributes.has(needed)) throw new Error(`does not name ${needed}: country, state and organisation are needed`)
  }
  return { attributes }
}

function parseName(text: string): Attributes {
  const attributes = new Map<string, string>()
  // A value ends at a comma without a backslash before it.
  for (const [part] of text.matchAll(/(?:\\.|[^\\,])+/gs)) {
    const { type = '', value } = /^\s*(?<type>[A-Za-z0-9.]+)\s*=\s*(?<value>.*)$/s.exec(part)?.groups ?? {}
    if (value === undefined) throw new Error(`has ${JSON.stringify(part.trim().slice(0, 100))}, which is no NAME=VALUE`)
    const short = type.toUpperCase() === 'S' ? 'ST' : type.toUpperCase()
    if (!known.has(short)) throw new Error(`has ${type}, which is none of ${[...known].join(', ')}`)
    if (attributes.has(short)) throw new Error(`has ${short} twice`)
    attributes.set(short, unescaped(value))
  }
  return attributes
}

function unescaped(value: string): string {
  const isEscaped = value.endsWith('\\ ')
  const bare = isEscaped ? value.trimStart() : value.trim()
  if (/(?<!\\)\+/.test(bare)) throw new Error('has several values in one, which is not read')
  const bytes = bare.replace(/(?:\\[0-9a-f]{2})+/gi, (hex) =>
    Buffer.from(hex.replaceAll('\\', ''), 'hex').toString('utf8'),
  )
  return bytes.replace(/\\(?<character>.)/gs, '$<character>')
}

/** Whether the certificate has each attribute that is named. */
export function isTrustedSubject(subject: Attributes, { attributes }: TrustedSubject): boolean {
  return [...attributes].every(([name, value]) => subject.get(name) === value)
}
