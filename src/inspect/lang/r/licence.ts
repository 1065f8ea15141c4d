// Licences as R's packages write them: names, versions in parentheses, a choice by bars. MIT and two of BSD are templates, of
// which `file LICENSE` has the year and the holder; behind any other name it has further restrictions.
// https://cran.r-project.org/doc/manuals/r-release/R-exts.html#Licensing

import { spdxExpression } from '../../../lib/spdx-expression.ts'

/** The SPDX expression of all alternatives, or the words as they are. */
export function licenceOfR(words: string): string {
  const alternatives = words.split('|').map((one) => spdxOf(one.trim()))
  return alternatives.every((one) => one !== undefined) ? alternatives.join(' OR ') : words
}

function spdxOf(alternative: string): string | undefined {
  const template = /^(?<name>MIT|BSD_[23]_clause) \+ file LICEN[CS]E$/.exec(alternative)?.groups?.['name']
  if (template !== undefined) return spdxExpression(template.replaceAll('_', '-'))
  const ranged = /^(?<name>[\w ]+?) ?\((?<range>>=|==) ?(?<version>[\d.]+)\)$/.exec(alternative)?.groups
  if (!ranged) return spdxExpression(alternative)
  return spdxExpression(`${ranged['name']} ${ranged['version']}${ranged['range'] === '>=' ? '+' : ''}`)
}
