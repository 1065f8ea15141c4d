// Licences as SPDX wants them: expressions of its ids; any other words, also of one part of an expression, stand once in the
// document, and are referred to.
// https://spdx.github.io/spdx-spec/v2.3/other-licensing-information-detected/

import { uuidOfName } from '../lib/sha1.ts'
import { spdxExpression, spdxParts } from '../lib/spdx-expression.ts'
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
  const refer = (word: string): string => {
    const reference = words.get(word) ?? `LicenseRef-${uuidOfName(namespace, word)}`
    words.set(word, reference)
    return reference
  }
  const expressions = new Map<string, string>()
  for (const { licence } of packages) {
    if (licence && !expressions.has(licence)) expressions.set(licence, expressionOf(licence, refer))
  }
  return {
    declared: ({ licence }: Package): string => (licence ? expressions.get(licence)! : 'NOASSERTION'),
    extracted: (): ExtractedLicence[] => [...words].map(([extractedText, licenseId]) => ({ licenseId, extractedText })),
  }
}

/** What refers to words that only its own document had is none of this one. */
function expressionOf(licence: string, refer: (word: string) => string): string {
  const expression = spdxExpression(licence)
  if (expression !== undefined && !expression.includes('LicenseRef-')) return expression
  return spdxParts(licence, refer)?.join(' AND ') ?? refer(licence)
}
