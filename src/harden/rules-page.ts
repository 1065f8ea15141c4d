// docs/rules.md, made from the list of rules.

import type { Rule } from './rule.ts'
import { bySeverity } from '../model/severity.ts'
import { subLayers } from '../model/layers.ts'

type Listed = Pick<Rule, 'id' | 'title' | 'on' | 'subLayer' | 'severity' | 'why' | 'fix' | 'references'>

/** Markdown: a section for each sub-layer, its rules by severity. */
export function rulesPage(rules: readonly Listed[]): string {
  const sections = subLayers.flatMap((subLayer) => {
    const own = rules.filter((rule) => rule.subLayer === subLayer).toSorted(worstFirst)
    return own.length === 0 ? [] : [`## ${subLayer}\n\n${own.map(entry).join('\n')}`]
  })
  return `# Hardening rules

${rules.length} rules come with the product, in \`catalog/rules\`. A rule that needs a fact that is not known is undecided,
never good. How to write one: [adding a rule](adding-a-rule.md).

${sections.join('\n')}`
}

function entry({ id, title, on, severity, why, fix, references }: Listed): string {
  return `### ${id}

${title} (**${severity}**, on ${on.map((kind) => `\`${kind}\``).join(', ')}).
${why.trim()}

Fix: ${fix}. References: ${references.join(', ')}.
`
}

function worstFirst(a: Listed, b: Listed): number {
  return bySeverity(a.severity, b.severity) || (a.id < b.id ? -1 : 1)
}
