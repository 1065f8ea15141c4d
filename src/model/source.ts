import type { SubLayer } from './layers.ts'
import type { Gap } from './scan.ts'

/**
 * - `answered`: asked in the last cycle, and it spoke.
 * - `unreachable`: it has been seen before or was configured, and does not answer now; its cells are unknown.
 * - `absent`: never seen on this machine and not configured; it is only an offer.
 */
export const sourceStates = ['answered', 'unreachable', 'absent'] as const
export type SourceState = (typeof sourceStates)[number]

/** What asking one source gave. */
export interface SourceReport {
  id: string
  /** For people: `Docker Engine 28.1 at /var/run/docker.sock`. */
  name: string
  state: SourceState
  /** Why it did not answer, or how it could be given, in one clause. */
  reason?: string
  /** Services and sub-layers that only this source can speak about; when it is silent, they are unknown. */
  speaksFor: readonly { service: string; subLayers: readonly SubLayer[] }[]
  askedAt: string
  /** When it last answered. */
  answeredAt?: string
  /** Resources that it reported when it last answered. */
  resources: number
  gaps: readonly Gap[]
}
