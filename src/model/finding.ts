import type { Epss, FixState } from './advisory.ts'
import type { SubLayer, Task } from './layers.ts'
import type { Place } from './scan.ts'
import type { Severity } from './severity.ts'

export const findingKinds = ['vulnerability', 'rule', 'secret', 'malware'] as const
export type FindingKind = (typeof findingKinds)[number]

export const findingStates = ['open', 'excepted', 'fixed'] as const
export type FindingState = (typeof findingStates)[number]

/** One of the records that name the same vulnerability, and what it says of it. */
export interface Saying {
  id: string
  severity: Severity
  score?: number
  fixedIn?: string
  /** Who does not pay for it cannot get that fix: `Ubuntu Pro`. */
  subscription?: string
  state?: FixState
}

/** A decision or a statement by which a finding is not acted on. It is shown as suppressed, never left out. */
export interface Suppression {
  /** The file, the document or the person it comes from. */
  by: string
  reason: string
  /** What a statement of VEX says: the vulnerability does not affect it, or is fixed in it. Absent for a decision to live with it. */
  status?: 'not affected' | 'fixed'
  /** Label of OpenVEX and CSAF: `vulnerable_code_not_in_execute_path`. */
  justification?: string
  /** Day on which it ends, `2026-12-31`. */
  until?: string
}

/** Most urgent first. */
export const priorityLevels = ['now', 'soon', 'planned', 'later'] as const
export type PriorityLevel = (typeof priorityLevels)[number]

export interface Priority {
  level: PriorityLevel
  /** One sentence with a full stop. */
  because: string
}

/** One shape for all that is wrong somewhere. */
export interface Finding {
  /** The same finding has the same id in every run: see `findingId`. */
  id: string
  kind: FindingKind
  /** Id of the resource, or of the image (`image/sha256:…`), that has it. */
  resource: string
  subLayer: SubLayer
  task: Task
  /** Id of the advisory or of the rule. */
  rule: string
  severity: Severity
  /** A sentence without a full stop. */
  title: string
  /** What to do, beginning with a verb: `Upgrade openssl to 3.0.15-1~deb12u1`. */
  fix?: string
  /** What it rests on: for a vulnerability the package, for a rule the values that it read. */
  evidence: Readonly<Record<string, unknown>>
  place?: Place
  package?: {
    ecosystem: string
    name: string
    version: string
    purl: string
    /** The smallest version that clears it; of the source package where that is what was judged. */
    fixedIn?: string
    /** The smallest that clears all of the package's findings that have a fix. */
    upgradeTo?: string
  }
  /** Other names of the same vulnerability, e.g. its CVE. */
  aliases: readonly string[]
  exploited: boolean
  /** CVSS base score, 0 to 10, where a vector was given. */
  score?: number
  /** Of the names it has, the likeliest; absent where nobody estimated it. */
  epss?: Epss
  /** Why there is no fix, where the distribution says so. */
  fixState?: FixState
  /** Who does not pay for it cannot get the fix: `Ubuntu Pro`. */
  subscription?: string
  /** Which part of the package it is in, as a sentence without a full stop. */
  hint?: string
  /** Of a vulnerability that several records name: who says what. */
  says?: readonly Saying[]
  suppressed?: Suppression
  /** It stood in an earlier result that was given as the baseline: it is shown as known, and fails nothing. */
  known?: true
  /** How soon it wants an answer, by what is known of where it is. */
  priority?: Priority
  references: readonly string[]
}

/** Stable across runs and machines. Parts never contain a line feed. */
export function findingId(parts: { resource: string; rule: string; subject?: string }): string {
  return [parts.resource, parts.rule, parts.subject ?? ''].join('\n')
}

/** Whether it counts for totals and for `--fail-on`: it is neither suppressed nor known from a baseline. */
export function isCounted({ suppressed, known }: Pick<Finding, 'suppressed' | 'known'>): boolean {
  return suppressed === undefined && known === undefined
}

/** The name under which people look a vulnerability up: its CVE, unless it stands for several. */
export function knownAs({ rule, aliases }: Pick<Finding, 'rule' | 'aliases'>): string {
  const cves = aliases.filter((alias) => alias.startsWith('CVE-'))
  return cves.length === 1 ? cves[0]! : rule
}
