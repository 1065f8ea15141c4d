// CycloneDX 1.6 in JSON: https://cyclonedx.org/docs/1.6/json/
//
// Packages as components, vulnerabilities as such. What a bill of materials has no place for stands in properties whose
// names begin with `plimsoll:`; findings of rules, secrets and malware are only counted there: the other formats have them.
// `plimsoll scan` reads these properties back: src/inspect/sbom/cyclonedx.ts

import { uuidOfName } from '../lib/sha1.ts'
import { spdxExpression, spdxParts } from '../lib/spdx-expression.ts'
import { licenceIds } from '../lib/spdx-ids.ts'
import type { Finding } from '../model/finding.ts'
import type { Package } from '../model/package.ts'
import type { Result } from '../model/result.ts'
import type { Format } from './format.ts'
import { gapText } from './gap-text.ts'
import { jsonText } from './json-text.ts'
import { depth } from './judged.ts'
import { isOfBase } from './layers.ts'
import { baselineWords, leftOutWords } from './narrowed-words.ts'
import { webAddress } from './uri.ts'
import { purlWithSource } from './purl-with-source.ts'

export const cyclonedx: Format = { id: 'cyclonedx', extension: 'cdx.json', render }

const target = 'target'
/** Of the names that `serialNumber` is made from; chosen once, at random. */
const namespace = '6f2c1f0e-53f7-4b0f-9d2e-0a7f4c6c9b51'

const ids: ReadonlySet<string> = new Set(licenceIds)

function* render(result: Result): Generator<string> {
  const references = packageReferences(result.packages)
  const system = operatingSystem(result)
  const packages = result.packages.map((found, index) =>
    component(found, references[index]!, isOfBase(found.place, result)),
  )
  const body = {
    version: 1,
    metadata: metadata(result),
    components: [...system, ...packages],
    dependencies: [{ ref: target, dependsOn: [...system.map((one) => one['bom-ref']), ...references] }],
    // Which package needs which is not read, and a gap may hide more of them.
    compositions: [{ aggregate: result.gaps.length > 0 ? 'incomplete' : 'unknown', assemblies: [target] }],
    vulnerabilities: vulnerabilities(result, references),
  }
  const serialNumber = `urn:uuid:${uuidOfName(namespace, JSON.stringify(body))}`
  const head = {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber,
  }
  yield jsonText({ ...head, ...body })
}

function metadata(result: Result) {
  const kinds = { image: 'container', rootfs: 'file', host: 'device', sbom: 'file' } as const
  const { name, kind, digest } = result.target
  const suppressed = result.findings.filter((finding) => finding.suppressed).length
  const count = (wanted: Finding['kind']): number =>
    result.findings.filter(({ kind, suppressed }) => kind === wanted && suppressed === undefined).length
  return {
    timestamp: result.at,
    tools: { components: [{ type: 'application', name: 'plimsoll', version: result.version }] },
    component: { 'bom-ref': target, type: kinds[kind], name, ...(digest === undefined ? {} : { version: digest }) },
    properties: properties([
      ['judged', depth(result.judged)],
      ['evaluated', depth(result.evaluated)],
      ['findings:rule', result.evaluated.done > 0 ? String(count('rule')) : undefined],
      // Where none is found, the result does not tell whether anybody looked.
      ['findings:secret', count('secret') > 0 ? String(count('secret')) : undefined],
      ['findings:malware', count('malware') > 0 ? String(count('malware')) : undefined],
      ['findings:suppressed', suppressed > 0 ? String(suppressed) : undefined],
      ['findings:without-fix', leftOutWords(result) || undefined],
      ['findings:known', baselineWords(result) || undefined],
      ['advisories:builtAt', result.advisories.builtAt],
      ['advisories:origin', result.advisories.origin],
      ...imageProperties(result),
      ...result.gaps.map((gap): [string, string] => ['gap', gapText(gap)]),
    ]),
  }
}

/** Layers in their order. */
function imageProperties({ image }: Result): [name: string, value: string | undefined][] {
  const { layers = [], base } = image ?? {}
  return [
    ['base:name', base?.name],
    ['base:digest', base?.digest],
    ['base:layers', base?.layers?.toString()],
    ['base:known', base?.known],
    ...layers.map(({ digest, size, createdBy }): [string, string] => [
      'image:layer',
      [digest, `${size} bytes`, createdBy ?? ''].join(' ').trim(),
    ]),
  ]
}

function operatingSystem({ distribution }: Result) {
  if (distribution === undefined) return []
  const { id, name, version } = distribution
  return [
    {
      'bom-ref': 'operating-system',
      type: 'operating-system',
      name: id,
      ...(version === undefined ? {} : { version: versionText(version) }),
      description: name,
    },
  ]
}

/** A name for each package within this document: its purl, with a number where the same one lies in several places. */
function packageReferences(packages: readonly Package[]): string[] {
  const taken = new Set<string>([target])
  const times = new Map<string, number>()
  return packages.map(({ purl, ecosystem, name, version }) => {
    const base = purl || `${ecosystem}/${name}@${version}`
    let time = times.get(base) ?? 0
    let reference: string
    do reference = ++time === 1 ? base : `${base}#${time}`
    while (taken.has(reference))
    times.set(base, time)
    taken.add(reference)
    return reference
  })
}

function component(found: Package, reference: string, ofBase: boolean | undefined) {
  const { place, licence, source, version, vendor } = found
  const purl = purlWithSource(found)
  return {
    'bom-ref': reference,
    type: 'library',
    ...(vendor ? { supplier: { name: vendor } } : {}),
    ...groupAndName(found),
    version: versionText(version),
    ...(licence ? { licenses: licenceChoices(licence) } : {}),
    ...(purl ? { purl } : {}),
    ...(place.path === undefined ? {} : { evidence: { occurrences: [occurrence(place.path, place.line)] } }),
    properties: properties([
      ['ecosystem', found.ecosystem],
      ['source', source && `${source.name} ${source.version}`],
      ['architecture', found.arch],
      ['module', found.module],
      ['vendor', vendor],
      ['layer', place.layer],
      ['base', ofBase?.toString()],
      ['hiddenBy', found.hiddenBy],
      ['ownedBy', found.ownedBy],
      ['declared', found.declared?.toString()],
    ]),
  }
}

/**
 * An id of SPDX, an expression of several, or the words of the package: those of each part that holds, where other parts
 * have an id. A list cannot hold expressions.
 */
function licenceChoices(licence: string) {
  const expression = spdxExpression(licence)
  if (expression !== undefined) return [ids.has(expression) ? { license: { id: expression } } : { expression }]
  const words: string[] = []
  const parts = spdxParts(licence, (word) => `LicenseRef-word-${words.push(word) - 1}`) ?? [licence]
  return parts.map((part) => {
    const text = part.replaceAll(/LicenseRef-word-(\d+)/g, (_, index: string) => words[Number(index)]!)
    // A choice among several parts has parentheses, of which the list has no need.
    const name = parts.length > 1 && text.startsWith('(') ? text.slice(1, -1) : text
    return { license: ids.has(name) ? { id: name } : { name } }
  })
}

/** The scope of a Node package is its group. */
function groupAndName({ ecosystem, name }: Package): { group?: string; name: string } {
  const scoped = ecosystem === 'npm' ? /^(?<group>@[^/]+)\/(?<name>.+)$/.exec(name)?.groups : undefined
  return scoped ? { group: scoped['group']!, name: scoped['name']! } : { name }
}

function occurrence(location: string, line: number | undefined) {
  return line !== undefined && line >= 0 ? { location, line } : { location }
}

/** The schema allows 1024 characters. */
function versionText(version: string): string {
  return version.length > 1024 ? `${version.slice(0, 1023)}…` : version
}

function vulnerabilities(result: Result, references: readonly string[]) {
  const found = result.findings.filter(({ kind }) => kind === 'vulnerability')
  const locate = referenceLookup(result.packages, references)
  const same = Map.groupBy(found, (finding) => `${finding.rule}\n${JSON.stringify(analysis(finding))}`)
  const times = new Map<string, number>()
  return [...same.values()].map((findings) => {
    const id = findings[0]!.rule
    const time = (times.get(id) ?? 0) + 1
    times.set(id, time)
    return vulnerability(time === 1 ? id : `${id}#${time}`, id, findings, locate)
  })
}

/** `name` is its own in this document: a vulnerability is there once for all packages of which the same is said. */
function vulnerability(
  name: string,
  id: string,
  findings: readonly Finding[],
  locate: (finding: Finding) => readonly string[],
) {
  const aliases = unique(findings.flatMap((finding) => finding.aliases)).filter((alias) => alias !== id)
  const addresses = findings.flatMap(({ references }) => references.map(webAddress).filter((url) => url !== undefined))
  const fixes = unique(findings.flatMap(({ fix }) => fix ?? []))
  return {
    'bom-ref': `vulnerability/${name}`,
    id,
    references: aliases.map((alias) => ({ id: alias, source: { name: publisher(alias) } })),
    ratings: ratings(findings),
    description: findings[0]!.title,
    ...(fixes.length > 0 ? { recommendation: fixes.join('\n') } : {}),
    advisories: unique(addresses).map((url) => ({ url })),
    ...analysis(findings[0]!),
    affects: affects(findings, locate),
    properties: properties([
      ['exploited', String(findings.some(({ exploited }) => exploited))],
      ['priority', findings[0]!.priority?.because],
      ['known', findings.every(({ known }) => known) ? 'true' : undefined],
      ...unique(findings.map((finding) => finding.id)).map((finding): [string, string] => ['finding', finding]),
    ]),
  }
}

/** What a statement of VEX says. A decision to live with it leaves it exploitable: the response tells of the decision. */
function analysis({ suppressed }: Finding) {
  if (suppressed === undefined) return {}
  const { status, justification = '', reason, by, until } = suppressed
  const detail = `${reason} (${by}${until === undefined ? '' : `, until ${until}`})`
  if (status === 'fixed') return { analysis: { state: 'resolved', detail } }
  if (status === undefined) return { analysis: { state: 'exploitable', response: ['will_not_fix'], detail } }
  const label = justifications[justification]
  return { analysis: { state: 'not_affected', ...(label === undefined ? {} : { justification: label }), detail } }
}

/** Labels of OpenVEX and CSAF as CycloneDX has them, and its own. */
const justifications: Readonly<Record<string, string>> = {
  component_not_present: 'requires_dependency',
  vulnerable_code_not_present: 'code_not_present',
  vulnerable_code_not_in_execute_path: 'code_not_reachable',
  vulnerable_code_cannot_be_controlled_by_adversary: 'requires_environment',
  inline_mitigations_already_exist: 'protected_by_mitigating_control',
  code_not_present: 'code_not_present',
  code_not_reachable: 'code_not_reachable',
  requires_configuration: 'requires_configuration',
  requires_dependency: 'requires_dependency',
  requires_environment: 'requires_environment',
  protected_by_compiler: 'protected_by_compiler',
  protected_at_runtime: 'protected_at_runtime',
  protected_at_perimeter: 'protected_at_perimeter',
  protected_by_mitigating_control: 'protected_by_mitigating_control',
}

function ratings(findings: readonly Finding[]) {
  const rated = findings.map(({ severity, score }) => ({ ...(score === undefined ? {} : { score }), severity }))
  return [...new Map(rated.map((rating) => [`${rating.score} ${rating.severity}`, rating])).values()]
}

function affects(findings: readonly Finding[], locate: (finding: Finding) => readonly string[]) {
  const versions = new Map<string, string | undefined>()
  for (const finding of findings) for (const ref of locate(finding)) versions.set(ref, finding.package?.version)
  return [...versions].map(([ref, version]) => ({
    ref,
    ...(version === undefined ? {} : { versions: [{ version: versionText(version), status: 'affected' }] }),
  }))
}

/** The components that a finding is about: it stands for its package version wherever that is installed. */
function referenceLookup(packages: readonly Package[], references: readonly string[]) {
  const byPurl = new Map<string, string[]>()
  for (const [index, { purl }] of packages.entries()) {
    const same = byPurl.get(purl)
    if (same) same.push(references[index]!)
    else byPurl.set(purl, [references[index]!])
  }
  return ({ package: subject }: Finding): readonly string[] => (subject && byPurl.get(subject.purl)) ?? [target]
}

/** Who gives out identifiers of this form. */
function publisher(id: string): string {
  const prefixes = { CVE: 'CVE Program', GHSA: 'GitHub Advisory Database', DSA: 'Debian', DLA: 'Debian', USN: 'Ubuntu' }
  const prefix = id.split('-', 1)[0]!
  return Object.entries(prefixes).find(([known]) => known === prefix)?.[1] ?? (prefix || 'unknown')
}

function properties(pairs: readonly (readonly [name: string, value: string | undefined])[]) {
  return pairs.flatMap(([name, value]) => (value === undefined ? [] : [{ name: `plimsoll:${name}`, value }]))
}

function unique(list: readonly string[]): string[] {
  return [...new Set(list)]
}
