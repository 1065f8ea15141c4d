// What one VEX document of Red Hat says of RPMs, as entries of a record.
//
// A product id such as `AppStream-9.5.0.Z.MAIN:expat-0:2.5.0-3.el9_5.1.x86_64` is a component of a platform; which ones it
// joins is told by the relationships, never by its text. The platform has a CPE; the component a purl, which older documents
// leave out where nothing is fixed: then its id is the name of the source package, behind the module where it has one
// (`postgresql:15/postgresql`), and only of the operating system itself is that known to be an RPM.

import { parsePurl } from '../../../lib/purl.ts'
import { redHatEcosystem, redHatMajor } from '../../../lib/red-hat-ecosystem.ts'
import type { Affected, FixState, RangeEvent } from '../../../model/advisory.ts'
import { productsIn, type CsafDocument, type CsafProduct, type CsafVulnerability } from './csaf.ts'

interface Component {
  ecosystem: string
  name: string
  /** Epoch, version and release. */
  version?: string
  isSource: boolean
  /** `postgresql:15` */
  module?: string
}

/** The stream of a build of which only the release tag tells that it is of one. */
const unnamed = '?'

type Told = (why: string) => void

/**
 * Besides the state, `database_specific` has `rpmmod`, the module stream where it is named, and `names: 'source'` on entries
 * that name a source package, as all that is not fixed does.
 */
export function affectedBy(document: CsafDocument, vulnerability: CsafVulnerability, tell: Told): Affected[] {
  const told = new Set<string>()
  const gap: Told = (why) => {
    if (!told.has(why)) tell(why)
    told.add(why)
  }
  const componentOf = componentsOf(document, gap)
  const {
    fixed,
    known_affected: open,
    known_not_affected: fine,
    under_investigation: unknown,
  } = vulnerability.product_status
  const entries = new Map<string, Affected>()
  const put = (entry: Affected): void => void entries.set(JSON.stringify(entry), entry)

  const fixes = fixed.flatMap((id) => componentOf(id) ?? [])
  const named = new Set(fixes.filter(({ isSource }) => !isSource).map(placeOf))
  for (const component of fixes) {
    if (component.version === undefined) gap(`${component.name} is fixed in a version that is not told`)
    // The source stands beside what is built from it; alone it is all that is known.
    else if (!(component.isSource && named.has(placeOf(component)))) {
      put(entryOf(component, [{ introduced: '0' }, { fixed: component.version }]))
    }
  }
  const states = statesOf(vulnerability, gap)
  for (const id of open) {
    for (const component of componentOf(id) ?? []) {
      if (!fixes.some((fix) => settles(fix, component))) {
        put(entryOf(component, [{ introduced: '0' }], states.get(id)))
      }
    }
  }
  for (const component of fine.flatMap((id) => componentOf(id) ?? [])) {
    put(entryOf(component, [{ introduced: '0' }, { fixed: '0' }], 'not affected'))
  }
  for (const component of unknown.flatMap((id) => componentOf(id) ?? [])) {
    put(entryOf(component, undefined, 'undetermined'))
  }
  return [...entries.values()]
}

/** A fix in the main line of the same release and stream: what still lists the component as affected is out of date. */
function settles(fix: Component, open: Component): boolean {
  const major = redHatMajor(open.ecosystem)
  if (major === undefined || redHatMajor(fix.ecosystem) !== major || fix.name !== open.name) return false
  if (fix.module === unnamed) return open.module !== undefined
  return fix.module === open.module
}

function placeOf({ ecosystem, name, version }: Component): string {
  return `${ecosystem}\n${name}\n${version}`
}

function entryOf(
  { ecosystem, name, isSource, module }: Component,
  events: RangeEvent[] | undefined,
  state?: FixState,
): Affected {
  const specific = {
    ...(state ? { fix_state: state } : {}),
    ...(module && module !== unnamed ? { rpmmod: module } : {}),
    ...(isSource ? { names: 'source' } : {}),
  }
  return {
    package: { ecosystem, name },
    // Neither ranges nor versions: nobody has looked, and nothing follows from it.
    ...(events ? { ranges: [{ type: 'ECOSYSTEM', events }] } : {}),
    ...(Object.keys(specific).length > 0 ? { database_specific: specific } : {}),
  }
}

/** The wording varies, within the category. */
function statesOf({ remediations }: CsafVulnerability, gap: Told): Map<string, FixState> {
  const states = new Map<string, FixState>()
  for (const { category, details, product_ids: ids } of remediations) {
    const state = stateOf(category, details)
    if (state === undefined && category === 'no_fix_planned')
      gap(`no fix is planned, in words that are new: ${details.slice(0, 80)}`)
    for (const id of ids) if (state !== undefined) states.set(id, state)
  }
  return states
}

function stateOf(category: string, details: string): FixState | undefined {
  if (category === 'none_available') return /defer/i.test(details) ? 'deferred' : undefined
  if (category !== 'no_fix_planned') return undefined
  if (/out of support/i.test(details)) return 'end of life'
  return /will not fix/i.test(details) ? 'will not fix' : undefined
}

/** Looks a product id up; none for what is no RPM. */
function componentsOf({ product_tree: tree }: CsafDocument, gap: Told): (id: string) => Component[] {
  const products = new Map<string, CsafProduct>()
  for (const product of productsIn(tree.branches)) products.set(product.product_id, product)
  const joined = new Map(tree.relationships.map((one) => [one.full_product_name.product_id, one]))
  return (id) => {
    const relationship = joined.get(id)
    // A product as a whole is no package.
    if (relationship === undefined) return []
    const { product_reference: component, relates_to_product_reference: platform } = relationship
    const cpe = products.get(platform)?.product_identification_helper?.cpe
    const ecosystem = cpe === undefined ? undefined : redHatEcosystem(cpe)
    if (ecosystem === undefined) return (gap(`${platform} has no CPE of Red Hat`), [])
    const purl = products.get(component)?.product_identification_helper?.purl
    const found = purl === undefined ? byName(component, ecosystem) : byPurl(purl, component, ecosystem, gap)
    return found ? [found] : []
  }
}

const operatingSystem = /^Red Hat:(?:enterprise_linux|rhel_\w+):/
const moduleLabel = /^(?<name>[\w.+-]+):(?<stream>[\w.+-]+)(?::\d+)?(?::[\w.+-]+)*$/

function byPurl(purl: string, component: string, ecosystem: string, gap: Told): Component | undefined {
  const parsed = parsePurl(purl)
  if (!parsed) return void gap(`${component} has a purl that is none`)
  if (parsed.type !== 'rpm') return undefined
  const { name, version, qualifiers } = parsed
  const labelled = qualifiers['rpmmod'] === undefined ? undefined : moduleLabel.exec(qualifiers['rpmmod'])?.groups
  if (qualifiers['rpmmod'] !== undefined && !labelled)
    return void gap(`${component} has a module that is none: ${qualifiers['rpmmod'].slice(0, 80)}`)
  const module = labelled ? `${labelled['name']}:${labelled['stream']}` : streamOf(version)
  const epoch = qualifiers['epoch'] ?? /-(?<epoch>\d+):/.exec(component)?.groups?.['epoch'] ?? '0'
  const isSource = qualifiers['arch'] === 'src'
  const isBuild = version !== undefined && /-\S/.test(version)
  return {
    ecosystem,
    name,
    isSource,
    ...(isBuild ? { version: `${epoch}:${version}` } : {}),
    ...(module ? { module } : {}),
  }
}

function streamOf(version = ''): string | undefined {
  return /\.module[+_]/.test(version) ? unnamed : undefined
}

/** `postgresql:15/postgresql`, or `tomcat`; `firefox:flatpak/firefox` is no RPM of the system. */
function byName(component: string, ecosystem: string): Component | undefined {
  const match = /^(?:(?<module>[\w.+-]+:[\w.+-]+)\/)?(?<name>[\w.+-]+)$/.exec(component)?.groups
  if (!operatingSystem.test(ecosystem) || !match || match['module']?.endsWith(':flatpak')) return undefined
  return { ecosystem, name: match['name']!, isSource: true, ...(match['module'] ? { module: match['module'] } : {}) }
}
