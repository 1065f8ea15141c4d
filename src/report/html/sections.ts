// The other parts of the page: what to do first, what was found in files and settings, what is hidden, known or suppressed,
// and what could not be done.

import { isCounted, knownAs, type Finding } from '../../model/finding.ts'
import { byUrgency } from '../../model/priority.ts'
import type { Result } from '../../model/result.ts'
import { layerName, placeText } from '../layers.ts'
import { upgradesOf } from '../upgrades.ts'
import { badge } from './headline.ts'
import { markup, name, type Content, type Markup } from './markup.ts'

const shown = 500
const firstShown = 10
const upgradesShown = 20
const placesShown = 5

export function* first({ findings }: Result): Generator<Markup> {
  const urgent = findings
    .filter((finding) => isCounted(finding) && ['now', 'soon'].includes(finding.priority?.level ?? ''))
    .toSorted(byUrgency)
  yield* list(urgent, firstShown, (finding) => {
    const { severity, priority, hint } = finding
    return markup`<p class="head">${badge(severity)} <b>${name(what(finding))}</b></p><p>${priority!.because}</p>${quiet(hint)}`
  })
}

export function* upgrades({ findings, rebase = [] }: Result): Generator<Markup> {
  const bases = rebase.map(({ onto, clears, of }) => markup`Rebase on <b>${name(onto)}</b>: clears ${clears} of ${of}`)
  const packages = upgradesOf(findings).map(
    ({ name: called, version, upgradeTo, clears, of }) =>
      markup`<b>${name(called)}</b> ${name(version)} → <b>${name(upgradeTo)}</b> <span class="quiet">clears ${clears} of ${of}</span>`,
  )
  yield* list([...bases, ...packages], upgradesShown, (line) => line)
}

/** Secrets, malware, settings. */
export function* ofKind(kind: Finding['kind'], result: Result): Generator<Markup> {
  const found = result.findings.filter((finding) => finding.kind === kind && isCounted(finding)).toSorted(byUrgency)
  yield* list(found, shown, ({ severity, title, rule, fix, place }) => {
    const where = place === undefined ? '' : placeText(place, result)
    return markup`<p class="head">${badge(severity)} <b>${title}</b> <span class="quiet mono">${rule}</span></p>${quiet(fix)}${where === '' ? '' : markup`<p class="quiet mono">${where}</p>`}`
  })
}

/** Packages that a later layer removed or replaced: whoever pulls the image has them. */
export function* hidden(result: Result): Generator<Markup> {
  const packages = result.packages.filter(({ hiddenBy }) => hiddenBy !== undefined)
  yield* list(packages, shown, ({ name: called, version, place, hiddenBy }) => {
    const brought = placeText(place, result)
    return markup`<p><b>${name(called)}</b> ${name(version)}</p><p class="quiet mono">${brought}, hidden by ${layerName(hiddenBy!, result)}</p>`
  })
}

export function* setuid(result: Result): Generator<Markup> {
  yield* list(result.image?.setuid ?? [], shown, ({ path, layer }) => {
    return markup`<span class="mono">${path}</span> <span class="quiet">${layerName(layer, result)}</span>`
  })
}

export function* known({ findings }: Result): Generator<Markup> {
  const found = findings.filter((finding) => finding.known).toSorted(byUrgency)
  yield* list(found, shown, (finding) => markup`<p class="head">${badge(finding.severity)} ${name(what(finding))}</p>`)
}

export function* suppressed({ findings }: Result): Generator<Markup> {
  const found = findings.filter((finding) => finding.suppressed !== undefined).toSorted(byUrgency)
  yield* list(found, shown, (finding) => {
    const { reason, by, until, status } = finding.suppressed!
    const decided = [status, until === undefined ? undefined : `until ${until}`].filter(Boolean).join(', ')
    return markup`<p class="head">${badge(finding.severity)} ${name(what(finding))} <span class="badge">suppressed</span> <span class="quiet">${decided}</span></p><p class="quiet">${reason} (${by})</p>`
  })
}

/** Those of one reason together. */
export function* notDone(result: Result): Generator<Markup> {
  const reasons = [...Map.groupBy(result.gaps, ({ why }) => why)]
  yield* list(reasons, shown, ([why, gaps]) => {
    const places = gaps.flatMap(({ place }) => (place === undefined ? [] : placeText(place, result)))
    const lines = places.slice(0, placesShown).map((place) => markup`<p class="quiet mono">${place}</p>`)
    const more = places.length - lines.length
    return markup`<p>${why}</p>${lines}${more > 0 ? markup`<p class="quiet">and ${more} more places</p>` : ''}`
  })
}

function* list<T>(items: readonly T[], most: number, item: (one: T) => Markup): Generator<Markup> {
  if (items.length === 0) return
  yield markup`<ul class="card list">
`
  for (const one of items.slice(0, most))
    yield markup`<li>${item(one)}</li>
`
  const more = items.length - most
  yield markup`${more > 0 ? markup`<li class="quiet">and ${more} more: the json format lists every one</li>` : ''}</ul>
`
}

function quiet(text: string | undefined): Content {
  return text === undefined ? '' : markup`<p class="quiet">${text}</p>`
}

function what(finding: Finding): string {
  const { package: of, title } = finding
  return of === undefined ? title : `${knownAs(finding)} in ${of.name} ${of.version}`
}
