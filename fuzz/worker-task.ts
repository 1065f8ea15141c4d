// What the process that starts the fuzzing and those that do it say to each other.

import type { Outcome } from './fuzzer.ts'

export interface WorkerTask {
  ids: readonly string[]
  seed: number
  from: number
  inputs: number
  /** Milliseconds for each target. */
  time: number
}

/** `input`: the one that failed, in base64. */
export interface WorkerAnswer {
  id: string
  outcome: Omit<Outcome, 'failure'> & { failure?: { number: number; why: string; input: string } }
}

/** Holds which input of which target is being read, for whoever finds the process dead. */
export const currentFile = 'current'
