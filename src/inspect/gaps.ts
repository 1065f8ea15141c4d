import type { Gap, Place, Scan } from '../model/scan.ts'

/** A `Scan` whose gaps are kept up to a limit and counted beyond it. */
export interface GapList {
  scan: Scan
  /** All that were told, the last one counting those beyond the limit. */
  list(): Gap[]
}

/** `base`: what the framework knows of the place, e.g. the path and the layer. */
export function gapList(signal: AbortSignal, limit: number, base: Place = {}): GapList {
  const gaps: Gap[] = []
  let beyond = 0
  function gap(why: string, where: Place = {}): void {
    const place = { ...base, ...where }
    if (gaps.length >= limit) beyond++
    else gaps.push(Object.keys(place).length > 0 ? { why, place } : { why })
  }
  const list = (): Gap[] => (beyond === 0 ? gaps : [...gaps, { why: `${beyond} more things could not be read` }])
  return { scan: { gap, signal }, list }
}

/** The same scan, told from a place. */
export function at(scan: Scan, base: Place): Scan {
  return { signal: scan.signal, gap: (why, place) => scan.gap(why, { ...base, ...place }) }
}
