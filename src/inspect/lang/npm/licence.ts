// What package.json says of the licence, which lock files of npm repeat.
// https://docs.npmjs.com/cli/configuring-npm/package-json#license

import { object, text } from '../../../lib/shape.ts'

/** What old packages have instead of an SPDX expression; several, also as `licenses`, are a choice. */
const oldLicence = object({ type: text() })

export function statedLicence(value: unknown): string | undefined {
  const named = [value]
    .flat()
    .flatMap((one) => (typeof one === 'string' ? one : (oldLicence.safeParse(one).data?.type ?? [])))
  return named.filter(Boolean).join(' OR ') || undefined
}
