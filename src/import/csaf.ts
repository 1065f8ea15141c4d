// CSAF 2.0, profile VEX and security advisory. Product ids are resolved through the tree, never by cutting them.
// https://docs.oasis-open.org/csaf/csaf/v2.0/os/csaf-v2.0-os.html

import { z } from 'zod'
import { parsePurl, type ParsedPurl } from '../lib/purl.ts'
import type { Scan } from '../model/scan.ts'
import { instant, type VexProduct, type VexStatement, type VexStatus } from './statement.ts'
import type { VexFormat } from './vex-format.ts'

export const csaf: VexFormat = {
  id: 'csaf',
  accepts: (head) => 'csaf_version' in ((head['document'] ?? {}) as object),
  read,
}

const productName = z.object({
  product_id: z.string(),
  product_identification_helper: z
    .object({
      purl: z.string().optional(),
      hashes: z
        .array(z.object({ file_hashes: z.array(z.object({ algorithm: z.string(), value: z.string() })) }))
        .optional(),
    })
    .optional(),
})
type ProductName = z.infer<typeof productName>

interface Branch {
  branches?: Branch[] | undefined
  product?: ProductName | undefined
}
const branch: z.ZodType<Branch> = z.lazy(() =>
  z.object({ branches: z.array(branch).optional(), product: productName.optional() }),
)
const tree = z.object({
  branches: z.array(branch).default([]),
  full_product_names: z.array(productName).default([]),
  product_groups: z.array(z.object({ group_id: z.string(), product_ids: z.array(z.string()) })).default([]),
  relationships: z
    .array(
      z.object({
        product_reference: z.string(),
        relates_to_product_reference: z.string(),
        full_product_name: productName,
      }),
    )
    .default([]),
})
const remark = z.object({
  category: z.string().optional(),
  label: z.string().optional(),
  details: z.string().optional(),
  product_ids: z.array(z.string()).optional(),
  group_ids: z.array(z.string()).optional(),
})
const vulnerability = z.object({
  cve: z.string().optional(),
  ids: z.array(z.object({ text: z.string() })).optional(),
  product_status: z.record(z.string(), z.array(z.string())).default({}),
  flags: z.array(remark).default([]),
  threats: z.array(remark).default([]),
  remediations: z.array(remark).default([]),
})
const csafDocument = z.object({
  document: z.object({
    publisher: z.object({ name: z.string() }).optional(),
    tracking: z.object({ current_release_date: z.string().optional() }).optional(),
  }),
  product_tree: tree.default({ branches: [], full_product_names: [], product_groups: [], relationships: [] }),
  vulnerabilities: z.array(vulnerability).default([]),
})

/** Which versions are the first or the recommended ones is advice, and no status of what is installed. */
const statuses: Readonly<Record<string, VexStatus>> = {
  known_not_affected: 'not affected',
  fixed: 'fixed',
  first_fixed: 'fixed',
  known_affected: 'affected',
  first_affected: 'affected',
  last_affected: 'affected',
  under_investigation: 'under investigation',
}

function* read(value: unknown, path: string, scan: Scan): Generator<VexStatement> {
  if (deeperThan(value, deepest)) return scan.gap(`nested deeper than ${deepest}`, { path })
  const { success, data, error } = csafDocument.safeParse(value)
  if (!success) {
    return scan.gap(`not CSAF 2.0: ${error.issues[0]!.path.join('.')}: ${error.issues[0]!.message}`, { path })
  }
  const { publisher, tracking } = data.document
  const products = productsOf(data.product_tree)
  const groups = new Map(data.product_tree.product_groups.map((group) => [group.group_id, group.product_ids]))
  const unresolved = new Set<string>()
  for (const one of data.vulnerabilities) {
    const names = [...(one.cve ? [one.cve] : []), ...(one.ids ?? []).map(({ text }) => text)]
    for (const [key, ids] of Object.entries(one.product_status)) {
      const status = statuses[key]
      if (status === undefined || names.length === 0) continue
      for (const id of ids) {
        const found = products.get(id)
        if (found === undefined) {
          unresolved.add(id)
          continue
        }
        yield {
          document: path,
          ...(publisher ? { author: publisher.name } : {}),
          vulnerabilities: names,
          products: [found],
          status,
          ...remarks(one, id, status, groups),
          at: instant(tracking?.current_release_date),
        }
      }
    }
  }
  if (unresolved.size > 0) {
    scan.gap(`${unresolved.size} products have no purl or digest, so that nothing can be matched with them`, { path })
  }
}

type Remarks = Pick<VexStatement, 'justification' | 'detail'>

function remarks(
  { flags, threats, remediations }: z.infer<typeof vulnerability>,
  id: string,
  status: VexStatus,
  groups: ReadonlyMap<string, readonly string[]>,
): Remarks {
  const isFor = ({ product_ids, group_ids }: z.infer<typeof remark>): boolean =>
    (product_ids === undefined && group_ids === undefined) ||
    (product_ids ?? []).includes(id) ||
    (group_ids ?? []).some((group) => groups.get(group)?.includes(id))
  const justification = flags.find(isFor)?.label
  const told = status === 'affected' ? remediations : threats.filter(({ category }) => category === 'impact')
  const detail = told.find(isFor)?.details
  return { ...(justification ? { justification } : {}), ...(detail ? { detail } : {}) }
}

/** By id; absent for those that nothing identifies. A component of something is a part of that thing alone. */
function productsOf({ branches, full_product_names, relationships }: z.infer<typeof tree>): Map<string, VexProduct> {
  const named = new Map<string, Identified>()
  for (const one of full_product_names) identify(one, named)
  const waiting = [...branches]
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    if (next.product) identify(next.product, named)
    waiting.push(...(next.branches ?? []))
  }
  const products = new Map<string, VexProduct>()
  for (const [id, found] of named) products.set(id, { ...found, subcomponents: [] })
  for (const { product_reference, relates_to_product_reference, full_product_name } of relationships) {
    const whole = products.get(relates_to_product_reference)
    const part = named.get(product_reference)?.purl
    if (whole && part) products.set(full_product_name.product_id, { ...whole, subcomponents: [part] })
  }
  return products
}

type Identified = { purl?: ParsedPurl; digests?: string[] }

function identify(
  { product_id, product_identification_helper: helper }: ProductName,
  named: Map<string, Identified>,
): void {
  const purl = parsePurl(helper?.purl ?? '')
  const digests = (helper?.hashes ?? [])
    .flatMap(({ file_hashes }) => file_hashes)
    .flatMap(({ algorithm, value }) => (algorithm === 'sha256' ? [`sha256:${value.toLowerCase()}`] : []))
  if (purl || digests.length > 0)
    named.set(product_id, { ...(purl ? { purl } : {}), ...(digests.length > 0 ? { digests } : {}) })
}

/** Real trees are four deep; the schema sets no limit, and a reader that recurses needs one. */
const deepest = 100

function deeperThan(value: unknown, limit: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return limit === 0 || Object.values(value).some((member) => deeperThan(member, limit - 1))
}
