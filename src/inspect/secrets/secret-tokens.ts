// Tokens and keys that say by themselves what they are, in any file.

import { entropy } from '../../lib/entropy.ts'
import type { ContentScanner, Hit, Look, SearchedFile, Window } from '../content-scanner.ts'
import { isPlaceholder, provenanceOf } from './allowed.ts'
import { longestPrivateKey, privateKeyAt, type PrivateKey } from './private-key.ts'
import { secretHit } from './secret-hit.ts'
import { tokenPatterns, type TokenPattern } from './token-patterns.ts'

/** Characters that a pattern may look at from its keyword on, and before it. */
const usualReach = 300
const before = 16

/** `-----BEGIN ` in base64, as Kubernetes writes keys into its documents. */
const packedBegin = 'LS0tLS1CRUdJTi'

export const secretTokens: ContentScanner = {
  id: 'secret-tokens',
  looks: [
    ...tokenPatterns.flatMap((pattern) => pattern.keywords.map((keyword) => [keyword, tokenLook(pattern)] as const)),
    ['AKIA', awsKeyLook],
    ['ASIA', awsKeyLook],
    ['-----BEGIN ', privateKeyLook],
    [packedBegin, packedKeyLook],
  ],
  wants: ({ path }) => {
    const provenance = provenanceOf(path)
    // Compiled classes of libraries are a third of what Java images unpack to, and the same for everybody.
    return provenance === 'own' || (provenance === 'package' && !path.endsWith('.class'))
  },
}

function tokenLook(kind: TokenPattern): Look {
  return ({ bytes }, at, { path }) => {
    if (isPartOfWord(bytes[at - 1])) return undefined
    const text = bytes.toString(
      'latin1',
      Math.max(0, at - before),
      Math.min(bytes.length, at + (kind.reach ?? usualReach)),
    )
    kind.pattern.lastIndex = Math.min(at, before)
    const match = kind.pattern.exec(text)
    if (!match) return undefined
    const [whole] = match
    const secret = match.groups?.['secret'] ?? whole
    if (entropy(secret) < kind.entropy || kind.verify?.(secret) === false) return undefined
    if (!kind.verify && isPlaceholder(secret)) return undefined
    if (!kind.inPackages && provenanceOf(path) !== 'own') return undefined
    return secretHit(kind, secret, at, at + whole.length)
  }
}

const awsSecret = /(?<![A-Za-z0-9+/=])[A-Za-z0-9+/]{40}(?![A-Za-z0-9+/=])/g
/** Characters on either side of an id in which its secret is looked for. */
const awsReach = 400

/** The id of a key is no secret by itself; with its secret beside it, it signs in. */
function awsKeyLook({ bytes }: Window, at: number, { path }: SearchedFile): Hit | undefined {
  const end = at + 20
  const id = bytes.toString('latin1', at, end)
  if (!/^A[KS]IA[A-Z2-7]{16}$/.test(id) || isPartOfWord(bytes[at - 1]) || isPartOfWord(bytes[end])) return undefined
  // As the documents of AWS write them.
  if (id.endsWith('EXAMPLE') || entropy(id) < 3) return undefined
  const around = bytes.toString('latin1', Math.max(0, at - awsReach), Math.min(bytes.length, end + awsReach))
  const secret = around.match(awsSecret)?.find(isAwsSecret)
  if (secret !== undefined) {
    const kind = { id: 'aws-access-key', title: 'An access key of AWS with its secret', severity: 'critical' } as const
    return secretHit(kind, secret, at, end)
  }
  if (provenanceOf(path) !== 'own') return undefined
  const kind = {
    id: 'aws-access-key-id',
    title: 'The id of an access key of AWS; its secret is not near',
    severity: 'low',
  } as const
  return secretHit(kind, id, at, end)
}

function isAwsSecret(text: string): boolean {
  return /[a-z]/.test(text) && /[A-Z]/.test(text) && /\d/.test(text) && entropy(text) >= 4.2 && !/example/i.test(text)
}

function privateKeyLook({ bytes }: Window, at: number, file: SearchedFile): Hit | undefined {
  const head = /^-----BEGIN [A-Z0-9 ]{0,24}PRIVATE KEY(?: BLOCK)?-----/.exec(bytes.toString('latin1', at, at + 80))
  const end = head ? bytes.indexOf('-----END ', at + head[0].length, 'latin1') : -1
  if (end < 0 || end - at > longestPrivateKey) return undefined
  const key = privateKeyAt(bytes.toString('latin1', at, end + 64))
  return key && privateKeyHit(key, file, at, at + key.length)
}

function packedKeyLook({ bytes }: Window, at: number, file: SearchedFile): Hit | undefined {
  if (isPartOfWord(bytes[at - 1])) return undefined
  const [packed] = /^[A-Za-z0-9+/]+/.exec(bytes.toString('latin1', at, at + longestPrivateKey))!
  const key = privateKeyAt(Buffer.from(packed, 'base64').toString('latin1'))
  return key && privateKeyHit(key, file, at, at + packed.length)
}

function privateKeyHit(
  { base64, isEncrypted }: PrivateKey,
  { path, isExecutable }: SearchedFile,
  start: number,
  end: number,
): Hit | undefined {
  if (isEncrypted) {
    return secretHit(
      { id: 'encrypted-private-key', title: 'A private key, encrypted', severity: 'low' },
      base64,
      start,
      end,
    )
  }
  // Libraries for cryptography test themselves with keys that they carry.
  if (isExecutable && provenanceOf(path) === 'package') return undefined
  // Whoever has the package has the key: a danger only to those who use it.
  if (provenanceOf(path) === 'package') {
    return secretHit(
      { id: 'private-key', title: 'A private key that came with a package', severity: 'low' },
      base64,
      start,
      end,
    )
  }
  return secretHit({ id: 'private-key', title: 'A private key', severity: 'high' }, base64, start, end)
}

function isPartOfWord(byte: number | undefined): boolean {
  if (byte === undefined) return false
  const isLetter = (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a
  return isLetter || (byte >= 0x30 && byte <= 0x39) || byte === 0x5f
}
