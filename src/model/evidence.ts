import type { Finding } from './finding.ts'
import type { SubLayer, Task } from './layers.ts'
import type { Gap } from './scan.ts'

/** How much of what there was has been judged: rules evaluated of those that apply, packages judged of those found. */
export interface Depth {
  done: number
  of: number
  unit: 'packages judged' | 'rules evaluated'
}

/** Proof that a task was done; the newest one of a resource × sub-layer × task × engine counts. Append-only. */
export interface Evidence {
  /** Id of the resource, or of the image (`image/sha256:…`). */
  resource: string
  subLayer: SubLayer
  task: Task
  /** `plimsoll`, or the id of the tool that did it. */
  engine: string
  /** ISO 8601, UTC. */
  at: string
  depth: Depth
  /** Why it is not complete; a gap lowers the cell. */
  gaps: readonly Gap[]
}

/**
 * One task done once for one resource by one engine. Its findings replace those that the same engine had there before;
 * the evidence of it stays for ever.
 */
export interface Assessment extends Evidence {
  findings: readonly Finding[]
  /** Rules that could not be decided: what they found before is not fixed. */
  undecided?: readonly string[]
  /** The findings are true, and show nothing of whether the task was done: no evidence is kept. */
  leavesNoEvidence?: true
}

export function evidenceOf({ resource, subLayer, task, engine, at, depth, gaps }: Assessment): Evidence {
  return { resource, subLayer, task, engine, at, depth, gaps }
}
