// The parts of a CSAF document that a feed of RPMs uses. https://docs.oasis-open.org/csaf/csaf/v2.0/os/csaf-v2.0-os.html

import { z } from 'zod'

const ids = z.array(z.string()).default([])
const product = z.object({
  product_id: z.string(),
  product_identification_helper: z.object({ cpe: z.string().optional(), purl: z.string().optional() }).optional(),
})
export type CsafProduct = z.infer<typeof product>

interface Branch {
  product?: CsafProduct | undefined
  branches?: Branch[] | undefined
}
const branch: z.ZodType<Branch> = z.object({
  product: product.optional(),
  get branches() {
    return z.array(branch).optional()
  },
})

const remediation = z.object({ category: z.string(), details: z.string().default(''), product_ids: ids })
const vulnerability = z.object({
  cve: z
    .string()
    .regex(/^CVE-\d+-\d+$/)
    .optional(),
  title: z.string().optional(),
  product_status: z
    .object({ fixed: ids, known_affected: ids, known_not_affected: ids, under_investigation: ids })
    .prefault({}),
  remediations: z.array(remediation).default([]),
  scores: z.array(z.object({ cvss_v3: z.object({ vectorString: z.string() }).optional() })).default([]),
})
export type CsafVulnerability = z.infer<typeof vulnerability>

export const csafDocument = z.object({
  document: z.object({
    category: z.string(),
    aggregate_severity: z.object({ text: z.string() }).optional(),
    tracking: z.object({ current_release_date: z.string() }),
  }),
  product_tree: z
    .object({
      branches: z.array(branch).default([]),
      relationships: z
        .array(
          z.object({
            product_reference: z.string(),
            relates_to_product_reference: z.string(),
            full_product_name: z.object({ product_id: z.string() }),
          }),
        )
        .default([]),
    })
    .prefault({}),
  vulnerabilities: z.array(vulnerability).default([]),
})
export type CsafDocument = z.infer<typeof csafDocument>

/** Deeper is no tree that anybody draws. */
const deepest = 20

/** All products of the branches, however deep. */
export function* productsIn(branches: readonly Branch[], depth = 0): Generator<CsafProduct> {
  for (const { product, branches: inner = [] } of branches) {
    if (product) yield product
    if (depth < deepest) yield* productsIn(inner, depth + 1)
  }
}
