import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Cell, CellState } from '../model/coverage.ts'
import type { Estate } from '../model/estate.ts'
import type { Evidence } from '../model/evidence.ts'
import type { Layer, SubLayer, Task } from '../model/layers.ts'
import { imageId, type Resource } from '../model/resource.ts'
import { coverageRows, matrix, resourceCells } from './matrix.ts'
import {
  catalog,
  container,
  digest,
  engine,
  estate,
  evidence,
  machine,
  now,
  openFindings,
  resource,
  source,
} from './testing.ts'

const a = imageId(digest('a'))
const b = imageId(digest('b'))
const web = container('web', { reference: 'nginx:1.27', image: a })
const shop = container('shop', { reference: 'ghcr.io/shop:2', image: b })
const sources = [
  source('docker', ['image', 'container_config', 'control_plane']),
  source('host', ['node_os', 'network', 'identity']),
]
const found = (more: Partial<Estate> = {}) => estate({ sources, resources: [machine, engine, web], ...more })

function cell(of: Estate, layer: Layer, task: Task, service = 'self.docker', all = false): Cell {
  const row = matrix(catalog, of, now, { all }).rows.find((one) => one.service === service)
  return row!.cells.find((one) => one.layer === layer && one.task === task)!
}

function part(of: Estate, subLayer: SubLayer, task: Task, service = 'self.docker', all = false) {
  const row = matrix(catalog, of, now, { all }).rows.find((one) => one.service === service)
  const { state, reason } = row!.cells
    .filter((one) => one.task === task)
    .flatMap(({ parts }) => parts)
    .find((one) => one.subLayer === subLayer)!
  return [state, reason]
}

test('only services that were found have a row, with their workloads', () => {
  const { rows } = matrix(catalog, found({ resources: [machine, engine, web, shop] }), now)
  assert.deepEqual(
    rows.map((row) => [row.service, row.found, row.workloads]),
    [['self.docker', true, 2]],
  )
  assert.equal(rows[0]!.cells.length, 9)
})

const judged: [what: string, evidence: readonly Evidence[], state: CellState, reason: string][] = [
  ['no evidence', [], 'gap', 'nothing covers it'],
  ['fresh and whole', [evidence(a, 'image', 'vulnerabilities')], 'proven', '10 of 10 packages judged, 5 min ago'],
  [
    'nothing to judge in it',
    [evidence(a, 'image', 'vulnerabilities', { done: 0, of: 0 })],
    'proven',
    'no packages to judge, 5 min ago',
  ],
  [
    'one package not judged',
    [evidence(a, 'image', 'vulnerabilities', { done: 312, of: 318, gaps: [{ why: 'no order for rpm versions' }] })],
    'unknown',
    '312 of 318 packages judged; 6 not: no order for rpm versions',
  ],
  [
    'all judged, but something was not read',
    [evidence(a, 'image', 'vulnerabilities', { gaps: [{ why: 'layer 2 could not be read' }] })],
    'unknown',
    '10 of 10 packages judged, but layer 2 could not be read',
  ],
  [
    'nothing judged',
    [
      evidence(a, 'image', 'vulnerabilities', {
        done: 0,
        gaps: [{ why: 'no advisories for this release (Debian:12)' }],
      }),
    ],
    'gap',
    'no advisories for this release (Debian:12)',
  ],
  [
    'too old',
    [evidence(a, 'image', 'vulnerabilities', { at: '2026-11-20T11:59:59Z' })],
    'stale',
    'last done 24 h ago; it counts for 24 h',
  ],
  [
    'at the limit',
    [evidence(a, 'image', 'vulnerabilities', { at: '2026-11-20T12:00:00Z' })],
    'proven',
    '10 of 10 packages judged, 24 h ago',
  ],
  [
    'at no time',
    [evidence(a, 'image', 'vulnerabilities', { at: 'soon' })],
    'stale',
    'last done soon; it counts for 24 h',
  ],
  [
    'later than asked for',
    [evidence(a, 'image', 'vulnerabilities', { at: '2026-11-21T12:00:01Z' })],
    'gap',
    'nothing covers it',
  ],
  [
    'the newest of one engine counts',
    [
      evidence(a, 'image', 'vulnerabilities', { at: '2026-11-21T11:00:00Z' }),
      evidence(a, 'image', 'vulnerabilities', { done: 0, gaps: [{ why: 'the index is gone' }] }),
    ],
    'gap',
    'the index is gone',
  ],
  [
    'the best of several engines counts',
    [
      evidence(a, 'image', 'vulnerabilities', { engine: 'other', at: '2026-11-01T00:00:00Z' }),
      evidence(a, 'image', 'vulnerabilities'),
    ],
    'proven',
    '10 of 10 packages judged, 5 min ago',
  ],
]
for (const [what, about, state, reason] of judged) {
  test(`an image with evidence ${what}: ${state}`, () => {
    assert.deepEqual(part(found({ evidence: about }), 'image', 'vulnerabilities'), [state, reason])
  })
}

test('settings count for a week', () => {
  const at = '2026-11-15T12:00:00Z'
  const told = found({ evidence: [evidence(a, 'image', 'hardening', { at })] })
  assert.deepEqual(part(told, 'image', 'hardening'), ['proven', '10 of 10 rules evaluated, 6 days ago'])
  assert.equal(matrix(catalog, told, now, { limits: { hardening: 1 } }).rows[0]!.cells[0]!.parts[0]!.state, 'stale')
})

test('several subjects fold to the worst, and the reason says how many', () => {
  const both = found({
    resources: [machine, engine, web, shop],
    evidence: [evidence(a, 'image', 'vulnerabilities'), evidence(b, 'image', 'vulnerabilities', { done: 4 })],
  })
  assert.deepEqual(part(both, 'image', 'vulnerabilities'), [
    'unknown',
    '1 of 2 images: 4 of 10 packages judged; 6 not: no reason was given for what is missing',
  ])
  assert.deepEqual(part(both, 'container_config', 'hardening'), ['gap', 'all 2 workloads: nothing covers it'])
})

test('a workload whose image is not known by its digest makes the part unknown', () => {
  const nameless = container('x', { reference: 'nginx:1.27' })
  const proof = [evidence(a, 'image', 'hardening')]
  const of = (other: Resource) =>
    part(found({ resources: [machine, web, other], evidence: proof }), 'image', 'hardening')
  assert.deepEqual(of(nameless), ['unknown', '1 of 2 images: the digest of nginx:1.27 is not known'])
  assert.deepEqual(of(container('y', undefined)), ['unknown', '1 of 2 images: which image y runs is not known'])
})

test('an image is found by whichever of its digests the runtime reports', () => {
  const images = [{ id: b, digest: digest('b'), aliases: [`nginx@${digest('a')}`, 'nginx:1.27'] }]
  const told = found({ images, evidence: [evidence(b, 'image', 'hardening')] })
  assert.equal(part(told, 'image', 'hardening')[0], 'proven')
})

test('infrastructure is judged by the machines that the resources run on', () => {
  const proof = [evidence(machine.id, 'node_os', 'vulnerabilities')]
  assert.equal(part(found({ evidence: proof }), 'node_os', 'vulnerabilities')[0], 'proven')
  const elsewhere = container('far', { reference: 'x', image: a }, { runsOn: 'host/gone' })
  assert.deepEqual(part(found({ resources: [machine, elsewhere], evidence: proof }), 'node_os', 'vulnerabilities'), [
    'unknown',
    '1 of 2 machines: no source reports the machine host/gone',
  ])
})

test('no registry was asked, and the reason names those that images come from', () => {
  const told = found({ resources: [machine, engine, web, shop] })
  assert.deepEqual(part(told, 'registry', 'hardening'), ['unknown', 'no registry was asked: docker.io, ghcr.io'])
})

test('threats that nothing watches are a gap which names products that could', () => {
  assert.deepEqual(part(found(), 'image', 'threats'), ['gap', 'nothing watches it; Falco, Other could'])
  assert.deepEqual(part(found(), 'network', 'threats'), ['gap', 'nothing watches it'])
  assert.deepEqual(cell(found(), 'application', 'threats').tools, ['falco.runtime', 'falco.audit', 'other.runtime'])
})

test('a layer with nothing in it is n/a where the source that would know answered, else unknown', () => {
  const bare = found({ resources: [machine, engine] })
  assert.deepEqual(part(bare, 'image', 'threats'), ['n/a', 'no images found, asked 2 min ago'])
  assert.equal(cell(bare, 'application', 'threats').state, 'n/a')
  const unasked = { ...bare, sources: [] }
  assert.deepEqual(part(unasked, 'image', 'threats'), ['unknown', 'no source that could see it was asked'])
})

test('a layer is as bad as its worst part of one’s own, and says which', () => {
  const told = found({ evidence: [evidence(a, 'image', 'hardening')] })
  const { state, reason } = cell(told, 'application', 'hardening')
  assert.deepEqual([state, reason], ['gap', 'container configuration: nothing covers it'])
})

test('a configuration has no packages: vulnerabilities of an application are those of its images', () => {
  const told = found({ evidence: [evidence(a, 'image', 'vulnerabilities')] })
  assert.equal(cell(told, 'application', 'vulnerabilities').state, 'proven')
})

test('what is left to the provider reads provider only with a document', () => {
  const lone = estate({ resources: [resource('aws/task', 'aws.Task', { service: 'aws.runtime' })] })
  const platform = cell(lone, 'platform', 'hardening', 'aws.runtime')
  assert.equal(platform.state, 'provider')
  assert.match(platform.reason, /"Who does what" of 2026-01-12/)
  assert.equal(platform.parts[0]!.document?.id, 'DOC')
  assert.equal(cell(lone, 'infrastructure', 'hardening', 'aws.runtime').state, 'provider, assumed')
  const { totals, counted } = matrix(catalog, lone, now)
  assert.deepEqual([totals.provider, totals['provider, assumed'], totals.unknown, counted], [3, 3, 3, 6])
})

test('a silent source turns exactly its cells to unknown, with its reason and since when', () => {
  const proof = [
    evidence(a, 'image', 'hardening'),
    evidence(web.id, 'container_config', 'hardening'),
    evidence(machine.id, 'node_os', 'hardening'),
  ]
  const silent = [
    { ...sources[0]!, state: 'unreachable', reason: 'connection refused', answeredAt: '2026-11-21T11:00:00Z' } as const,
    sources[1]!,
  ]
  const told = found({ evidence: proof, sources: silent })
  const why = 'docker at its socket does not answer: connection refused; last answered 1 h ago'
  assert.deepEqual(part(told, 'image', 'hardening'), ['unknown', why])
  assert.deepEqual(part(told, 'control_plane', 'threats'), ['unknown', why])
  assert.equal(part(told, 'node_os', 'hardening')[0], 'proven')
  assert.equal(part(told, 'node_os', 'threats')[0], 'gap')
})

test('findings stand beside the state, and are null where nobody looked', () => {
  const open = [
    openFindings(a, 'image', 'vulnerabilities', { critical: 1, low: 1 }),
    openFindings(b, 'image', 'vulnerabilities', { high: 1 }), // of an image that nothing runs
    openFindings(a, 'image', 'hardening', { high: 1 }),
  ]
  const whole = found({ open, evidence: [evidence(a, 'image', 'vulnerabilities')] })
  const counts = { critical: 1, high: 0, medium: 0, low: 1, unknown: 0 }
  const { findings: seen, atLeast } = cell(whole, 'application', 'vulnerabilities')
  assert.deepEqual([seen, atLeast], [counts, false])
  const partly = cell(
    found({ open, evidence: [evidence(a, 'image', 'vulnerabilities', { done: 9 })] }),
    'application',
    'vulnerabilities',
  )
  assert.deepEqual([partly.findings, partly.atLeast], [counts, true])
  assert.equal(cell(found(), 'application', 'vulnerabilities').findings, null)
  const nothing = [evidence(a, 'image', 'vulnerabilities', { done: 0 })]
  assert.equal(cell(found({ evidence: nothing }), 'application', 'vulnerabilities').findings, null)
})

test('every service: what no source could see is unknown, what was looked for and not found is n/a', () => {
  const unasked = cell(estate(), 'application', 'hardening', 'self.docker', true)
  assert.deepEqual([unasked.state, unasked.reason], ['unknown', 'image: no source that could see it was asked'])
  const lookedFor = cell(estate({ sources }), 'platform', 'hardening', 'self.docker', true)
  assert.deepEqual([lookedFor.state, lookedFor.reason], ['n/a', 'registry: looked for, none found, asked 2 min ago'])
  assert.equal(cell(estate(), 'platform', 'hardening', 'aws.runtime', true).state, 'provider')
  const { rows, totals, counted } = matrix(catalog, estate(), now, { all: true })
  assert.deepEqual([rows.length, totals.unknown, counted], [2, 0, 0]) // totals are over what was found
})

test('a service that the catalogue does not hold is shown and unknown', () => {
  const odd = resource('x', 'odd.Thing', { service: 'odd.thing' })
  const { rows } = matrix(catalog, estate({ resources: [odd] }), now)
  assert.deepEqual([rows[0]?.service, rows[0]?.cells[0]?.state], ['odd.thing', 'unknown'])
  assert.equal(resourceCells(catalog, estate({ resources: [odd] }), odd, now)[0]?.state, 'unknown')
})

test('one row for each cell', () => {
  const rows = coverageRows(matrix(catalog, found(), now))
  assert.equal(rows.length, 9)
  assert.deepEqual(Object.keys(rows[0]!), ['service', 'layer', 'task', 'state', 'reason', 'evidence'])
})

test('one workload has its own images, its engine and its machine', () => {
  const proof = [
    evidence(a, 'image', 'hardening'),
    evidence(web.id, 'container_config', 'hardening'),
    evidence(engine.id, 'control_plane', 'hardening'),
  ]
  const told = found({ resources: [machine, engine, web, shop], evidence: proof })
  const states = (of: Resource) => resourceCells(catalog, told, of, now).map(({ state }) => state)
  assert.deepEqual(states(web).slice(0, 2), ['proven', 'gap'])
  assert.deepEqual(states(shop).slice(0, 2), ['gap', 'gap'])
  assert.deepEqual(states(machine), ['n/a', 'n/a', 'n/a', 'n/a', 'n/a', 'n/a', 'gap', 'gap', 'gap'])
  assert.deepEqual(states(engine).slice(0, 5), ['n/a', 'n/a', 'n/a', 'proven', 'gap'])
  const stored = resource(`host/web-1/images/${digest('a')}`, 'docker.Image')
  assert.deepEqual(states(stored).slice(0, 4), ['proven', 'gap', 'gap', 'n/a'])
})
