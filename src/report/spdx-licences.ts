// Licences as SPDX wants them: expressions of its ids; any other words stand once in the document, and are referred to.
// https://spdx.github.io/spdx-spec/v2.3/other-licensing-information-detected/

import { uuidOfName } from '../lib/sha1.ts'
import { spdxExpression } from '../lib/spdx-expression.ts'
import type { Package } from '../model/package.ts'

/** Of the names that references are made from; chosen once, at random. */
const namespace = '9b8f1a52-6f0c-4a1b-8b6e-2d7f5e0c3a94'

interface ExtractedLicence {
  licenseId: string
  extractedText: string
}

/** What a package declares, and the words that are referred to, in the order in which they are first met. */
export function declaredLicences(packages: readonly Package[]) {
  const words = new Map<string, string>()
  for (const { licence } of packages) {
    if (licence && expressionOf(licence) === undefined)
      words.set(licence, `LicenseRef-${uuidOfName(namespace, licence)}`)
  }
  return {
    declared: ({ licence }: Package): string =>
      licence ? (expressionOf(licence) ?? words.get(licence)!) : 'NOASSERTION',
    extracted: (): ExtractedLicence[] => [...words].map(([extractedText, licenseId]) => ({ licenseId, extractedText })),
  }
}

/** Undefined also for one that refers to words that only its own document had. */
function expressionOf(licence: string): string | undefined {
  const expression = spdxExpression(licence)
  return expression?.includes('LicenseRef-') ? undefined : expression
}
