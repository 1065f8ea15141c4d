// The seam of `discover`: a source is asked, and reports resources.

import type { SubLayer } from '../model/layers.ts'
import type { Resource } from '../model/resource.ts'
import type { Scan } from '../model/scan.ts'
import type { EngineClient } from '../io/engine.ts'
import type { Machine } from '../io/machine.ts'

/** The edges that a source may use; tests hand in recordings. */
export interface Ask {
  /** This machine's files and processes, read-only. */
  readonly machine: Machine
  /** A client for a Docker-compatible engine at a socket. */
  engine(socket: string): EngineClient
}

export interface Source {
  /** File name = id = export. */
  readonly id: string
  /** For people, also where it is absent: `Docker Engine`. */
  readonly name: string
  /** Each call or file that it reads: the list of rights it needs is generated from this. */
  readonly asks: readonly string[]
  /** Services and sub-layers that only this source can speak about. */
  readonly speaksFor: readonly { service: string; subLayers: readonly SubLayer[] }[]
  /** How it could be given on a machine where it is absent, in one sentence. */
  readonly offer: string
  /** Where it could be asked on this machine; undefined = absent. For people: `Docker Engine at /var/run/docker.sock`. */
  locate(ask: Ask): Promise<string | undefined>
  /** Throws `Unreachable` when it does not answer at all; what it could not read in part is a gap. */
  discover(ask: Ask, scan: Scan): AsyncIterable<Resource>
  /**
   * The bytes of an image that it holds, as `docker save` packs them, each piece valid until the next one is asked for; absent
   * where the source holds none.
   */
  image?(ask: Ask, digest: string, signal: AbortSignal): AsyncIterable<Uint8Array>
}

/** The source did not answer; the message is the reason, in one clause. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable'
}
