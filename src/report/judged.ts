// What a result may claim: a number stands only where somebody looked.

import type { Result } from '../model/result.ts'

/** Why nothing can be said of the target's vulnerabilities; undefined where at least some packages were judged. */
export function whyNotJudged({ judged, packages, gaps }: Result): string | undefined {
  if (judged.done > 0) return undefined
  // A gap without a place is about the target as a whole: `no advisories for this release (Debian:12)`.
  const why = (gaps.find(({ place }) => place === undefined) ?? gaps[0])?.why
  if (packages.length === 0) return why ?? 'no package was found'
  return why ?? 'no package could be judged'
}

/** `88 of 88 packages judged` */
export function depth({ done, of, unit }: Result['judged']): string {
  const [things = '', participle = ''] = unit.split(' ')
  return `${done} of ${of} ${of === 1 ? things.slice(0, -1) : things} ${participle}`
}
