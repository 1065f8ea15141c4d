// How far statements and rules reach: those that hold wherever a package is, and those that depend on the image or on the path
// where it lies. What holds everywhere is decided once for each package version of an estate, the rest for each image.

import { parsePurl, type ParsedPurl } from '../lib/purl.ts'
import type { Finding } from '../model/finding.ts'
import type { ReadException, StoredException } from '../model/exception.ts'
import type { IgnoreRule } from './ignore-rule.ts'
import type { VexProduct, VexStatement } from './statement.ts'
import { isImage } from './vex-target.ts'

export interface Said {
  statements: readonly VexStatement[]
  rules: readonly IgnoreRule[]
}

/** Found quickly for a package or a finding, however many there are. */
export interface Everywhere {
  readonly isEmpty: boolean
  about(purl: string, findings: readonly Finding[]): Said
}

export function reachOf({ statements, rules }: Said): { everywhere: Everywhere; somewhere: Said } {
  const parts = statements.map((statement) => {
    const { true: general = [], false: particular = [] } = Object.groupBy(statement.products, (product) =>
      isGeneral(product) ? 'true' : 'false',
    )
    return { general: { ...statement, products: general }, particular: { ...statement, products: particular } }
  })
  const hasProducts = ({ products }: VexStatement): boolean => products.length > 0
  return {
    everywhere: indexed({
      statements: parts.map(({ general }) => general).filter(hasProducts),
      rules: rules.filter(({ paths }) => paths === undefined),
    }),
    somewhere: {
      statements: parts.map(({ particular }) => particular).filter(hasProducts),
      rules: rules.filter(({ paths }) => paths !== undefined),
    },
  }
}

/** A part of a program is found by the file in which both lie. */
function isGeneral({ purl, subcomponents }: VexProduct): boolean {
  return purl !== undefined && !isImage(purl) && subcomponents.length === 0
}

function indexed({ statements, rules }: Said): Everywhere {
  const byPackage = new Map<string, VexStatement[]>()
  for (const statement of statements) {
    const keys = new Set(statement.products.flatMap(({ purl }) => (purl ? [keyOf(purl)] : [])))
    for (const key of keys) add(byPackage, key, statement)
  }
  const byId = new Map<string, IgnoreRule[]>()
  const withoutId: IgnoreRule[] = []
  for (const rule of rules) {
    if (rule.ids === undefined) withoutId.push(rule)
    else for (const id of rule.ids) add(byId, id, rule)
  }
  return {
    isEmpty: statements.length + rules.length === 0,
    about(purl, findings) {
      const parsed = byPackage.size > 0 ? parsePurl(purl) : undefined
      const named = findings.flatMap(({ rule, aliases }) => [rule, ...aliases].flatMap((id) => byId.get(id) ?? []))
      return {
        statements: (parsed && byPackage.get(keyOf(parsed))) ?? [],
        rules: [...new Set([...named, ...withoutId])],
      }
    },
  }
}

/** Those that name one of the vulnerabilities, in their order: found quickly, however many there are. */
export function statementsNaming(statements: readonly VexStatement[]): (names: Iterable<string>) => VexStatement[] {
  const byName = new Map<string, number[]>()
  for (const [index, { vulnerabilities }] of statements.entries())
    for (const name of vulnerabilities) add(byName, name, index)
  return (names) => {
    const found = new Set([...names].flatMap((name) => byName.get(name) ?? []))
    return [...found].toSorted((a, b) => a - b).map((index) => statements[index]!)
  }
}

function keyOf({ type, name }: ParsedPurl): string {
  return `${type}/${name.toLowerCase()}`
}

function add<T>(map: Map<string, T[]>, key: string, value: T): void {
  const known = map.get(key)
  if (known) known.push(value)
  else map.set(key, [value])
}

/** As they are kept and shown. `today`: the day on which they hold. */
export function storedExceptions({ statements, rules }: Said, today: string): ReadException[] {
  const read = [
    ...statements.map((statement) => [statement, ofStatement(statement)] as const),
    ...rules.map((rule) => [rule, ofRule(rule)] as const),
  ]
  return read.map(([told, exception]) => ({
    ...exception,
    told: JSON.stringify(told),
    ended: exception.until !== undefined && exception.until <= today,
  }))
}

function ofStatement(statement: VexStatement): StoredException {
  const { document, author, status, justification, detail, vulnerabilities, products } = statement
  const purls = products.flatMap(({ purl, subcomponents }) => [
    ...(purl && !isImage(purl) ? [purl] : []),
    ...subcomponents,
  ])
  return {
    kind: 'vex',
    file: document,
    ...(author === undefined ? {} : { author }),
    status,
    ...(justification === undefined ? {} : { justification }),
    ...(detail === undefined ? {} : { reason: detail }),
    names: vulnerabilities,
    packages: [...new Set(purls.map(({ name }) => name.toLowerCase()))],
    products: products.map(productText),
  }
}

function ofRule({ file, line, ids = [], package: of, paths = [], reason, until }: IgnoreRule): StoredException {
  const names = [...(of?.name === undefined ? [] : [of.name]), ...(of?.purls ?? []).map(({ name }) => name)]
  return {
    kind: 'ignore',
    file,
    ...(line === undefined ? {} : { line }),
    ...(reason === undefined ? {} : { reason }),
    names: ids,
    packages: [...new Set(names.map((name) => name.toLowerCase().replace(/^.*[/:]/, '')))],
    products: [...names.map((name) => (of?.version === undefined ? name : `${name} ${of.version}`)), ...paths],
    ...(until === undefined ? {} : { until }),
  }
}

function productText({ purl, digests = [], name, subcomponents }: VexProduct): string {
  const own = [...(purl ? [purlText(purl)] : []), ...digests, ...(name === undefined ? [] : [name])].join(' ')
  return subcomponents.length === 0 ? own : `${subcomponents.map(purlText).join(', ')} in ${own}`
}

function purlText({ type, namespace, name, version }: ParsedPurl): string {
  const path = namespace === undefined ? name : `${namespace}/${name}`
  return `pkg:${type}/${path}${version === undefined ? '' : `@${version}`}`
}
