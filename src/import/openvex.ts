// OpenVEX 0.2.0, and 0.0.1 where a vulnerability and a product are plain texts.
// https://github.com/openvex/spec/blob/main/OPENVEX-SPEC.md

import { z } from 'zod'
import { parsePurl, type ParsedPurl } from '../lib/purl.ts'
import type { Scan } from '../model/scan.ts'
import { instant, productNamed, type VexProduct, type VexStatement, type VexStatus } from './statement.ts'
import type { VexFormat } from './vex-format.ts'

export const openvex: VexFormat = {
  id: 'openvex',
  accepts: (head) => typeof head['@context'] === 'string' && head['@context'].includes('openvex'),
  read,
}

const component = z.object({
  '@id': z.string().optional(),
  identifiers: z.object({ purl: z.string().optional() }).optional(),
  hashes: z.record(z.string(), z.string()).optional(),
})
const product = component.extend({ subcomponents: z.array(component).optional() })
const vulnerability = z.object({
  name: z.string().optional(),
  '@id': z.string().optional(),
  aliases: z.array(z.string()).optional(),
})
const statement = z.object({
  vulnerability: z.union([z.string(), vulnerability]),
  products: z.array(z.union([z.string(), product])).default([]),
  // Version 0.0.1 names them beside the products.
  subcomponents: z.array(z.string()).optional(),
  status: z.enum(['not_affected', 'affected', 'fixed', 'under_investigation']),
  justification: z.string().optional(),
  impact_statement: z.string().optional(),
  action_statement: z.string().optional(),
  timestamp: z.string().optional(),
  last_updated: z.string().optional(),
})
const openVexDocument = z.object({
  author: z.string().optional(),
  timestamp: z.string().optional(),
  last_updated: z.string().optional(),
  statements: z.array(z.unknown()),
})

const statuses: Readonly<Record<z.infer<typeof statement>['status'], VexStatus>> = {
  not_affected: 'not affected',
  affected: 'affected',
  fixed: 'fixed',
  under_investigation: 'under investigation',
}

function* read(value: unknown, path: string, scan: Scan): Generator<VexStatement> {
  const { success, data } = openVexDocument.safeParse(value)
  if (!success) return scan.gap('OpenVEX without statements', { path })
  for (const [index, one] of data.statements.entries()) {
    const parsed = statement.safeParse(one)
    if (!parsed.success) {
      scan.gap(
        `statement ${index + 1}: ${parsed.error.issues[0]!.path.join('.')}: ${parsed.error.issues[0]!.message}`,
        { path },
      )
      continue
    }
    const { status, justification, timestamp, last_updated, subcomponents = [] } = parsed.data
    const { impact_statement, action_statement } = parsed.data
    const vulnerabilities = namesOf(parsed.data.vulnerability)
    const products = parsed.data.products.map((named) => toProduct(named, subcomponents))
    if (vulnerabilities.length === 0 || products.length === 0) {
      scan.gap(`statement ${index + 1} names no ${products.length === 0 ? 'product' : 'vulnerability'}`, { path })
      continue
    }
    const detail = impact_statement ?? action_statement
    yield {
      document: path,
      ...(data.author ? { author: data.author } : {}),
      vulnerabilities,
      products,
      status: statuses[status],
      ...(justification ? { justification } : {}),
      ...(detail ? { detail } : {}),
      at: instant(last_updated ?? timestamp ?? data.last_updated ?? data.timestamp),
    }
  }
}

function namesOf(named: z.infer<typeof statement>['vulnerability']): string[] {
  if (typeof named === 'string') return [named]
  const { name, '@id': id, aliases = [] } = named
  // The identifier is an address, of which the last part is the name.
  return [...(name ? [name] : id ? [id.slice(id.lastIndexOf('/') + 1)] : []), ...aliases]
}

function toProduct(named: string | z.infer<typeof product>, beside: readonly string[]): VexProduct {
  if (typeof named === 'string') return { ...productNamed(named), subcomponents: purls(beside) }
  const { '@id': id, identifiers, hashes = {}, subcomponents = [] } = named
  const sha256 = Object.entries(hashes).find(([algorithm]) => /^sha-?256$/i.test(algorithm))?.[1]
  return {
    ...productNamed(identifiers?.purl ?? id ?? ''),
    ...(sha256 === undefined ? {} : { digests: [`sha256:${sha256.toLowerCase()}`] }),
    subcomponents: purls([...subcomponents.map((one) => one.identifiers?.purl ?? one['@id'] ?? ''), ...beside]),
  }
}

/** What is no purl can match no package; kept as one that matches nothing, for a statement about a part is none about the whole. */
function purls(texts: readonly string[]): ParsedPurl[] {
  return texts.map((text) => parsePurl(text) ?? { type: 'unknown', name: text, qualifiers: {} })
}
