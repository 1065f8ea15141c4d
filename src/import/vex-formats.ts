import type { Scan } from '../model/scan.ts'
import { csaf } from './csaf.ts'
import { cyclonedxVex } from './cyclonedx-vex.ts'
import { openvex } from './openvex.ts'
import type { VexStatement } from './statement.ts'
import type { VexFormat } from './vex-format.ts'

export const vexFormats: readonly VexFormat[] = [openvex, csaf, cyclonedxVex]

/** The statements of a document of any format; a text that is none is a gap. */
export function readVex(text: string, path: string, scan: Scan): VexStatement[] {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    const what = text.trimStart().startsWith('<') ? 'VEX is read as JSON, and this is XML' : 'not JSON'
    scan.gap(what, { path })
    return []
  }
  const head = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  const format = vexFormats.find((one) => one.accepts(head))
  if (format) return [...format.read(value, path, scan)]
  scan.gap(`no VEX document: it is none of ${vexFormats.map(({ id }) => id).join(', ')}`, { path })
  return []
}
