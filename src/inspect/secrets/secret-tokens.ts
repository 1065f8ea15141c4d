// Tokens and keys that say by themselves what they are, in any file.

import { entropy } from '../../lib/entropy.ts'
import type { ContentScanner, Hit, Look, SearchedFile, Window } from '../content-scanner.ts'
import { isPlaceholder, provenanceOf } from './allowed.ts'
import { keyPairLooks } from './key-pairs.ts'
import { isWithinPacked, packedStart, unpackedAt } from './packed.ts'
import { privateKeyLooks } from './private-key-looks.ts'
import { registrySignIn, registrySignInHit } from './registry-sign-in.ts'
import { secretHit } from './secret-hit.ts'
import type { TokenPattern } from './token-pattern.ts'
import { tokenPatterns } from './token-patterns.ts'
import { isPartOfWord } from './word-ends.ts'

/** Characters that a pattern may look at from its keyword on, and before the token. */
const usualReach = 300
const usualBefore = 16

/** How the settings of Docker begin, as it writes them and as Kubernetes does. */
const dockerStarts = ['{"auths":', '{ "auths":', '{\n\t"auths":', '{\n  "auths":', '{\n    "auths":']
const longestDockerSettings = 12 * 1024

export const secretTokens: ContentScanner = {
  id: 'secret-tokens',
  looks: [
    ...tokenPatterns.flatMap((pattern) => pattern.keywords.map((keyword) => [keyword, tokenLook(pattern)] as const)),
    ...tokenPatterns.filter(isWholeValue).flatMap((pattern) => {
      return pattern.keywords.map((keyword) => [packedStart(keyword), packedTokenLook(pattern)] as const)
    }),
    ...keyPairLooks,
    ...privateKeyLooks,
    ...dockerStarts.map((start) => [packedStart(start), packedSignInLook] as const),
  ],
  wants: ({ path }) => {
    const provenance = provenanceOf(path)
    // Compiled classes of libraries are a third of what Java images unpack to, and the same for everybody.
    return provenance === 'own' || (provenance === 'package' && !path.endsWith('.class'))
  },
}

function tokenLook(kind: TokenPattern): Look {
  const { lead = 0, before = usualBefore, reach = usualReach, isInName = false } = kind
  return ({ bytes }, at, { path }) => {
    const start = at - lead
    if (start < 0 || (!isInName && isPartOfWord(bytes, start))) return undefined
    const from = Math.max(0, start - before)
    const found = tokenAt(kind, bytes.toString('latin1', from, Math.min(bytes.length, at + reach)), start - from, path)
    return found && secretHit(kind, found.secret, start, start + found.length)
  }
}

/** Whether its keyword begins a value, which Kubernetes packs whole. */
function isWholeValue({ lead, isInName, keywords }: TokenPattern): boolean {
  return lead === undefined && !isInName && keywords.every((keyword) => !/[/=]/.test(keyword))
}

function packedTokenLook(kind: TokenPattern): Look {
  const most = Math.ceil(((kind.reach ?? usualReach) * 4) / 3)
  return ({ bytes }, at, { path }) => {
    if (isPartOfWord(bytes, at) || isWithinPacked(bytes[at - 1])) return undefined
    const { text, length } = unpackedAt(bytes.toString('latin1', at, Math.min(bytes.length, at + most)))
    const found = tokenAt(kind, text, 0, path)
    return found && secretHit(kind, found.secret, at, at + length)
  }
}

function tokenAt(
  { pattern, entropy: least, verify, refuse, inPackages }: TokenPattern,
  text: string,
  at: number,
  path: string,
): { secret: string; length: number } | undefined {
  pattern.lastIndex = at
  const match = pattern.exec(text)
  if (!match) return undefined
  const [whole] = match
  const secret = match.groups?.['secret'] ?? whole
  if (entropy(secret) < least || (!inPackages && provenanceOf(path) !== 'own')) return undefined
  if (verify ? !verify(secret) : isPlaceholder(secret)) return undefined
  return refuse?.(secret) ? undefined : { secret, length: whole.length }
}

function packedSignInLook({ bytes }: Window, at: number, { path }: SearchedFile): Hit | undefined {
  if (provenanceOf(path) !== 'own' || isPartOfWord(bytes, at) || isWithinPacked(bytes[at - 1])) return undefined
  const { text, length } = unpackedAt(bytes.toString('latin1', at, Math.min(bytes.length, at + longestDockerSettings)))
  const signIn = registrySignIn(text)
  return signIn && registrySignInHit(signIn.password, at, at + length)
}
