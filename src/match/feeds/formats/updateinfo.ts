// updateinfo.xml, the list of advisories in a repository of RPMs: one `<update>` for each, which lists what fixes it.
// There is no schema; https://github.com/rpm-software-management/createrepo_c writes it.

import { child, parseXml, type XmlElement } from '../../../lib/xml.ts'
import type { Advisory, Affected } from '../../../model/advisory.ts'

/** The ecosystem with its release that a collection is of, by its short name; undefined for one that is not known. */
export type EcosystemOf = (collection: string) => string | undefined

/** A record; undefined for an update that fixes no vulnerability. Throws a clause for what is none. */
export function updateAdvisory(text: string, ecosystemOf: EcosystemOf): Advisory | undefined {
  const update = parseXml(text)
  const id = child(update, 'id')?.text ?? ''
  if (update.name !== 'update' || id === '') throw new Error('is no update with an id')
  const cves = referencesOf(update, 'cve')
  if (update.attributes.get('type') !== 'security' && cves.length === 0) return undefined
  const summary = child(update, 'title')?.text ?? ''
  return {
    id,
    modified: toInstant(dateOf(update, 'updated') ?? dateOf(update, 'issued')),
    ...(cves.length > 0 ? { upstream: cves } : {}),
    ...(summary === '' ? {} : { summary }),
    affected: affectedBy(update, ecosystemOf),
    database_specific: { severity: child(update, 'severity')?.text.toLowerCase() ?? '' },
  }
}

function referencesOf(update: XmlElement, type: string): string[] {
  const references = child(update, 'references')?.children ?? []
  return references.flatMap(({ attributes }) =>
    attributes.get('type') === type && attributes.get('id') ? [attributes.get('id')!] : [],
  )
}

function affectedBy(update: XmlElement, ecosystemOf: EcosystemOf): Affected[] {
  const entries = new Map<string, Affected>()
  for (const collection of child(update, 'pkglist')?.children ?? []) {
    const short = collection.attributes.get('short') ?? ''
    const ecosystem = ecosystemOf(short)
    if (ecosystem === undefined) throw new Error(`is of the collection ${JSON.stringify(short)}, which is not known`)
    for (const { name: element, attributes } of collection.children) {
      if (element !== 'package') continue
      const [name, version, release] = ['name', 'version', 'release'].map((key) => attributes.get(key) ?? '')
      if (!name || !version || !release) throw new Error('lists a package without name, version or release')
      const epoch = attributes.get('epoch') ?? '0'
      const fixed = `${epoch === '0' || epoch === '' ? '' : `${epoch}:`}${version}-${release}`
      // The same for each architecture.
      entries.set(`${ecosystem}\n${name}\n${fixed}`, fixedIn(ecosystem, name, fixed))
    }
  }
  return [...entries.values()]
}

export function fixedIn(ecosystem: string, name: string, fixed: string): Affected {
  return { package: { ecosystem, name }, ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed }] }] }
}

function dateOf(update: XmlElement, name: string): string | undefined {
  return child(update, name)?.attributes.get('date')
}

/** `2018-01-16 01:28`, which is UTC, or whole already; what is neither is no time to go by. */
export function toInstant(date = ''): string {
  const { day, time = '00:00' } =
    /^(?<day>\d{4}-\d\d-\d\d)(?:[ T](?<time>\d\d:\d\d(?::\d\d)?))?/.exec(date)?.groups ?? {}
  if (day === undefined) return '0001-01-01T00:00:00Z'
  return `${day}T${time.length === 5 ? `${time}:00` : time}Z`
}
