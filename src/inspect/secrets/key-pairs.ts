// Keys in two parts: an id that says by itself what it is, and a secret that only its place beside the id tells.

import { entropy } from '../../lib/entropy.ts'
import type { Hit, Look } from '../content-scanner.ts'
import { provenanceOf } from './allowed.ts'
import { secretHit } from './secret-hit.ts'
import { isOfWord, isPartOfWord } from './word-ends.ts'

interface KeyPair {
  id: string
  /** Of whom: ends the title. */
  of: string
  /** Texts that begin the id. */
  keywords: readonly string[]
  /** Of the whole id, sticky. */
  idForm: RegExp
  /** Global, to be tried on what stands around the id; the group `secret`, else all of it. */
  secretForm: RegExp
  /** Bits for each character of the secret. */
  entropy: number
  /** Whether the id alone is told: a place to look for the secret. */
  isToldAlone: boolean
}

const keyPairs: readonly KeyPair[] = [
  {
    id: 'aws-access-key',
    of: 'AWS',
    keywords: ['AKIA', 'ASIA'],
    idForm: /A[KS]IA[A-Z2-7]{16}/y,
    // After `=`, too, but not the end of something longer
    secretForm: /(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{40}(?![A-Za-z0-9+/=])/g,
    entropy: 4.2,
    isToldAlone: true,
  },
  {
    id: 'gcs-hmac-key',
    of: 'Google Cloud Storage',
    // https://docs.cloud.google.com/storage/docs/authentication/hmackeys
    keywords: ['GOOG'],
    idForm: /GOOG(?:1[A-Z0-9]{56}|[A-Z0-9]{20})/y,
    secretForm: /(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{40}(?![A-Za-z0-9+/=])/g,
    entropy: 4.2,
    isToldAlone: false,
  },
  {
    id: 'alibaba-access-key',
    of: 'Alibaba Cloud',
    keywords: ['LTAI'],
    idForm: /LTAI[A-Za-z0-9]{12,20}/y,
    secretForm: /(?<![A-Za-z0-9+/])[A-Za-z0-9]{30}(?![A-Za-z0-9+/=])/g,
    entropy: 3.8,
    isToldAlone: true,
  },
  {
    id: 'tencent-access-key',
    of: 'Tencent Cloud',
    keywords: ['AKID'],
    idForm: /AKID[A-Za-z0-9]{32}/y,
    secretForm: /(?<![A-Za-z0-9+/])[A-Za-z0-9]{32}(?![A-Za-z0-9+/=])/g,
    entropy: 3.8,
    isToldAlone: false,
  },
  {
    id: 'exoscale-key',
    of: 'Exoscale',
    keywords: ['EXO'],
    idForm: /EXO[0-9a-f]{24}/y,
    secretForm: /(?<![\w-])[\w-]{43}(?![\w=-])/g,
    entropy: 4.2,
    isToldAlone: false,
  },
  {
    id: 'scaleway-key',
    of: 'Scaleway',
    keywords: ['SCW'],
    idForm: /SCW[A-Z0-9]{17}/y,
    // Projects and organizations beside it have ids of the same form
    secretForm: /secret[_-]?key["']?\s{0,4}[:=]\s{0,4}["']?(?<secret>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/gi,
    entropy: 3,
    isToldAlone: false,
  },
]

/** Characters on either side of an id in which its secret is looked for. */
const around = 400

export const keyPairLooks: readonly (readonly [keyword: string, look: Look])[] = keyPairs.flatMap((pair) =>
  pair.keywords.map((keyword) => [keyword, pairLook(pair)] as const),
)

/** The id of a key is no secret by itself; with its secret beside it, it signs in. */
function pairLook(pair: KeyPair): Look {
  return ({ bytes }, at, { path, isExecutable }) => {
    if (isPartOfWord(bytes, at)) return undefined
    pair.idForm.lastIndex = 0
    const [id] = pair.idForm.exec(bytes.toString('latin1', at, at + 80)) ?? []
    if (id === undefined) return undefined
    const end = at + id.length
    // As the documents of AWS write them.
    if (isOfWord(bytes[end]) || id.endsWith('EXAMPLE') || entropy(id) < 3) return undefined
    const before = bytes.toString('latin1', Math.max(0, at - around), at)
    const after = bytes.toString('latin1', end, Math.min(bytes.length, end + around))
    const secret = secretIn(before, pair) ?? secretIn(after, pair)
    // Programs that look for such ids carry some
    const isSetting = provenanceOf(path) === 'own' && !isExecutable
    return pairHit(pair, { id, secret, isSetting }, at, end)
  }
}

function secretIn(text: string, { secretForm, entropy: least }: KeyPair): string | undefined {
  for (const match of text.matchAll(secretForm)) {
    const secret = match.groups?.['secret'] ?? match[0]
    if (isMixed(secret) && entropy(secret) >= least && !/example/i.test(secret)) return secret
  }
  return undefined
}

/** Not a hash in hex, nor words; an UUID says by its name what it is. */
function isMixed(text: string): boolean {
  return text.includes('-') || (/[a-z]/.test(text) && /[A-Z]/.test(text) && /\d/.test(text))
}

function pairHit(
  { id: rule, of, isToldAlone }: KeyPair,
  { id, secret, isSetting }: { id: string; secret: string | undefined; isSetting: boolean },
  start: number,
  end: number,
): Hit | undefined {
  if (secret !== undefined) {
    return secretHit(
      { id: rule, title: `An access key of ${of} with its secret`, severity: 'critical' },
      secret,
      start,
      end,
    )
  }
  if (!isSetting || !isToldAlone) return undefined
  const title = `The id of an access key of ${of}; its secret is not near`
  return secretHit({ id: `${rule}-id`, title, severity: 'low' }, id, start, end)
}
