// The coverage matrix for a terminal: readable without colour, at 80 columns, and by those who read it aloud.

import { fit, styled, wrap, type Style } from '../lib/ansi.ts'
import { printable } from '../lib/printable.ts'
import { hostingModels } from '../model/catalog.ts'
import { cellStates, type Cell, type CellState, type Matrix, type MatrixRow } from '../model/coverage.ts'
import { layers, tasks } from '../model/layers.ts'
import { severities, type Severity, type SeverityCounts } from '../model/severity.ts'

export interface TableOptions {
  /** Columns of the terminal; less than 80 is taken as 80. */
  width: number
  colour: boolean
}

const words: Record<CellState, string> = {
  gap: 'GAP',
  available: 'avail',
  unknown: 'unknown',
  'provider, assumed': 'assumed',
  stale: 'stale',
  claimed: 'claimed',
  proven: 'proven',
  provider: 'prov',
  'n/a': '-',
}

const meanings: Record<CellState, string> = {
  gap: 'your job, and nothing covers it',
  available: 'nothing covers it yet, a tool at hand could',
  unknown: 'could not be found out',
  'provider, assumed': "taken for the provider's job, no document says so; counts as unknown",
  stale: 'covered once, too long ago',
  claimed: 'said to be on, not yet shown to find anything',
  proven: 'done for this very thing, and fresh',
  provider: "the provider's job by its own document",
  'n/a': 'nothing there',
}

const styles: Record<CellState, Style> = {
  gap: 'red',
  available: 'red',
  unknown: 'yellow',
  'provider, assumed': 'yellow',
  stale: 'yellow',
  claimed: 'cyan',
  proven: 'green',
  provider: 'blue',
  'n/a': 'dim',
}

const modelNames: Record<string, string> = {
  'self-managed': 'Self-managed platforms',
  'managed-kubernetes': 'Managed Kubernetes',
  'focused-runtime': 'Runtimes that hide the platform',
}

const taskNames = { hardening: 'harden', vulnerabilities: 'vulns', threats: 'threats' } as const
const letters: Record<Severity, string> = { critical: 'C', high: 'H', medium: 'M', low: 'L', unknown: '?' }

const indent = ' '.repeat(11)

/** What the table needs of a matrix; the API's answer holds it as well. */
export interface ShownMatrix extends Pick<Matrix, 'totals' | 'counted'> {
  rows: readonly ShownRow[]
}
type ShownRow = Pick<MatrixRow, 'service' | 'name' | 'hostingModel' | 'found' | 'workloads'> & {
  cells: readonly ShownCell[]
}
type ShownCell = Pick<Cell, 'layer' | 'task' | 'state' | 'reason' | 'findings' | 'atLeast'>

/** Ends in a line feed. */
export function matrixTable(matrix: ShownMatrix, { width, colour }: TableOptions): string {
  const paint = (text: string, style: Style) => styled(text, style, colour)
  const columns = Math.max(80, width)
  const layout = layoutFor(columns)
  const lines = [paint(headline(matrix), 'bold')]
  if (matrix.rows.length > 0) lines.push('', ...heads(layout).map((line) => paint(line, 'dim')))
  for (const [model, rows] of byHostingModel(matrix.rows)) {
    lines.push(paint(modelNames[model] ?? model, 'bold'))
    lines.push(...rows.flatMap((row) => rowLines(row, layout, paint)))
  }
  if (matrix.rows.length > 0)
    lines.push('', ...key(matrix.rows, columns, paint), ...reasons(matrix.rows, columns, paint))
  return `${lines.join('\n')}\n`
}

type Paint = (text: string, style: Style) => string

/** With room for it, a service is one line; without, its name stands above its cells. */
interface Layout {
  name: number
  cell: number
  oneLine: boolean
}

function layoutFor(columns: number): Layout {
  const oneLine = columns >= 30 + 9 * 13 + 4
  return oneLine ? { name: 30, cell: 13, oneLine } : { name: 2, cell: 8, oneLine }
}

function headline({ rows, totals, counted }: ShownMatrix): string {
  const found = rows.filter((row) => row.found).length
  if (found === 0) return 'No service that runs containers was found.'
  const gaps = totals.gap + totals.available
  const unknown = totals.unknown + totals['provider, assumed']
  const others = [
    gaps && `${gaps} gap${gaps > 1 ? 's' : ''}`,
    unknown && `${unknown} unknown`,
    totals.stale && `${totals.stale} stale`,
  ]
  const rest = others.filter(Boolean).join(', ')
  return `${totals.proven} of ${counted} cells that are yours are proven${rest ? `; ${rest}` : ''}.`
}

function heads({ name, cell }: Layout): string[] {
  const margin = ' '.repeat(name)
  return [
    margin + layers.map((layer) => fit(layer.toUpperCase(), cell * tasks.length)).join('| '),
    margin + layers.map(() => tasks.map((task) => fit(taskNames[task], cell)).join('')).join('| '),
  ].map((line) => line.trimEnd())
}

function byHostingModel(rows: readonly ShownRow[]): [string, ShownRow[]][] {
  const order = (model: string) => (hostingModels as readonly string[]).indexOf(model) >>> 0 // what is not in the list comes last
  return [...Map.groupBy(rows, ({ hostingModel }) => hostingModel)].toSorted(([a], [b]) => order(a) - order(b))
}

function rowLines(row: ShownRow, { name, cell, oneLine }: Layout, paint: Paint): string[] {
  const workloads = row.workloads > 0 ? ` (${row.workloads})` : ''
  const title = fit(row.name, Math.min(row.name.length, name - 3 - workloads.length)) + workloads
  if (oneLine) {
    return [`  ${fit(title, name - 2)}${cellLine(row.cells, cell, (one) => stateAndMark(one, paint))}`.trimEnd()]
  }
  const lines = [
    `  ${row.name}${workloads}`,
    `  ${cellLine(row.cells, cell, (one) => [words[one.state], paintState(one, paint)])}`,
  ]
  if (row.cells.some(({ findings }) => findings)) {
    lines.push(`  ${cellLine(row.cells, cell, (one) => [mark(one), paint(mark(one), 'bold')])}`)
  }
  return lines.map((line) => line.trimEnd())
}

/** Each cell gives its text twice: plain, by which it is filled up, and painted. */
function cellLine(
  cells: readonly ShownCell[],
  width: number,
  text: (cell: ShownCell) => [plain: string, painted: string],
): string {
  return layers
    .map((layer) =>
      cells
        .filter((cell) => cell.layer === layer)
        .map((cell) => {
          const [plain, painted] = text(cell)
          return painted + ' '.repeat(Math.max(1, width - plain.length))
        })
        .join(''),
    )
    .join('| ')
}

function stateAndMark(cell: ShownCell, paint: Paint): [string, string] {
  const found = mark(cell)
  const gap = found ? ' ' : ''
  return [`${words[cell.state]}${gap}${found}`, `${paintState(cell, paint)}${gap}${paint(found, 'bold')}`]
}

function paintState({ state }: ShownCell, paint: Paint): string {
  return paint(words[state], styles[state])
}

/** `2C`: two open findings, both critical; `2C+` when there may be more, `?` when none is found yet; empty: nobody looked. */
function mark({ findings, atLeast }: ShownCell): string {
  if (!findings) return ''
  const worst = worstOf(findings)
  if (!worst) return atLeast ? '?' : '0'
  const count = findings[worst]
  return `${count > 999 ? '1k' : count}${letters[worst]}${atLeast ? '+' : ''}`
}

function worstOf(counts: SeverityCounts): Severity | undefined {
  return severities.find((severity) => counts[severity] > 0)
}

function key(rows: readonly ShownRow[], columns: number, paint: Paint): string[] {
  const used = new Set(rows.flatMap(({ cells }) => cells.map(({ state }) => state)))
  const states = cellStates.filter((state) => used.has(state))
  const lines = states.map((state) => `  ${paint(fit(words[state], 9), styles[state])}${meanings[state]}`)
  const marks = rows.some(({ cells }) => cells.some(({ findings }) => findings))
  const about =
    'Beside or below a state: its open findings of the worst severity found (C critical, H high, M medium, L low, ? not rated); ' +
    '+ at least so many, 0 none, ? alone none yet and not all was looked at, empty where nobody looked.'
  return [...lines, ...(marks ? wrap(about, columns - 2).map((line) => `  ${line}`) : [])]
}

/** Why cells are not proven: the worst first, each reason once with the cells that have it. */
function reasons(rows: readonly ShownRow[], columns: number, paint: Paint): string[] {
  const told = rows.flatMap((row) => row.cells.map((cell) => ({ row, cell }))).filter(({ cell }) => needsReason(cell))
  if (told.length === 0) return []
  const groups = [...Map.groupBy(told, ({ cell }) => `${cell.state}\n${cell.reason}`).values()]
  const rank = (group: (typeof groups)[number]) => cellStates.indexOf(group[0]!.cell.state)
  const sorted = groups.toSorted((a, b) => rank(a) - rank(b))
  const lines = sorted.flatMap((group) => {
    const { state, reason } = group[0]!.cell
    const [first = '', ...more] = wrap(printable(reason), columns - indent.length)
    const places = wrap(where(group), columns - indent.length).map((line) => paint(line, 'dim'))
    const head = `  ${paint(fit(words[state], 9), styles[state])}${first}`
    return [head, ...[...more, ...places].map((line) => indent + line)]
  })
  return ['', paint('Why cells are not proven', 'bold'), ...lines]
}

function needsReason({ state }: ShownCell): boolean {
  return state !== 'proven' && state !== 'provider' && state !== 'n/a'
}

/** `Docker Engine: application hardening, threats`; of more than three services only how many. */
function where(group: readonly { row: ShownRow; cell: ShownCell }[]): string {
  const services = [...Map.groupBy(group, ({ row }) => row.service).values()]
  if (services.length > 3) return `${group.length} cells of ${services.length} services`
  return services
    .map((cells) => {
      const byLayer = [...Map.groupBy(cells, ({ cell }) => cell.layer)]
      const places = byLayer.map(([layer, of]) => `${layer} ${of.map(({ cell }) => cell.task).join(', ')}`)
      return `${cells[0]!.row.name}: ${places.join('; ')}`
    })
    .join(' - ')
}
