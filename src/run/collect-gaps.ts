import type { Gap, Scan } from '../model/scan.ts'

const kept = 1000

/**
 * A `Scan` for plug-ins, and the gaps that they have told it so far: the first thousand, and one that counts the others.
 * What is asked may be wrong in every part: memory stays bounded, and nothing goes uncounted.
 */
export function collectGaps(signal: AbortSignal): { scan: Scan; gaps: readonly Gap[] } {
  const gaps: Gap[] = []
  let more = 0
  function gap(why: string, place?: Gap['place']): void {
    if (gaps.length < kept) gaps.push(place ? { why, place } : { why })
    else gaps[kept] = { why: `${++more} more could not be read` }
  }
  return { gaps, scan: { signal, gap } }
}
