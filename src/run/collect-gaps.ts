import type { Gap, Scan } from '../model/scan.ts'

/** A `Scan` for plug-ins, and the gaps that they told it. */
export function collectGaps(signal: AbortSignal): { scan: Scan; gaps: Gap[] } {
  const gaps: Gap[] = []
  return { gaps, scan: { signal, gap: (why, place) => void gaps.push(place ? { why, place } : { why }) } }
}
