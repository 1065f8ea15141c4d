import type { Scan } from '../model/scan.ts'
import type { VexStatement } from './statement.ts'

/** One format of VEX documents. */
export interface VexFormat {
  /** File name = id = export. */
  readonly id: string
  /** Whether a JSON object is of this format, by the names at its top. */
  accepts(head: Readonly<Record<string, unknown>>): boolean
  /** `path`: for messages, and as the document's name. What cannot be read is a gap; the rest is still given. */
  read(value: unknown, path: string, scan: Scan): Iterable<VexStatement>
}
