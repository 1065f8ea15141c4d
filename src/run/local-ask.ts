import type { Ask } from '../discover/source.ts'
import { engineClient } from '../io/engine.ts'
import { localMachine } from '../io/machine.ts'

/** The real edges of this machine. */
export function localAsk(): Ask {
  return { machine: localMachine(), engine: engineClient }
}
