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
      package?: { name?: string; purl?: string }
      versions?: string | string[]
    })

/** The entries of one package, as JSON; `name`: the one under which it is found. */
export function entriesText(entries: readonly Affected[], name: string): string {
  return JSON.stringify(entries.map((entry) => excerptOf(entry, name)))
}

function excerptOf({ package: named, versions, ...others }: Affected, name: string): Excerpt {
  const written = named?.name === name ? {} : { name: named?.name }
  // Of a purl nothing else is asked that the name does not tell.
  const purl = named?.purl?.includes('rpmmod') ? { purl: named.purl } : {}
  const own = { ...written, ...purl }
  const isNamed = Object.keys(own).length > 0
  const fix = isNamed || versions !== undefined ? undefined : onlyFix(others)
  if (fix !== undefined) return fix
  const list = versions && [...versions]
  return {
    ...others,
    ...(isNamed ? { package: own as { name?: string; purl?: string } } : {}),
    ...(list ? { versions: list.length === 0 ? list : (joined(list) ?? list) } : {}),
  }
}

/** Of an entry that says no more than that all versions before it are affected, as nearly all of distributions do. */
function onlyFix({ ranges = [], ...others }: Omit<Affected, 'package' | 'versions'>): string | undefined {
  const [range] = ranges
  if (ranges.length !== 1 || range!.type !== 'ECOSYSTEM' || range!.events.length !== 2) return undefined
  const [first, second] = range!.events
  const isAll = first!.introduced === '0' && !saysMore(first!, 1) && !saysMore(range!, 2)
  return isAll && !saysMore(second!, 1) && !saysMore(others, 0) ? second!.fixed : undefined
}

/** Whether it has more fields than so many. */
function saysMore(part: object, than: number): boolean {
  return Object.values(part).filter((value) => value !== undefined).length > than
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
