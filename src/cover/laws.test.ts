// What holds for every estate, not only for those that somebody thought of.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { cellStates, type Cell, type CellState } from '../model/coverage.ts'
import type { Estate } from '../model/estate.ts'
import type { Evidence } from '../model/evidence.ts'
import { subLayers, tasks } from '../model/layers.ts'
import { imageId, type Resource } from '../model/resource.ts'
import type { SourceReport } from '../model/source.ts'
import { foldOutcomes, type Outcome } from './judge.ts'
import { matrix } from './matrix.ts'
import { catalog, container, digest, engine, estate, evidence, machine, now, resource, source } from './testing.ts'
import { processorTimeOf } from '../lib/testing.ts'

const images = [imageId(digest('a')), imageId(digest('b'))]
const resources: readonly Resource[] = [
  machine,
  engine,
  container('web', { reference: 'nginx', image: images[0]! }),
  container('shop', { reference: 'ghcr.io/shop', image: images[1]! }),
  container('odd', { reference: 'odd' }, { runsOn: 'host/gone' }),
  resource('aws/task', 'aws.Task', {
    service: 'aws.runtime',
    runs: { images: [{ reference: 'nginx', image: images[0]! }], exposure: 'public', state: 'running' },
  }),
]
const sources: readonly SourceReport[] = [
  source('docker', ['image', 'container_config', 'control_plane']),
  source('host', ['node_os', 'network', 'identity']),
]

const someEvidence: fc.Arbitrary<Evidence> = fc
  .record({
    about: fc.constantFrom(...images, ...resources.map(({ id }) => id)),
    subLayer: fc.constantFrom(...subLayers),
    task: fc.constantFrom(...tasks),
    engine: fc.constantFrom('plimsoll', 'other'),
    at: fc.constantFrom('2026-11-21T11:00:00Z', '2026-11-20T11:00:00Z', '2026-10-01T00:00:00Z', 'never'),
    done: fc.nat(3),
    of: fc.constant(3),
    gaps: fc.constantFrom([], [{ why: 'a file could not be read' }]),
  })
  .map(({ about, subLayer, task, ...more }) => evidence(about, subLayer, task, more))

const someEstate: fc.Arbitrary<Estate> = fc.record({
  sources: fc.subarray([...sources]),
  resources: fc.subarray([...resources], { minLength: 1 }),
  images: fc.constant([]),
  evidence: fc.array(someEvidence, { maxLength: 12 }),
  open: fc.constant([]),
})

const cellsOf = (of: Estate, at = now): Cell[] =>
  matrix(catalog, of, at, { all: true }).rows.flatMap(({ cells }) => cells)
const rank = ({ state }: Cell) => cellStates.indexOf(state)

function neverBetter(before: readonly Cell[], after: readonly Cell[]): void {
  for (const [index, cell] of after.entries()) assert.ok(rank(cell) <= rank(before[index]!), cell.reason)
}

test('every cell has one state and says why', () => {
  fc.assert(
    fc.property(someEstate, (of) => {
      const cells = cellsOf(of)
      assert.equal(cells.length, 18)
      for (const { state, reason, parts } of cells) {
        assert.ok(cellStates.includes(state))
        assert.match(reason, /^[a-zA-Z ]+: ./)
        for (const part of parts) assert.ok(part.reason.length > 0 && !part.reason.includes('undefined'))
      }
    }),
  )
})

test('fresh and whole evidence never makes a cell worse', () => {
  fc.assert(
    fc.property(someEstate, someEvidence, (of, more) => {
      const whole = { ...more, at: now, depth: { ...more.depth, done: 3 }, gaps: [] }
      neverBetter(cellsOf({ ...of, evidence: [...of.evidence, whole] }), cellsOf(of))
    }),
  )
})

test('another engine’s evidence never makes a cell worse, however poor it is', () => {
  fc.assert(
    fc.property(someEstate, someEvidence, (of, more) => {
      neverBetter(cellsOf({ ...of, evidence: [...of.evidence, { ...more, engine: 'third' }] }), cellsOf(of))
    }),
  )
})

test('a gap never makes a cell better', () => {
  fc.assert(
    fc.property(someEstate, fc.nat(), (of, which) => {
      const lowered = of.evidence.map((one, index) =>
        index === which % of.evidence.length ? { ...one, gaps: [...one.gaps, { why: 'it was cut short' }] } : one,
      )
      neverBetter(cellsOf(of), cellsOf({ ...of, evidence: lowered }))
    }),
  )
})

test('time that passes never makes a cell better', () => {
  fc.assert(
    fc.property(someEstate, fc.constantFrom('2026-11-22T12:00:00Z', '2027-01-01T00:00:00Z'), (of, later) => {
      neverBetter(cellsOf(of), cellsOf(of, later))
    }),
  )
})

test('the silence of a source changes the parts that it speaks for, and no others', () => {
  fc.assert(
    fc.property(someEstate, fc.constantFrom(...sources), (of, silent) => {
      const others = of.sources.filter(({ id }) => id !== silent.id)
      const before = cellsOf({ ...of, sources: [...others, silent] })
      const found = of.resources.some(({ service }) => service === 'self.docker')
      const after = cellsOf({ ...of, sources: [...others, { ...silent, state: 'unreachable', reason: 'it is off' }] })
      for (const [index, cell] of after.entries()) {
        for (const [number, part] of cell.parts.entries()) {
          const spoken = index < 9 && silent.speaksFor[0]!.subLayers.includes(part.subLayer)
          if (spoken && part.state !== 'n/a') assert.equal(part.state, 'unknown')
          if (!spoken && found) assert.deepEqual(part, before[index]!.parts[number])
        }
      }
    }),
  )
})

test('what subjects fold to does not depend on their order', () => {
  const outcome: fc.Arbitrary<Outcome> = fc.record({
    state: fc.constantFrom<CellState>('gap', 'unknown', 'stale', 'proven'),
    why: fc.constantFrom('one', 'two', 'three'),
    evidence: someEvidence.map((one) => ({ ...one, depth: { ...one.depth, unit: 'rules evaluated' } })),
  })
  const told = { asOf: now, limit: 1, nouns: ['thing', 'things'] } as const
  fc.assert(
    fc.property(fc.array(outcome, { minLength: 1, maxLength: 8 }), fc.integer(), (outcomes, seed) => {
      const [mixed] = fc.sample(fc.shuffledSubarray(outcomes, { minLength: outcomes.length }), { seed, numRuns: 1 })
      const { state, reason } = foldOutcomes(outcomes, told)
      assert.deepEqual(foldOutcomes(mixed!, told), { state, reason })
    }),
  )
})

test('the matrix does not depend on the order in which resources and evidence are stored', () => {
  fc.assert(
    fc.property(someEstate, (of) => {
      // Two pieces by one engine at one time cannot be told apart; a store holds only the newest of each.
      const stored = [
        ...new Map(of.evidence.map((one) => [[one.resource, one.subLayer, one.task, one.engine].join(), one])).values(),
      ]
      const turned = { ...of, resources: of.resources.toReversed(), evidence: stored.toReversed() }
      const states = (one: Estate) => cellsOf(one).map(({ state }) => state)
      assert.deepEqual(states(turned), states({ ...of, evidence: stored }))
    }),
  )
})

test('ten thousand resources take well under a second', async () => {
  const many = Array.from({ length: 10_000 }, (_, index) => {
    const use = { reference: 'nginx', image: imageId(`sha256:${String(index % 3000).padStart(64, '0')}`) }
    return container(`c${index}`, use, { runsOn: `host/h${index % 500}` })
  })
  const proof = many.flatMap(({ id, runs }) => [
    evidence(id, 'container_config', 'hardening'),
    evidence(runs!.images[0]!.image!, 'image', 'vulnerabilities'),
  ])
  const of = estate({ sources, resources: many, evidence: proof })
  const milliseconds = await processorTimeOf(() => matrix(catalog, of, now, { all: true }))
  assert.ok(milliseconds < 2000) // measured: a tenth of it
})
