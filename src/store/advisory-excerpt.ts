// What the index has at hand of a record to judge one package by: what it says of the vulnerability (the head), and its entries
// of that package. Distributions' errata name hundreds of packages, and PyPI's records list all versions that ever were, so
// that reading whole records took most of the time of judging an image.

import { joined, JoinedTexts } from '../lib/joined-texts.ts'
import type { Advisory, Affected } from '../model/advisory.ts'

/** All but its entries, as JSON. */
export function headOf(advisory: Advisory): string {
  return JSON.stringify({ ...advisory, affected: undefined })
}

/** An entry without what the name says under which it is found; a fix alone where there is no more to it. */
type Excerpt =
  | string
  | (Omit<Affected, 'package' | 'versions'> & {
      package?: { name?: string; purl?: string } | undefined
      versions?: string | string[] | undefined
    })

/** The entries of one package, as JSON; `name`: the one under which it is found. */
export function entriesText(entries: readonly Affected[], name: string): string {
  return JSON.stringify(entries.map((entry) => excerptOf(entry, name)))
}

/** Made of every entry of every record: what is not needed is not copied. */
function excerptOf(entry: Affected, name: string): Excerpt {
  const { package: named, versions } = entry
  // Of a purl nothing else is asked that the name does not tell.
  const purl = named?.purl?.includes('rpmmod') ? { purl: named.purl } : undefined
  const written = named?.name === name ? undefined : { name: named?.name }
  const own = (purl ?? written) && ({ ...written, ...purl } as { name?: string; purl?: string })
  const fix = own || versions ? undefined : onlyFix(entry)
  return fix ?? { ...entry, package: own, versions: versions && listOf([...versions]) }
}

function listOf(versions: string[]): string | string[] {
  return versions.length === 0 ? versions : (joined(versions) ?? versions)
}

/** Of an entry that says no more than that all versions before it are affected, as nearly all of distributions do. */
function onlyFix(entry: Affected): string | undefined {
  const { package: named, ranges: [range, ...others] = [] } = entry
  if (others.length > 0 || range?.type !== 'ECOSYSTEM' || range.events.length !== 2) return undefined
  const [first, second] = range.events
  const isAll = first!.introduced === '0' && fields(first!) === 1 && fields(second!) === 1 && fields(range) === 2
  return isAll && fields(entry) === (named ? 2 : 1) ? second!.fixed : undefined
}

function fields(part: object): number {
  let count = 0
  for (const value of Object.values(part)) if (value !== undefined) count++
  return count
}

function upTo(fixed: string): Affected {
  return { ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed }] }] }
}

/** `text`: a JSON array of heads, each with the entries of the package after it. Throws where it is none. */
export function readExcerpts(text: string, ecosystem: string, name: string): Advisory[] {
  const stored = JSON.parse(text) as (Advisory | Excerpt[])[]
  const found = { ecosystem, name }
  const advisories: Advisory[] = []
  for (let at = 0; at < stored.length; at += 2) {
    const advisory = stored[at] as Advisory
    advisory.affected = (stored[at + 1] as Excerpt[]).map((excerpt) => toEntry(excerpt, found))
    advisories.push(advisory)
  }
  return advisories
}

function toEntry(excerpt: Excerpt, found: { ecosystem: string; name: string }): Affected {
  const entry = (typeof excerpt === 'string' ? upTo(excerpt) : excerpt) as Affected
  entry.package = entry.package ? { ...found, ...entry.package } : found
  if (typeof entry.versions === 'string') entry.versions = new JoinedTexts(entry.versions)
  return entry
}
