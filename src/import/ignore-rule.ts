// The exceptions of other scanners' ignore files, in one shape. Each names what it lets pass, and may end.

import type { Scan } from '../model/scan.ts'
import type { FindingKind } from '../model/finding.ts'
import type { ParsedPurl } from '../lib/purl.ts'

export interface IgnoreRule {
  /** The file, and the line in it where that is known. */
  file: string
  line?: number
  /** Ids or other names; all vulnerabilities of the package where it is absent. */
  ids?: readonly string[]
  kinds: readonly FindingKind[]
  package?: {
    ecosystems?: readonly string[]
    name?: string
    version?: string
    purls?: readonly ParsedPurl[]
  }
  /** Globs of paths. */
  paths?: readonly string[]
  fixed?: boolean
  reason?: string
  /** The day on which it ends, `2026-12-31`: on that day it holds no longer. */
  until?: string
}

/** One kind of ignore file. */
export interface IgnoreFormat {
  /** File name = id = export. */
  readonly id: string
  /** Names under which its files lie in a working directory. */
  readonly names: readonly string[]
  /** What cannot be read is a gap, and lets nothing pass. */
  read(text: string, file: string, scan: Scan): Iterable<IgnoreRule>
}

/** A day or a time as YAML and TOML give them; undefined for what is neither. */
export function dayOf(value: unknown): string | undefined {
  const text = typeof value === 'string' ? value : isTime(value) ? value.toISOString() : ''
  return /^(?<day>\d{4}-\d\d-\d\d)(?:$|[T ])/.exec(text)?.groups?.['day']
}

function isTime(value: unknown): value is { toISOString(): string } {
  return typeof value === 'object' && value !== null && 'toISOString' in value
}
