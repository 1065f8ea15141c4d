// What a kind of token is made of. Each has a keyword in it, so that its pattern is tried in one place only, and every
// quantifier has an end: time is linear whatever stands there.

import type { Severity } from '../../model/severity.ts'

export interface TokenPattern {
  id: string
  title: string
  severity: Severity
  /** Texts that begin it, or that stand in it. */
  keywords: readonly string[]
  /** Characters of the token before its keyword. */
  lead?: number
  /** The keyword is part of a name (`APP_MAILGUN_KEY`), so that letters before it say nothing. */
  isInName?: boolean
  /** Sticky, from the token's first character on; its group `secret` is the secret, else all of it. */
  pattern: RegExp
  /** Characters before the token that the pattern may look at; 16 where nothing else is said. */
  before?: number
  /** Characters from the keyword on that the pattern may need; 300 where nothing else is said. */
  reach?: number
  /** Bits for each character of the secret below which it is made up. */
  entropy: number
  /** A checksum or structure of the format: what has it is not looked at for words that hold a place. */
  verify?: (secret: string) => boolean
  /** What is written alike and is none. */
  refuse?: (secret: string) => boolean
  /** Also in files of packages, where many have the same: it is public there, but sure to be one. */
  inPackages: boolean
}

export const sure = { inPackages: true, severity: 'critical', entropy: 3 } as const
export const likely = { inPackages: true, severity: 'high', entropy: 3.5 } as const
/** Sixteen digits have fewer bits. */
export const likelyHex = { inPackages: true, severity: 'high', entropy: 3 } as const
/** Of a form that is not theirs alone. */
export const onlyOwn = { inPackages: false, severity: 'high', entropy: 3.5 } as const
