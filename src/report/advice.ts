// What to do first, and the upgrades that clear the most: the short answer above the lists.

import { printable } from '../lib/printable.ts'
import { isCounted, knownAs, type Finding } from '../model/finding.ts'
import { byUrgency } from '../model/priority.ts'
import type { Result } from '../model/result.ts'
import { columns, cut } from './columns.ts'
import { upgradesOf } from './upgrades.ts'

const shown = 5

/** Nothing where nothing is urgent and nothing can be upgraded. */
export function* advice(result: Result, width: number): Generator<string> {
  const open = result.findings.filter(isCounted)
  yield* first(open, width)
  yield* upgrades(open, result, width)
}

function* first(open: readonly Finding[], width: number): Generator<string> {
  const urgent = open
    .filter(({ priority }) => priority?.level === 'now' || priority?.level === 'soon')
    .toSorted(byUrgency)
  if (urgent.length === 0) return
  yield `\nFirst (${urgent.length})\n`
  for (const finding of urgent.slice(0, shown)) {
    const { package: of, priority, title } = finding
    const what = of === undefined ? title : `${knownAs(finding)} in ${of.name} ${of.version}`
    yield `  ${cut(printable(what), width - 2)}\n    ${cut(printable(priority!.because), width - 4)}\n`
    if (finding.hint !== undefined) yield `    ${cut(printable(finding.hint), width - 4)}\n`
  }
  if (urgent.length > shown) yield `  and ${urgent.length - shown} more, listed below\n`
}

/** One line for each package: the smallest version that clears all that can be cleared in it. */
function* upgrades(open: readonly Finding[], { rebase }: Result, width: number): Generator<string> {
  const packages = upgradesOf(open)
  if (packages.length === 0 && rebase === undefined) return
  yield '\nFix\n'
  for (const { onto, clears, of } of rebase ?? []) {
    yield `  ${cut(printable(`rebase on ${onto}: clears ${clears} of ${of}`), width - 2)}\n`
  }
  const rows = packages
    .slice(0, 2 * shown)
    .map(({ name, version, upgradeTo, clears, of }) =>
      [`${name} ${version}`, `to ${upgradeTo}`, `clears ${clears} of ${of}`].map(printable),
    )
  for (const line of columns(rows, [44, 44], width - 2)) yield `  ${line}\n`
  const more = packages.length - rows.length
  if (more > 0) yield `  and ${more} more packages: the json format lists every one\n`
}
