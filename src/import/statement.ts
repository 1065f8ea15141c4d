// What a VEX document says, in one shape for all formats.

import { parsePurl, type ParsedPurl } from '../lib/purl.ts'

export const vexStatuses = ['not affected', 'fixed', 'affected', 'under investigation'] as const
export type VexStatus = (typeof vexStatuses)[number]

/** What a statement is about: an image or a package, and where subcomponents are named, those in it alone. */
export interface VexProduct {
  purl?: ParsedPurl
  /** Digests of an image, `sha256:…`. */
  digests?: readonly string[]
  /** Neither a purl nor a digest: compared as it is written with the target's names. */
  name?: string
  subcomponents: readonly ParsedPurl[]
}

export interface VexStatement {
  /** The file. */
  document: string
  author?: string
  /** All names of the vulnerability. */
  vulnerabilities: readonly string[]
  products: readonly VexProduct[]
  status: VexStatus
  /** Label of OpenVEX and CSAF. */
  justification?: string
  /** In the author's words. */
  detail?: string
  /** Milliseconds since 1970; -Infinity where the document has no time, so that any other is newer. */
  at: number
}

/** A text that names a product in whatever way. */
export function productNamed(text: string): Omit<VexProduct, 'subcomponents'> {
  const purl = parsePurl(text)
  if (purl) return { purl }
  const digest = /(?:^|@)(?<digest>sha256:[0-9a-f]{64})$/.exec(text)?.groups?.['digest']
  return digest === undefined ? { name: text } : { digests: [digest] }
}

/** A time of RFC 3339; what cannot be read counts as no time. */
export function instant(text: string | undefined): number {
  const match = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d):(\d\d)(?:\.\d+)?(Z|[+-]\d\d:\d\d))?$/i.exec(text ?? '')
  if (!match) return -Infinity
  const [, year, month, day, hour = '0', minute = '0', second = '0', zone = 'Z'] = match
  const days = daysSince1970(Number(year), Number(month), Number(day))
  const seconds = days * 86_400 + Number(hour) * 3600 + Number(minute) * 60 + Number(second)
  return (seconds - offsetOf(zone)) * 1000
}

function offsetOf(zone: string): number {
  if (zone.toUpperCase() === 'Z') return 0
  const [hours, minutes] = zone.slice(1).split(':').map(Number)
  return (zone.startsWith('-') ? -1 : 1) * (hours! * 3600 + minutes! * 60)
}

/** Of the proleptic Gregorian calendar: years that begin in March, so that the day of February comes last. */
function daysSince1970(year: number, month: number, day: number): number {
  const from = month > 2 ? year : year - 1
  const inYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1
  return from * 365 + Math.floor(from / 4) - Math.floor(from / 100) + Math.floor(from / 400) + inYear - 719_468
}
