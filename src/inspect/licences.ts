import { spdxExpression } from '../lib/spdx-expression.ts'
import type { Package } from '../model/package.ts'

/** What packages say of their licences, as SPDX expressions where it has one meaning; else their own words. */
export function withLicences(packages: readonly Package[]): Package[] {
  const known = new Map<string, string>()
  return packages.map((found) => {
    if (found.licence === undefined) return found
    const licence = known.get(found.licence) ?? spdxExpression(found.licence) ?? found.licence
    known.set(found.licence, licence)
    return { ...found, licence }
  })
}
