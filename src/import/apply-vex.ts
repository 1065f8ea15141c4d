// VEX statements on findings: the newest one counts, what it silences is shown as suppressed, and contradictions are shown.

import { findingId, type Finding, type Suppression } from '../model/finding.ts'
import type { SubLayer } from '../model/layers.ts'
import type { Package } from '../model/package.ts'
import type { Gap } from '../model/scan.ts'
import type { VexStatement } from './statement.ts'
import { packagesOf, type VexTarget } from './vex-target.ts'

export interface Subject {
  resource: string
  subLayer: SubLayer
  target: VexTarget
  packages: readonly Package[]
}

/** The findings in their order, those that only a statement knows of at the end. */
export function applyVex(
  findings: readonly Finding[],
  statements: readonly VexStatement[],
  subject: Subject,
): { findings: Finding[]; gaps: Gap[] } {
  const gaps: Gap[] = []
  const about = statementsByPackage(statements, subject)
  const known = new Set<string>()
  const judged = findings.map((finding) => {
    if (finding.kind !== 'vulnerability' || finding.package === undefined) return finding
    const names = [finding.rule, ...finding.aliases]
    for (const name of names) known.add(`${finding.package.purl}\n${name}`)
    const said = about.get(finding.package.purl)?.filter(({ vulnerabilities }) => namesOne(vulnerabilities, names))
    return said === undefined || said.length === 0 ? finding : withStatements(finding, said, gaps)
  })
  return { findings: [...judged, ...onlySaid(about, known, subject)], gaps }
}

function namesOne(vulnerabilities: readonly string[], names: readonly string[]): boolean {
  return vulnerabilities.some((name) => names.includes(name))
}

function statementsByPackage(statements: readonly VexStatement[], { target, packages }: Subject) {
  const about = new Map<string, VexStatement[]>()
  for (const statement of statements) {
    const purls = new Set(
      statement.products.flatMap((product) => packagesOf(product, target, packages).map(({ purl }) => purl)),
    )
    for (const purl of purls) {
      const said = about.get(purl)
      if (said) said.push(statement)
      else about.set(purl, [statement])
    }
  }
  return about
}

function withStatements(finding: Finding, said: readonly VexStatement[], gaps: Gap[]): Finding {
  const sorted = said.toSorted((a, b) => b.at - a.at)
  const newest = sorted[0]!
  const atOnce = sorted.filter(({ at }) => at === newest.at)
  const verdicts = new Set(atOnce.map(({ status }) => isSilencing(status)))
  const others = new Set(sorted.filter((one) => isContrary(one, newest)).map(({ document }) => document))
  if (others.size > 0 || verdicts.size > 1) {
    const named = [...new Set(sorted.map(({ document, status }) => `${document} says ${status}`))].join(', ')
    const counts = verdicts.size > 1 ? 'none is newer, so that it stays open' : `the newest counts (${newest.status})`
    gaps.push({
      why: `VEX documents contradict each other on ${finding.rule} in ${finding.package!.name}: ${named}; ${counts}`,
    })
  }
  const evidence = { ...finding.evidence, vex: sorted.map(toEvidence) }
  if (verdicts.size > 1 || !isSilencing(newest.status)) return { ...finding, evidence }
  return { ...finding, evidence, suppressed: suppressionOf(newest) }
}

function isSilencing(status: VexStatement['status']): boolean {
  return status === 'not affected' || status === 'fixed'
}

/** Of the same document a newer statement replaces the older one; of another it contradicts it. */
function isContrary(one: VexStatement, newest: VexStatement): boolean {
  if (one.document === newest.document || one.status === 'under investigation') return false
  return newest.status !== 'under investigation' && isSilencing(one.status) !== isSilencing(newest.status)
}

function suppressionOf({ document, author, status, justification, detail }: VexStatement): Suppression {
  return {
    by: author === undefined ? document : `${document} (${author})`,
    reason: detail ?? justification?.replaceAll('_', ' ') ?? status,
    status: status === 'fixed' ? 'fixed' : 'not affected',
    ...(justification === undefined ? {} : { justification }),
  }
}

function toEvidence({ document, author, status, justification, detail }: VexStatement) {
  return { document, author, status, justification, detail }
}

/** Who ships the package says that it is affected, and no advisory that was loaded does. */
function onlySaid(about: ReadonlyMap<string, VexStatement[]>, known: ReadonlySet<string>, subject: Subject): Finding[] {
  const { resource, subLayer, packages } = subject
  return [...about].flatMap(([purl, said]) => {
    const byName = Map.groupBy(said, ({ vulnerabilities }) => vulnerabilities[0]!)
    return [...byName].flatMap(([rule, same]) => {
      const newest = same.toSorted((a, b) => b.at - a.at)[0]!
      if (newest.status !== 'affected') return []
      if (newest.vulnerabilities.some((name) => known.has(`${purl}\n${name}`))) return []
      const { ecosystem, name, version, place } = packages.find((one) => one.purl === purl)!
      const finding: Finding = {
        id: findingId({ resource, rule, subject: purl }),
        kind: 'vulnerability',
        resource,
        subLayer,
        task: 'vulnerabilities',
        rule,
        severity: 'unknown',
        title: `${rule} in ${name} ${version}, says ${newest.author ?? newest.document}`,
        ...(newest.detail === undefined ? {} : { fix: newest.detail }),
        evidence: { package: name, version, places: [place], vex: same.map(toEvidence) },
        place,
        package: { ecosystem, name, version, purl },
        aliases: newest.vulnerabilities.slice(1),
        exploited: false,
        references: [],
      }
      return [finding]
    })
  })
}
