import type { Gap } from '../model/scan.ts'

/** `no version: in this record (var/lib/dpkg/status:7, layer sha256:…)` */
export function gapText({ why, place }: Gap): string {
  const line = place?.line === undefined ? '' : `:${place.line}`
  const where = [place?.path && `${place.path}${line}`, place?.layer && `layer ${place.layer}`].filter(Boolean)
  return where.length > 0 ? `${why} (${where.join(', ')})` : why
}
