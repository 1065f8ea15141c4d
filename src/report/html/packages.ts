// Vulnerabilities, grouped by the package that has them: the most urgent package first, with the one upgrade that clears it.

import { isCounted, knownAs, type Finding } from '../../model/finding.ts'
import { byUrgency } from '../../model/priority.ts'
import type { Result } from '../../model/result.ts'
import { countSeverities, severities } from '../../model/severity.ts'
import { isOfBase, placeText } from '../layers.ts'
import { severityWord } from '../severity-words.ts'
import { upgradesOf } from '../upgrades.ts'
import { badge } from './headline.ts'
import { markup, name, type Content, type Markup } from './markup.ts'

/** A page of so many characters still opens at once. */
const longest = 6_000_000
const shownOfPackage = 200
const openPackages = 10

/** Pieces, for there may be thousands. */
export function* packageList(result: Result): Generator<Markup> {
  const found = result.findings.filter((finding) => finding.kind === 'vulnerability' && isCounted(finding))
  const packages = [...Map.groupBy(found.toSorted(byUrgency), groupOf).values()]
  let left = longest
  let leftOut = 0
  for (const [index, findings] of packages.entries()) {
    if (left < 0) {
      leftOut += findings.length
      continue
    }
    const piece = onePackage(findings, result, index < openPackages)
    left -= piece.text.length
    if (left < 0) leftOut += findings.length
    else yield piece
  }
  if (leftOut > 0) {
    yield markup`<p class="card more">${leftOut} more findings, the least urgent, are left out of this page: the json format lists every one.</p>
`
  }
}

function groupOf({ package: of, resource }: Finding): string {
  return of === undefined ? resource : `${of.purl}\n${of.name}\n${of.version}`
}

function onePackage(findings: readonly Finding[], result: Result, isOpen: boolean): Markup {
  const [{ package: of, resource, place = {} }] = findings as [Finding]
  const counts = countSeverities(findings)
  const badges = severities
    .filter((severity) => counts[severity] > 0)
    .map((severity) => badge(severity, `${counts[severity]} ${severityWord(severity)}`))
  const more = findings.length - shownOfPackage
  return markup`<details class="card"${isOpen ? openAttribute : ''}><summary><h3>${name(of?.name ?? resource)} ${name(of?.version ?? '')}</h3> ${badges} <span class="push quiet">${remedy(findings)}${whose(isOfBase(place, result))}</span></summary>
<ul class="list">
${findings.slice(0, shownOfPackage).map((finding) => oneFinding(finding, result))}${more > 0 ? markup`<li class="quiet">and ${more} more in this package: the json format lists every one</li>` : ''}</ul></details>
`
}

const openAttribute = markup` open`

function remedy(findings: readonly Finding[]): string {
  const [upgrade] = upgradesOf(findings)
  const fixed = findings.filter(({ package: of }) => of?.fixedIn !== undefined).length
  if (upgrade === undefined) return fixed === 0 ? 'no fix known' : `${fixed} of ${findings.length} have a fix`
  return `upgrade to ${upgrade.upgradeTo}: clears ${upgrade.clears} of ${upgrade.of}`
}

function whose(ofBase: boolean | undefined): string {
  return ofBase === undefined ? '' : ofBase ? ' · base image' : ' · own layers'
}

function oneFinding(finding: Finding, result: Result): Markup {
  const { severity, exploited, score, title, fix, priority, hint, place, aliases, rule } = finding
  const shown = knownAs(finding)
  const others = [...new Set([rule, ...aliases])].filter((other) => other !== shown && other !== '')
  return markup`<li><p class="head">${badge(severity)} <b>${name(shown)}</b>${exploited ? markup` <span class="exploited">exploited</span>` : ''}${score === undefined ? '' : markup` <span class="quiet">CVSS ${score.toFixed(1)}</span>`}${others.length > 0 ? markup` <span class="quiet">${others.join(', ')}</span>` : ''}</p>
<p>${title}</p>
${lines([priority?.because, fix, hint])}${place === undefined ? '' : markup`<p class="quiet mono">${placeText(place, result)}</p>`}</li>
`
}

function lines(texts: readonly (string | undefined)[]): Content {
  return texts.filter((text) => text !== undefined).map((text) => markup`<p class="quiet">${text}</p>`)
}
