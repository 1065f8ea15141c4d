// Times as ISO 8601 in UTC, compared without a clock.

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

/** Milliseconds from one time to the other; NaN when one of them is not a time. */
export function millisecondsBetween(from: string, to: string): number {
  return sinceYearZero(to) - sinceYearZero(from)
}

/** `40 s`, `5 min`, `3 h`, `12 days`: whole units, rounded down. */
export function duration(milliseconds: number): string {
  if (milliseconds < minute) return `${Math.floor(milliseconds / 1000)} s`
  if (milliseconds < hour) return `${Math.floor(milliseconds / minute)} min`
  if (milliseconds < 3 * day) return `${Math.floor(milliseconds / hour)} h`
  return `${Math.floor(milliseconds / day)} days`
}

/** `just now`, `5 min ago`; the time itself when it is not one, or not before the other. */
export function ago(at: string, now: string): string {
  const age = millisecondsBetween(at, now)
  if (!(age >= 0)) return at
  return age < minute ? 'just now' : `${duration(age)} ago`
}

const instant = /^(\d{4})-(0[1-9]|1[0-2])-([0-2]\d|3[01])T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,3})\d*)?Z$/

/** Milliseconds since 1 March of the year 0, in the calendar that ISO 8601 uses. */
function sinceYearZero(iso: string): number {
  const parts = instant.exec(iso)
  if (!parts) return NaN
  const [year, month, dayOfMonth, hours, minutes, seconds] = parts.slice(1, 7).map(Number)
  const days = daysSinceYearZero(year!, month!, dayOfMonth!)
  return days * day + hours! * hour + minutes! * minute + seconds! * 1000 + Number((parts[7] ?? '').padEnd(3, '0'))
}

/** Years begin in March here, so that the day of a leap year is the last of its year. */
function daysSinceYearZero(year: number, month: number, dayOfMonth: number): number {
  const y = month > 2 ? year : year - 1
  const sinceMarch = Math.floor((153 * ((month + 9) % 12) + 2) / 5)
  return 365 * y + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400) + sinceMarch + dayOfMonth - 1
}
