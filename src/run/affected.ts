// Who is affected by a vulnerability, or has certain versions of a package: images, and the workloads that run them.

import { orders } from '../match/versions/list.ts'
import { parsePurl, type ParsedPurl } from '../lib/purl.ts'
import type { Package } from '../model/package.ts'
import { spelledAlike } from '../model/package-name.ts'
import type { Scope } from '../model/team.ts'
import type { Severity } from '../model/severity.ts'
import type { AffectedImage, AffectedWorkload, KnownPackage, VulnerablePackage } from '../store/query-affected.ts'
import type { AffectedQueries } from '../store/store.ts'
import { meets, parseConstraint, type Bound } from './version-constraint.ts'

export interface AffectedPackage {
  ecosystem: string
  name: string
  version: string
  purl: string
  fixedIn?: string
}

/** The vulnerability, where one was asked for and something in the estate has it. */
export interface AffectedBy {
  rule: string
  aliases: readonly string[]
  title: string
  severity: Severity
  exploited: boolean
}

/** Totals count all; lists hold at most the limit. */
export interface Affected {
  /** What was asked, as it was understood. */
  asked: { vulnerability: string } | { package: string; versions: string }
  vulnerabilities: readonly AffectedBy[]
  packages: readonly AffectedPackage[]
  images: { total: number; list: readonly Omit<AffectedImage, 'packages'>[] }
  workloads: { total: number; running: number; list: readonly AffectedWorkload[] }
  /** Images of which not all could be judged: they may be affected too. */
  notJudged: number
  /** Versions of the package that could not be compared with what was asked. */
  notCompared: readonly string[]
}

/** What was asked is neither the name of a vulnerability nor a package URL. */
export class NotAQuestion extends Error {
  override readonly name = 'NotAQuestion'
}

/** Throws `NotAQuestion` with what to write instead. */
export async function affected(
  queries: AffectedQueries,
  scope: Scope,
  question: string,
  limit: number,
): Promise<Affected> {
  const text = question.trim()
  const found = text.startsWith('pkg:') ? await byPackage(queries, text) : await byVulnerability(queries, text)
  const ids = [...new Set(found.packages.map(({ id }) => id))]
  const [containing, notJudged] = await Promise.all([queries.containing(scope, ids, limit), queries.notJudged(scope)])
  const { images, workloads } = containing
  // What only other teams have is not told.
  const seen = new Set(containing.packages)
  const packages = found.packages.filter(({ id }) => seen.has(id))
  return {
    asked: found.asked,
    vulnerabilities: vulnerabilitiesOf(packages),
    packages: distinct(packages),
    images: { total: images.total, list: images.list.map(({ id, name, usedBy }) => ({ id, name, usedBy })) },
    workloads,
    notJudged,
    notCompared: await visibleVersions(queries, scope, found.notCompared),
  }
}

async function visibleVersions(
  queries: AffectedQueries,
  scope: Scope,
  packages: readonly KnownPackage[],
): Promise<string[]> {
  if (packages.length === 0) return []
  const { packages: ids } = await queries.containing(
    scope,
    packages.map(({ id }) => id),
    0,
  )
  const seen = new Set(ids)
  return [...new Set(packages.flatMap((one) => (seen.has(one.id) ? [one.package.version] : [])))]
}

interface Found extends Pick<Affected, 'asked'> {
  packages: readonly (KnownPackage | VulnerablePackage)[]
  notCompared: readonly KnownPackage[]
}

async function byVulnerability(queries: AffectedQueries, text: string): Promise<Found> {
  if (!/^[A-Za-z][\w.:-]{2,199}$/.test(text)) throw new NotAQuestion(howToAsk(text))
  const upper = text.toUpperCase()
  // Names of CVE are in capitals; those of others have small letters too: GHSA-jfh8-c2jp-5v3q.
  const names = new Set([text, upper, upper.startsWith('GHSA-') ? `GHSA-${text.slice(5).toLowerCase()}` : text])
  const packages = (await Promise.all([...names].map((name) => queries.vulnerable(name)))).flat()
  return { asked: { vulnerability: text }, packages, notCompared: [] }
}

function vulnerabilitiesOf(packages: Found['packages']): AffectedBy[] {
  const byRule = new Map(packages.flatMap((found) => ('rule' in found ? [[found.rule, found] as const] : [])))
  return [...byRule.values()].map(({ rule, aliases, title, severity, exploited }) => {
    return { rule, aliases, title, severity, exploited }
  })
}

async function byPackage(queries: AffectedQueries, text: string): Promise<Found> {
  const wanted = parsePurl(text)
  const bounds = wanted && parseConstraint(wanted.version ?? '')
  if (!wanted || !bounds) throw new NotAQuestion(howToAsk(text))
  const known = (await queries.named(namesOf(wanted))).filter((one) => isSamePackage(one.package, wanted))
  const packages: KnownPackage[] = []
  const notCompared: KnownPackage[] = []
  for (const one of known) {
    const verdict = isWithin(one.package, bounds)
    if (verdict === true) packages.push(one)
    else if (verdict === undefined) notCompared.push(one)
  }
  const { version = '', ...rest } = wanted
  const name = [rest.namespace, rest.name].filter(Boolean).join('/')
  return {
    asked: { package: `pkg:${rest.type}/${name}`, versions: version === '' ? 'all' : version },
    packages,
    notCompared,
  }
}

/** Every way in which ecosystems write the name of a package with a namespace, and without. */
function namesOf({ namespace, name }: ParsedPurl): string[] {
  return namespace === undefined ? [name] : [name, `${namespace}/${name}`, `${namespace}:${name}`]
}

/** By the package's own purl; qualifiers that were given must be the same. */
function isSamePackage({ purl }: Omit<Package, 'place'>, wanted: ParsedPurl): boolean {
  const own = parsePurl(purl)
  if (!own || own.type !== wanted.type) return false
  const same = (a = '', b = ''): boolean => spelledAlike(a) === spelledAlike(b)
  return (
    same(own.name, wanted.name) &&
    same(own.namespace, wanted.namespace) &&
    Object.entries(wanted.qualifiers).every(([key, value]) => own.qualifiers[key] === value)
  )
}

/** Undefined where the versions have no order, or one of them is none of it. */
function isWithin({ ecosystem, version }: Omit<Package, 'place'>, bounds: readonly Bound[]): boolean | undefined {
  if (bounds.every(({ operator, version: bound }) => operator === '=' && bound === version)) return true
  const order = orders.find(({ ecosystems }) => ecosystems.includes(ecosystem))
  return order && meets(version, bounds, order)
}

function distinct(packages: Found['packages']): AffectedPackage[] {
  const byPurl = new Map(
    packages.map((found) => {
      const { ecosystem, name, version, purl } = found.package
      const fixedIn = 'fixedIn' in found ? found.fixedIn : undefined
      return [purl, { ecosystem, name, version, purl, ...(fixedIn === undefined ? {} : { fixedIn }) }]
    }),
  )
  return [...byPurl.values()]
}

function howToAsk(text: string): string {
  const given = text === '' ? 'nothing was asked' : `${text.slice(0, 100)} is neither`
  return `${given}: give the name of a vulnerability (CVE-2021-44228) or a package URL with versions (pkg:npm/lodash@<4.17.21)`
}
