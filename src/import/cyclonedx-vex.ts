// CycloneDX: `vulnerabilities[].analysis`, in a document of its own or within the bill of materials.
// https://cyclonedx.org/docs/1.6/json/#vulnerabilities_items_analysis

import { z } from 'zod'
import { parsePurl } from '../lib/purl.ts'
import type { Scan } from '../model/scan.ts'
import { instant, productNamed, type VexProduct, type VexStatement, type VexStatus } from './statement.ts'
import type { VexFormat } from './vex-format.ts'

export const cyclonedxVex: VexFormat = {
  id: 'cyclonedx',
  accepts: (head) => head['bomFormat'] === 'CycloneDX',
  read,
}

const component = z.object({
  'bom-ref': z.string().optional(),
  type: z.string().optional(),
  name: z.string().optional(),
  version: z.string().optional(),
  purl: z.string().optional(),
})
const analysis = z.object({
  state: z.string().optional(),
  justification: z.string().optional(),
  detail: z.string().optional(),
  lastUpdated: z.string().optional(),
  firstIssued: z.string().optional(),
})
const affects = z.object({
  ref: z.string(),
  versions: z
    .array(z.object({ version: z.string().optional(), range: z.string().optional(), status: z.string().optional() }))
    .optional(),
})
const vulnerability = z.object({
  id: z.string().optional(),
  references: z.array(z.object({ id: z.string().optional() })).optional(),
  analysis: analysis.optional(),
  affects: z.array(affects).default([]),
})
const bom = z.object({
  metadata: z
    .object({
      timestamp: z.string().optional(),
      component: component.optional(),
      supplier: z.object({ name: z.string().optional() }).optional(),
    })
    .optional(),
  components: z.array(z.unknown()).default([]),
  vulnerabilities: z.array(vulnerability).default([]),
})

const statuses: Readonly<Record<string, VexStatus>> = {
  not_affected: 'not affected',
  false_positive: 'not affected',
  resolved: 'fixed',
  resolved_with_pedigree: 'fixed',
  exploitable: 'affected',
  in_triage: 'under investigation',
}

function* read(value: unknown, path: string, scan: Scan): Generator<VexStatement> {
  const { success, data, error } = bom.safeParse(value)
  if (!success) {
    return scan.gap(`not CycloneDX: ${error.issues[0]!.path.join('.')}: ${error.issues[0]!.message}`, { path })
  }
  const { metadata } = data
  const named = componentsOf(data.components)
  const whole = metadata?.component
  if (whole?.['bom-ref']) named.set(whole['bom-ref'], whole)
  let unresolved = 0
  for (const { id, references = [], analysis: told, affects: parts } of data.vulnerabilities) {
    const status = statuses[told?.state ?? '']
    if (id === undefined || told === undefined || status === undefined) continue
    const products = parts.flatMap((part) => productsOf(part, status, named, whole))
    unresolved += products.length === 0 ? 1 : 0
    if (products.length === 0) continue
    yield {
      document: path,
      ...(metadata?.supplier?.name ? { author: metadata.supplier.name } : {}),
      vulnerabilities: [id, ...references.flatMap((reference) => reference.id ?? [])],
      products,
      status,
      ...(told.justification ? { justification: told.justification } : {}),
      ...(told.detail ? { detail: told.detail } : {}),
      at: instant(told.lastUpdated ?? told.firstIssued ?? metadata?.timestamp),
    }
  }
  if (unresolved > 0) scan.gap(`${unresolved} statements are about what no purl in the document names`, { path })
}

type Component = z.infer<typeof component>

/** By reference, nested ones too. */
function componentsOf(list: readonly unknown[]): Map<string, Component> {
  const named = new Map<string, Component>()
  const waiting = [...list]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { success, data } = component.safeParse(next)
    if (success && data['bom-ref']) named.set(data['bom-ref'], data)
    const inside = (next as { components?: unknown } | null)?.components
    if (Array.isArray(inside)) waiting.push(...(inside as unknown[]))
  }
  return named
}

/** Nothing where neither the reference nor the component that it names has a purl or a digest. */
function productsOf(
  { ref, versions }: z.infer<typeof affects>,
  status: VexStatus,
  named: ReadonlyMap<string, Component>,
  whole: Component | undefined,
): VexProduct[] {
  // `urn:cdx:serial/1#reference` names a component of another document. https://cyclonedx.org/capabilities/bomlink/
  const reference = ref.startsWith('urn:cdx:') ? decoded(ref.slice(ref.indexOf('#') + 1)) : ref
  const found = named.get(reference)
  const text = found?.purl ?? (found === whole && found ? imageName(found) : undefined) ?? reference
  const product = productNamed(text)
  if (product.name !== undefined) return []
  const image = found === whole ? undefined : imageName(whole)
  return listed(versions, status).flatMap((version) => {
    const purl = product.purl && version !== undefined ? { ...product.purl, version } : product.purl
    if (image === undefined || !purl) return [{ ...product, ...(purl ? { purl } : {}), subcomponents: [] }]
    return [{ ...productNamed(image), subcomponents: [purl] }]
  })
}

/** What is said of a part of one image is not said of another. */
function imageName(whole: Component | undefined): string | undefined {
  if (whole?.type !== 'container') return undefined
  if (whole.purl && parsePurl(whole.purl)) return whole.purl
  return whole.version?.startsWith('sha256:') ? whole.version : undefined
}

/** The versions that the state is about: all without a list. Ranges are not read, and match nothing. */
function listed(versions: z.infer<typeof affects>['versions'], status: VexStatus): (string | undefined)[] {
  if (versions === undefined || versions.length === 0) return [undefined]
  const wanted = status === 'not affected' || status === 'fixed' ? ['unaffected', undefined] : ['affected', undefined]
  return versions.flatMap(({ version, status: said }) =>
    version !== undefined && wanted.includes(said) ? [version] : [],
  )
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
