// One page that stands alone: it loads nothing, runs nothing, and leads nowhere but to its own parts. To be kept as an
// artifact of a pipeline, sent by mail, or printed. https://html.spec.whatwg.org https://www.w3.org/TR/CSP3/
//
// Its size is bounded: of very many findings the most urgent ones stand in it, and the others are counted.

import { isCounted, type Finding } from '../model/finding.ts'
import type { Result } from '../model/result.ts'
import type { Format } from './format.ts'
import { headline } from './html/headline.ts'
import { layerPicture } from './html/layers.ts'
import { markup, Markup } from './html/markup.ts'
import { packageList } from './html/packages.ts'
import { first, hidden, known, notDone, ofKind, setuid, suppressed, upgrades } from './html/sections.ts'
import { style, styleHash } from './html/style.ts'
import { whyNotJudged } from './judged.ts'
import { noneWords } from './narrowed-words.ts'

export const html: Format = { id: 'html', extension: 'html', render }

interface Section {
  id: string
  title: string
  pieces: Iterable<Markup>
}

const policy = `default-src 'none'; style-src '${styleHash}'; base-uri 'none'; form-action 'none'`

function* render(result: Result): Generator<string> {
  const sections = sectionsOf(result)
  yield markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Markup(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${result.target.name}: Plimsoll report</title>
<style>${new Markup(style)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the findings</a>
${headline(result, new Map(sections.map(({ id, title }) => [id, title])))}<main id="main">
`.text
  for (const { id, title, pieces } of sections) {
    yield markup`<section aria-labelledby="${id}"><h2 id="${id}">${title}</h2>
`.text
    for (const piece of pieces) yield piece.text
    yield '</section>\n'
  }
  yield markup`</main>
${footer(result)}</body>
</html>
`.text
}

/** Only those that have something to say; vulnerabilities always. */
function sectionsOf(result: Result): Section[] {
  const { findings, packages, image, gaps, rebase = [] } = result
  const count = (wanted: (finding: Finding) => boolean | undefined): number => findings.filter(wanted).length
  const counted = (kind: Finding['kind']): number => count((finding) => finding.kind === kind && isCounted(finding))
  const urgent = count((finding) => isCounted(finding) && ['now', 'soon'].includes(finding.priority?.level ?? ''))
  const fixable = count((finding) => isCounted(finding) && finding.package?.upgradeTo !== undefined)
  const hiddenOnes = packages.filter(({ hiddenBy }) => hiddenBy !== undefined).length
  const parts: [id: string, title: string, length: number, pieces: Iterable<Markup>][] = [
    ['first', 'First', urgent, first(result)],
    ['fix', 'What clears the most', fixable + rebase.length, upgrades(result)],
    ['malware', 'Malware', counted('malware'), ofKind('malware', result)],
    ['secrets', 'Secrets', counted('secret'), ofKind('secret', result)],
    ['vulnerabilities', 'Vulnerabilities', counted('vulnerability'), packageList(result)],
    ['settings', 'Settings', counted('rule'), ofKind('rule', result)],
    ['layers', 'Layers', image?.layers.length ?? 0, layerPicture(result)],
    ['hidden', 'Hidden, still shipped', hiddenOnes, hidden(result)],
    ['setuid', 'Programs that run as another user', image?.setuid?.length ?? 0, setuid(result)],
    ['known', 'Known from the baseline', count((finding) => finding.known), known(result)],
    ['suppressed', 'Suppressed', count((finding) => finding.suppressed !== undefined), suppressed(result)],
    ['not-done', 'Not done', gaps.length, notDone(result)],
  ]
  return parts.flatMap(([id, title, length, pieces]) => {
    if (length > 0) return { id, title: `${title} (${length})`, pieces }
    return id === 'vulnerabilities' ? { id, title, pieces: nothing(result) } : []
  })
}

function* nothing(result: Result): Generator<Markup> {
  const why = whyNotJudged(result)
  yield markup`<p>${why === undefined ? noneWords(result, 'nothing') : `Not judged: ${why}`}</p>
`
}

function footer({ at, version, advisories }: Result): Markup {
  const { advisories: count, origin, builtAt } = advisories
  const data = count === 0 ? 'without advisories' : `with ${count} advisories (${origin}), built ${builtAt}`
  return markup`<footer><h2>When and with what</h2><p>Read ${at} by Plimsoll ${version}, ${data}.</p></footer>
`
}
