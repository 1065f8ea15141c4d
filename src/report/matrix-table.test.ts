import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cellStates, type Cell, type CellState, type Matrix, type MatrixRow } from '../model/coverage.ts'
import { layers, tasks } from '../model/layers.ts'
import type { SeverityCounts } from '../model/severity.ts'
import { matrixTable } from './matrix-table.ts'

const none: SeverityCounts = { critical: 0, high: 0, medium: 0, low: 0, unknown: 0 }

function row(name: string, states: readonly CellState[], more: Partial<MatrixRow> = {}): MatrixRow {
  const places = layers.flatMap((layer) => tasks.map((task) => ({ layer, task })))
  const cells = places.map(({ layer, task }, index): Cell => {
    const state = states[index]!
    const reason = `reason of ${state}`
    return { layer, task, state, reason, parts: [], evidence: [], findings: null, atLeast: false, tools: [] }
  })
  const rest = { service: name, provider: 'self-managed', hostingModel: 'self-managed', found: true, workloads: 0 }
  return { name, ...rest, cells, ...more }
}

function table(rows: readonly MatrixRow[], width = 80, colour = false): string {
  const totals = Object.fromEntries(cellStates.map((state) => [state, 0])) as Record<CellState, number>
  for (const { cells, found } of rows) if (found) for (const { state } of cells) totals[state]++
  const counted = rows.filter(({ found }) => found).length * 9 - totals.provider - totals['n/a']
  const matrix: Matrix = { asOf: '2026-11-21T12:00:00Z', rows, totals, counted }
  return matrixTable(matrix, { width, colour })
}

const mixed: readonly CellState[] = [...cellStates]
const docker = row('Docker Engine', mixed, { workloads: 12 })
const withFindings: MatrixRow = {
  ...docker,
  cells: docker.cells.map((cell, index) => {
    if (index === 0) return { ...cell, findings: { ...none, critical: 2, high: 40 } }
    if (index === 1) return { ...cell, findings: { ...none, high: 1234 }, atLeast: true }
    return index === 6 ? { ...cell, findings: none } : cell
  }),
}

test('on a narrow terminal the name stands above the nine cells', () => {
  const lines = table([withFindings]).split('\n')
  assert.deepEqual(lines.slice(0, 8), [
    '1 of 7 cells that are yours are proven; 2 gaps, 2 unknown, 1 stale.',
    '',
    '  APPLICATION             | PLATFORM                | INFRASTRUCTURE',
    '  harden  vulns   threats | harden  vulns   threats | harden  vulns   threats',
    'Self-managed platforms',
    '  Docker Engine (12)',
    '  GAP     avail   unknown | assumed stale   claimed | proven  prov    -',
    '  2C      1kH+            |                         | 0',
  ])
})

test('none found so far is no zero', () => {
  const cells = docker.cells.map((cell) => ({ ...cell, findings: none, atLeast: cell.state !== 'proven' }))
  assert.equal(
    table([{ ...docker, cells }]).split('\n')[7],
    '  ?       ?       ?       | ?       ?       ?       | 0       ?       ?',
  )
})

test('on a wide one a service is one line, its findings beside the states', () => {
  const line = table([withFindings], 160).split('\n')[5]
  assert.equal(
    line,
    '  Docker Engine (12)          GAP 2C       avail 1kH+   unknown      | assumed      stale        claimed      | proven 0     prov         -',
  )
})

test('every state that is used is explained, and no other', () => {
  const text = table([row('Docker Engine', Array(9).fill('proven'))])
  assert.match(text, /^ {2}proven {3}done for this very thing, and fresh$/m)
  assert.doesNotMatch(text, /GAP|stale|empty where nobody looked|Why cells/)
})

test('each reason stands once, the worst first, with the cells that have it', () => {
  const podman = row('Podman', Array(9).fill('gap'))
  const text = table([docker, podman])
  const [, why = ''] = text.split('Why cells are not proven\n')
  assert.equal(why.split('reason of gap').length, 2)
  assert.match(why, /^ {2}GAP {6}reason of gap\n {11}Docker Engine: application hardening - Podman: application/)
  const told = [...why.matchAll(/reason of (.*)$/gm)].map(([, state]) => state)
  assert.deepEqual(told, ['gap', 'available', 'unknown', 'provider, assumed', 'stale', 'claimed'])
})

test('a reason of many services says how many', () => {
  const rows = ['a', 'b', 'c', 'd'].map((name) => row(name, Array(9).fill('unknown')))
  assert.match(table(rows), /36 cells of 4 services/)
})

test('hosting models stand in their order', () => {
  const of = (hostingModel: string) => row(hostingModel, Array(9).fill('proven'), { hostingModel })
  const text = table(['unknown', 'focused-runtime', 'self-managed', 'managed-kubernetes'].map(of))
  const heads = ['Self-managed platforms', 'Managed Kubernetes', 'Runtimes that hide the platform', 'unknown']
  const places = heads.map((head) => text.indexOf(`\n${head}\n`))
  assert.ok(places.every((place) => place >= 0))
  assert.deepEqual(
    places,
    places.toSorted((a, b) => a - b),
  )
  assert.ok(!places.includes(-1))
})

test('without colour it is plain ASCII within the width; colour changes nothing but colour', () => {
  for (const width of [20, 80, 120, 160]) {
    const plain = table([withFindings], width)
    assert.match(plain, /^[\n\x20-\x7e]*$/)
    assert.ok(plain.split('\n').every((line) => line.length <= Math.max(80, width)))
    // oxlint-disable-next-line no-control-regex -- the escape character is what is looked for
    assert.equal(table([withFindings], width, true).replaceAll(/\x1b\[\d+m/g, ''), plain)
  }
})

test('nothing found is said, and is no table of zeros', () => {
  assert.equal(table([]), 'No service that runs containers was found.\n')
})

test('a reason that moves the cursor or ends the line is shown as its codes', () => {
  const reason = 'GET /images: 404 \u001B[2J\nall is proven\u202E'
  const text = table([{ ...docker, cells: docker.cells.map((cell) => ({ ...cell, reason })) }])
  for (const raw of ['\u001B', '\u202E', '\nall is proven']) assert.ok(!text.includes(raw))
  assert.ok(text.includes('\\u{1b}[2J'))
})
