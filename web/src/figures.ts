// Figures as people read them.

const whole = new Intl.NumberFormat('en-GB')

/** `12,408` */
export function figure(value: number): string {
  return whole.format(value)
}

/** `1 service`, `4 services` */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${figure(value)} ${value === 1 ? one : many}`
}

/** `3 images`, or `the first 20,000 of 31,000 images; search to narrow them`. */
export function countedOf(shown: number, total: number, one: string): string {
  if (shown >= total) return counted(total, one)
  return `the first ${figure(shown)} of ${figure(total)} ${one}s; search to narrow them`
}

/** `291 MB`, decimal as registries show it. */
export function bytes(value: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  const step = value < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(value) / 3))
  const scaled = value / 1000 ** step
  return `${scaled < 10 && step > 0 ? scaled.toFixed(1) : Math.round(scaled)} ${units[step]}`
}

/** `4 min ago`; `now` within a minute either way, because clocks differ. */
export function ago(at: string, now: number): string {
  const seconds = Math.round((now - Date.parse(at)) / 1000)
  if (Number.isNaN(seconds)) return 'at an unknown time'
  if (seconds < 60) return 'now'
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`
  const days = Math.floor(seconds / 86_400)
  return days === 1 ? 'yesterday' : `${figure(days)} days ago`
}

/** `2026-11-21 09:14 UTC` */
export function utc(at: string): string {
  const time = new Date(at)
  return Number.isNaN(time.getTime()) ? at : `${time.toISOString().slice(0, 16).replace('T', ' ')} UTC`
}

/** `shop/api@sha256:9f2c07d1…e841`: digests within a text are shortened, the rest stays. */
export function shortDigest(text: string): string {
  return text.replaceAll(/:([0-9a-f]{8})[0-9a-f]{12,}([0-9a-f]{4})\b/g, ':$1…$2')
}
