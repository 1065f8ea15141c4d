// Oracle Linux: OVAL, one definition for each ELSA. What it tests stands in the comments of its criteria, as all that read
// it take it: `openssl is earlier than 1:1.1.1g-15.el8_3`. Builds for ksplice and FIPS have versions of their own, which compare
// with nothing else: their fixes stand beside the others. https://linux.oracle.com/security/oval/

import { child, parseXml, type XmlElement } from '../../lib/xml.ts'
import type { Advisory, Affected, FeedItem } from '../../model/advisory.ts'
import type { Scan } from '../../model/scan.ts'
import type { Feed, FeedDocument } from '../feed.ts'
import { rpm } from '../versions/rpm.ts'
import { fixedIn, toInstant } from './formats/updateinfo.ts'

export const oracle: Feed = {
  id: 'oracle',
  files: ['**/oracle/**/*.oval.xml', '**/com.oracle.elsa-*.xml'],
  cut: { element: 'definition' },
  remote: {
    files: [
      {
        url: 'https://linux.oracle.com/security/oval/com.oracle.elsa-all.xml.bz2',
        path: 'com.oracle.elsa-all.xml.bz2',
      },
    ],
  },
  read,
}

function* read({ path, text }: FeedDocument, scan: Scan): Generator<FeedItem> {
  try {
    const advisory = toAdvisory(parseXml(text))
    if (advisory) yield { kind: 'advisory', advisory }
  } catch (error) {
    scan.gap(`a definition that ${(error as Error).message}`, { path })
  }
}

function toAdvisory(definition: XmlElement): Advisory | undefined {
  const metadata = child(definition, 'metadata')
  const references = metadata?.children.filter(({ name }) => name === 'reference') ?? []
  const refs = (source: string): string[] =>
    references.flatMap(({ attributes }) =>
      attributes.get('source')?.toLowerCase() === source ? [attributes.get('ref_id') ?? ''] : [],
    )
  const [id] = refs('elsa')
  if (definition.name !== 'definition' || !id) throw new Error('names no ELSA')
  const advisory = child(metadata, 'advisory')
  const listed = advisory?.children.flatMap(({ name, text }) => (name === 'cve' ? [text] : [])) ?? []
  const cves = [...new Set([...refs('cve'), ...listed])].filter((cve) => /^CVE-\d+-\d+$/.test(cve))
  const criteria = child(definition, 'criteria')
  const affected = criteria ? affectedBy([...fixesIn(criteria, {})]) : []
  if (affected.length === 0) return undefined
  return {
    id,
    modified: toInstant(child(advisory, 'issued')?.attributes.get('date')),
    ...(cves.length > 0 ? { upstream: cves } : {}),
    summary: (child(metadata, 'title')?.text ?? id).replaceAll(/\s+/g, ' '),
    affected,
    database_specific: { severity: child(advisory, 'severity')?.text.toLowerCase() ?? '' },
  }
}

interface Condition {
  release?: string
  arch?: string
  module?: string
}

interface Fix extends Condition {
  name: string
  fixed: string
}

const patterns = {
  release: /^Oracle Linux (?<value>\d+) is installed$/,
  arch: /^Oracle Linux arch is (?<value>\S+)$/,
  module: /^Module (?<value>\S+:\S+) is enabled$/,
}
const earlier = /^(?<name>\S+) is earlier than (?<fixed>\S+)$/

/** What stands beside a fix under the same AND, and above it, is its condition. */
function* fixesIn(criteria: XmlElement, above: Condition): Generator<Fix> {
  const comments = criteria.children.flatMap(({ name, attributes }) =>
    name === 'criterion' ? [attributes.get('comment') ?? ''] : [],
  )
  const isAnd = criteria.attributes.get('operator') !== 'OR'
  const condition = isAnd ? { ...above, ...conditionIn(comments) } : above
  for (const comment of comments) {
    const { name, fixed } = earlier.exec(comment)?.groups ?? {}
    if (name && fixed) yield { ...condition, name, fixed }
  }
  for (const inner of criteria.children) if (inner.name === 'criteria') yield* fixesIn(inner, condition)
}

function conditionIn(comments: readonly string[]): Condition {
  const found = Object.entries(patterns).flatMap(([key, pattern]) => {
    const value = comments.map((comment) => pattern.exec(comment)?.groups?.['value']).find(Boolean)
    return value === undefined ? [] : [[key, value] as const]
  })
  return Object.fromEntries(found)
}

/** Of several versions for one architecture the highest holds; where architectures differ, each has its entry. */
function affectedBy(fixes: readonly Fix[]): Affected[] {
  const same = Map.groupBy(fixes, ({ release, module = '', name, fixed }) =>
    [release, module, name, flavourOf(fixed)].join('\n'),
  )
  return [...same.values()].flatMap((group) => {
    const { release, module, name } = group[0]!
    if (release === undefined) throw new Error('does not say which release it is of')
    const byArch = Map.groupBy(group, ({ arch = '' }) => arch)
    const highest = Array.from(byArch, ([arch, ofArch]) => ({ arch, fixed: highestOf(ofArch) }))
    const versions = new Set(highest.map(({ fixed }) => fixed))
    const entries = versions.size === 1 ? [{ arch: '', fixed: highest[0]!.fixed }] : highest
    return entries.map(({ arch, fixed }) => {
      const specific = { ...(module ? { rpmmod: module } : {}), ...(arch ? { arch } : {}) }
      const entry = fixedIn(`Oracle Linux:${release}`, name, fixed)
      return Object.keys(specific).length > 0 ? { ...entry, database_specific: specific } : entry
    })
  })
}

/** As the release says it: `15.ksplice1.el8_3`, `4.0.1.el8_4_fips`. */
function flavourOf(version: string): string {
  return /\.ksplice\d|_fips/.exec(version)?.[0] ?? ''
}

function highestOf(fixes: readonly Fix[]): string {
  return fixes.map(({ fixed }) => fixed).toSorted((a, b) => (rpm.valid(a) && rpm.valid(b) ? rpm.compare(b, a) : 0))[0]!
}
