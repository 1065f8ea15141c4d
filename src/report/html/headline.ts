// What a reader wants first: what was read, the verdict, how many of each severity, what could not be judged.

import { ago } from '../../lib/instant.ts'
import type { Result } from '../../model/result.ts'
import { severities, type Severity } from '../../model/severity.ts'
import { depth } from '../judged.ts'
import { baselineWords, leftOutWords } from '../narrowed-words.ts'
import { signatureWords, sourceWords } from '../origin-words.ts'
import { severityWord } from '../severity-words.ts'
import { countsByKind, verdict } from '../verdict.ts'
import { markup, name, type Content, type Markup } from './markup.ts'

const kinds: Readonly<Record<Result['target']['kind'], string>> = {
  image: 'Image',
  rootfs: 'Root file system',
  host: 'Host',
  sbom: 'Bill of materials',
}

/** `sections`: those that the page has, by id. */
export function headline(result: Result, sections: ReadonlyMap<string, string>): Markup {
  const { state, words } = verdict(result)
  const links = [...sections].map(([id, title]) => markup`<li><a href="#${id}">${title}</a></li>`)
  return markup`<header>
<p class="quiet">Plimsoll report · ${kinds[result.target.kind]}</p>
<h1>${name(result.target.name)}</h1>
<p class="verdict ${state}">${words}</p>
${counts(result)}
${facts(result)}
</header>
<nav aria-label="Sections"><ul>${links}</ul></nav>
`
}

export function badge(severity: Severity, words: Content = severityWord(severity)): Markup {
  return markup`<span class="badge ${severity}">${words}</span>`
}

function counts(result: Result): Markup {
  const rows = countsByKind(result).map(({ kind, counts: found }) => {
    const cells = severities.map((severity) => {
      if (found === undefined) return markup`<td class="none">?<span class="words"> not judged</span></td>`
      const count = found.filter((finding) => finding.severity === severity).length
      return count === 0 ? markup`<td class="none">0</td>` : markup`<td>${badge(severity, count)}</td>`
    })
    return markup`<tr><th scope="row">${kind}</th>${cells}</tr>`
  })
  const heads = severities.map((severity) => markup`<th scope="col">${severityWord(severity)}</th>`)
  return markup`<table class="counts"><caption class="words">Open findings by severity</caption>
<thead><tr><td class="none"></td>${heads}</tr></thead><tbody>${rows}</tbody></table>`
}

function facts(result: Result): Markup {
  const { target, distribution, packages, judged, evaluated, gaps, image, advisories, at } = result
  const suppressed = result.findings.filter((finding) => finding.suppressed !== undefined).length
  const data =
    advisories.advisories === 0
      ? 'none'
      : `${advisories.advisories} (${advisories.origin}), built ${ago(advisories.builtAt, at)}`
  const rows: [string, Content][] = [
    ['Digest', target.digest && markup`<code>${target.digest}</code>`],
    ['Source', sourceWords(image?.origin ?? {})],
    ['Signed', signatureWords(image?.origin ?? {})],
    ['Distribution', distribution ? name(distribution.name) : 'not recognised'],
    ['Packages', `${packages.length} found; ${depth(judged)}`],
    ['Settings', evaluated.done === 0 ? 'no rule was evaluated' : depth(evaluated)],
    ['Without fix', leftOutWords(result)],
    ['Baseline', baselineWords(result)],
    ['Suppressed', suppressed === 0 ? '' : `${suppressed}, counted apart`],
    [
      'Not done',
      gaps.length === 0
        ? ''
        : markup`<a href="#not-done">${gaps.length} ${gaps.length === 1 ? 'thing' : 'things'} could not be done</a>`,
    ],
    ['Advisories', data],
    ['Read', at],
  ]
  const shown = rows.filter(([, value]) => value !== '' && value !== undefined)
  return markup`<dl class="facts">${shown.map(([label, value]) => markup`<dt>${label}</dt><dd>${value}</dd>`)}</dl>`
}
