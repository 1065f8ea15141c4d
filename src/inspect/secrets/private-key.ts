// Private keys in PEM, by what they hold: a key that is cut, made up or a placeholder is none.
// https://www.rfc-editor.org/rfc/rfc7468, OpenSSH's PROTOCOL.key, https://www.rfc-editor.org/rfc/rfc9580#section-6.2

export interface PrivateKey {
  /** Of the whole, from `-----BEGIN` to after `-----END …-----`. */
  length: number
  /** Its bytes, as base64 without anything else. */
  base64: string
  /** Useless without its passphrase. */
  isEncrypted: boolean
}

/** Characters of the longest that is read: RSA of 16,384 bits takes some 13,000. */
export const longestPrivateKey = 15 * 1024

/** `text` begins with `-----BEGIN `. Lines may end in a line feed or, as in JSON, in `\n` written out. */
export function privateKeyAt(text: string): PrivateKey | undefined {
  const head = /^-----BEGIN (?<label>(?:[A-Z0-9]{2,9} ){0,2}PRIVATE KEY(?: BLOCK)?)-----/.exec(text)
  if (!head) return undefined
  const label = head.groups!['label']!
  const end = text.indexOf('-----', head[0].length)
  if (end < 0 || end > longestPrivateKey || !text.startsWith(`-----END ${label}-----`, end)) return undefined
  const lines = text
    .slice(head[0].length, end)
    .split(/\\r\\n|\\n|\\r|[\r\n]+/)
    .map((line) => line.trim())
  const headers = lines.filter((line) => line.includes(': '))
  // In a variable the lines of a key are often one, with spaces between them
  const words = lines.flatMap((line) => (line.includes(': ') ? [] : line.split(/[ \t]+/)))
  const base64 = words.filter((word) => /^[A-Za-z0-9+/]+={0,2}$/.test(word)).join('')
  const bytes = Buffer.from(base64, 'base64')
  const length = end + `-----END ${label}-----`.length
  if (headers.some((line) => line.includes('ENCRYPTED'))) {
    return looksEncrypted(bytes) ? { length, base64, isEncrypted: true } : undefined
  }
  const isEncrypted = holdsKey(bytes, label)
  return isEncrypted === undefined ? undefined : { length, base64, isEncrypted }
}

/**
 * `text` begins with `PuTTY-User-Key-File-`. The lines of the private part are counted.
 * https://tartarus.org/~simon/putty-snapshots/htmldoc/AppendixC.html
 */
export function puttyKeyAt(text: string): PrivateKey | undefined {
  const head =
    /^PuTTY-User-Key-File-[23]: [\w@.-]{4,60}\r?\nEncryption: (?<cipher>[\w-]{4,20})\r?\n[^]{20,6000}?\nPrivate-Lines: (?<lines>\d{1,3})\r?\n/.exec(
      text,
    )
  if (!head) return undefined
  const { cipher, lines: count } = head.groups!
  const lines = text.slice(head[0].length).split(/\r?\n/, Number(count))
  if (lines.length < Number(count) || !lines.every((line) => /^[A-Za-z0-9+/]{1,64}={0,2}$/.test(line))) return undefined
  const base64 = lines.join('')
  const isKey = new Set(Buffer.from(base64, 'base64')).size > 16
  const length = text.indexOf(lines.at(-1)!, head[0].length) + lines.at(-1)!.length
  return isKey ? { length, base64, isEncrypted: cipher !== 'none' } : undefined
}

/** Characters of a JWK on either side of its private part, for RSA of 8,192 bits. */
export const longestJwk = 8 * 1024

/** `text` begins with `"d":`, the private part of https://www.rfc-editor.org/rfc/rfc7518#section-6, of the object that stands around it. */
export function jwkAt(text: string, before: string): PrivateKey | undefined {
  const [whole = '', part = ''] = /^"d"\s?:\s?"([\w-]{40,1400})"/.exec(text) ?? []
  const object = `${before.slice(before.lastIndexOf('{') + 1)}${text.slice(0, text.indexOf('}'))}`
  if (part === '' || !/"kty"\s?:\s?"(?:RSA|EC|OKP)"/.test(object)) return undefined
  const bytes = Buffer.from(part, 'base64url')
  return new Set(bytes).size > 16
    ? { length: whole.length, base64: bytes.toString('base64'), isEncrypted: false }
    : undefined
}

/** Whether the key is encrypted; undefined when it is none. */
function holdsKey(bytes: Buffer, label: string): boolean | undefined {
  if (label.startsWith('OPENSSH')) return holdsOpenSshKey(bytes)
  if (label.endsWith('BLOCK')) return isSecretKeyPacket(bytes) ? false : undefined
  const isWhole = bytes.length > 40 && bytes[0] === 0x30 && derLength(bytes) === bytes.length
  return isWhole ? label.startsWith('ENCRYPTED') : undefined
}

/** Before PKCS #8 the whole was encrypted: all that can be said is that it is of whole blocks of a cipher. */
function looksEncrypted(bytes: Buffer): boolean {
  return bytes.length >= 64 && bytes.length % 8 === 0 && new Set(bytes).size > 32
}

/** Bytes of a DER sequence with its head; https://www.itu.int/rec/T-REC-X.690 §8.1.3. */
function derLength(bytes: Buffer): number {
  const first = bytes[1]!
  if (first < 0x80) return 2 + first
  const count = first & 0x7f
  return count >= 1 && count <= 4 ? 2 + count + bytes.readUIntBE(2, count) : -1
}

const openSshMagic = 'openssh-key-v1\0'

function holdsOpenSshKey(bytes: Buffer): boolean | undefined {
  if (bytes.length < 100 || bytes.toString('latin1', 0, openSshMagic.length) !== openSshMagic) return undefined
  const length = bytes.readUInt32BE(openSshMagic.length)
  const cipher = bytes.toString('latin1', openSshMagic.length + 4, openSshMagic.length + 4 + Math.min(length, 64))
  return cipher !== 'none'
}

/** Tag 5 in the old or the new form of a packet's head. */
function isSecretKeyPacket(bytes: Buffer): boolean {
  const [first = 0] = bytes
  return bytes.length > 100 && (first === 0xc5 || (first >= 0x94 && first <= 0x97))
}
