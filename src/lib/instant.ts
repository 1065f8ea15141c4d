// Times as ISO 8601 in UTC, compared without a clock.

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

/** Milliseconds from one time to the other; NaN when one of them is not a time. */
export function millisecondsBetween(from: string, to: string): number {
  return parsed(to) - parsed(from)
}

/** `40 s`, `5 min`, `3 h`, `12 days`: whole units, rounded down. */
export function duration(milliseconds: number): string {
  if (milliseconds < minute) return `${Math.floor(milliseconds / 1000)} s`
  if (milliseconds < hour) return `${Math.floor(milliseconds / minute)} min`
  if (milliseconds < 3 * day) return `${Math.floor(milliseconds / hour)} h`
  return `${Math.floor(milliseconds / day)} days`
}

/** `just now`, `5 min ago`; the time itself when it is not one, or after the other. `now`: to the second, as clocks tell it here. */
export function ago(at: string, now: string): string {
  const age = millisecondsBetween(at, now)
  if (!(age > -1000)) return at
  return age < minute ? 'just now' : `${duration(age)} ago`
}

const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/

/** Milliseconds since 1970; NaN for what is not a time in UTC. */
function parsed(iso: string): number {
  // oxlint-disable-next-line no-restricted-globals -- parsing reads no clock, and the engine's own is ten times as fast
  return instant.test(iso) ? Date.parse(iso) : NaN
}

/** Whole seconds; undefined for what is no time. */
export function instantOf(time: Date): string | undefined {
  return Number.isFinite(time.getTime()) ? `${time.toISOString().slice(0, 19)}Z` : undefined
}
