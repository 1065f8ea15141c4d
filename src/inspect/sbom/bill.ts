import type { Package } from '../../model/package.ts'
import type { Scan } from '../../model/scan.ts'

/** What a bill of materials lists, whichever standard it is written in. */
export interface Bill {
  components: ListedComponent[]
  /** Operating systems, the first one first. */
  systems: ListedSystem[]
}

export interface ListedComponent {
  name: string
  version?: string | undefined
  /** As written. */
  purl?: string | undefined
  licence?: string | undefined
  source?: { name: string; version?: string | undefined } | undefined
  module?: string | undefined
  /** Who built it, as this product tells it. */
  vendor?: string | undefined
  /** By whom it is published or kept, as others tell it. */
  supplier?: string | undefined
  ownedBy?: string | undefined
  hiddenBy?: string | undefined
  declared?: boolean
  path?: string | undefined
  line?: number | undefined
  layer?: string | undefined
}

export interface ListedSystem {
  /** `debian`, or a name such as `Red Hat Enterprise Linux`. */
  name: string
  version?: string | undefined
  /** For people: `Debian GNU/Linux 12 (bookworm)`. */
  title?: string | undefined
}

/** A standard in which bills are written. */
export interface BillFormat {
  accepts(document: Readonly<Record<string, unknown>>): boolean
  /** Throws with a clause when it is of a version that is not read. */
  read(document: Readonly<Record<string, unknown>>, scan: Scan): Bill
}

/** `Debian 3.0.11-1` → name and version, as this product writes a source package. */
export function nameWithVersion(text: string | undefined): Package['source'] {
  const match = /^(?<name>\S+) (?<version>\S+)$/.exec(text ?? '')?.groups
  return match ? { name: match['name']!, version: match['version']! } : undefined
}
