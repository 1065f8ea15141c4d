import { test } from 'node:test'
import { deepEqual, equal } from 'node:assert/strict'
import * as fc from 'fast-check'
import { type Finding, priorityLevels } from './finding.ts'
import { levelOf, prioritise } from './priority.ts'
import { severities } from './severity.ts'

type Judged = Parameters<typeof prioritise>[0]

const found = (more: Partial<Judged> = {}): Judged => ({
  kind: 'vulnerability',
  severity: 'high',
  exploited: false,
  package: { ecosystem: 'npm', name: 'ws', version: '1', purl: 'pkg:npm/ws@1' },
  ...more,
})

test('each level says why, in one sentence', () => {
  const fixed = { ...found().package!, fixedIn: '2' }
  const epss = { probability: 0.42, percentile: 0.98 }
  const sentences = [
    prioritise(found({ exploited: true, score: 9.8, severity: 'critical', package: fixed }), {
      running: true,
      exposed: true,
    }),
    prioritise(found({ epss }), { exposed: true }),
    prioritise(found({ exploited: true, fixState: 'will not fix' }), { running: false }),
    prioritise(found({ severity: 'critical', package: fixed, subscription: 'Ubuntu Pro' })),
    prioritise(found(), { loaded: false }),
    prioritise(found({ severity: 'unknown' })),
    prioritise(found({ kind: 'malware', severity: 'critical' })),
  ]
  deepEqual(
    sentences.map(({ because }) => because),
    [
      'Act now: known to be exploited, critical (CVSS 9.8), running, reachable from outside; fixed in 2.',
      'Act now: exploited within 30 days with 42.0 % probability, high, reachable from outside; no fix known.',
      'Act soon: known to be exploited, high, not running; no fix: the distribution says will not fix.',
      'Act soon: critical; fixed in 2, for subscribers of Ubuntu Pro.',
      'Later: high, not loaded by any process; no fix known.',
      'Later: not rated; no fix known.',
      'Act now: critical malware; what to do depends on what it is for.',
    ],
  )
})

test('what is suppressed comes last, and says by whom', () => {
  const suppressed: Finding['suppressed'] = { by: 'app.vex.json', reason: 'not reachable' }
  deepEqual(prioritise(found({ exploited: true, suppressed })), {
    level: 'later',
    because: 'Later: suppressed by app.vex.json.',
  })
})

test('knowing that it is exploited, runs or is exposed never lowers a level, and not knowing never lowers it either', () => {
  const rank = (finding: Judged, at = {}): number => priorityLevels.indexOf(levelOf(finding, at))
  const severity = fc.constantFrom(...severities)
  const probability = fc.double({ min: 0, max: 1, noNaN: true })
  fc.assert(
    fc.property(severity, probability, fc.boolean(), (severity, probability, exploited) => {
      const finding = found({ severity, exploited, epss: { probability, percentile: probability } })
      const unknown = rank(finding)
      equal(rank({ ...finding, exploited: true }) <= unknown, true)
      equal(rank(finding, { running: true, exposed: true, loaded: true }) <= unknown, true)
      equal(unknown <= rank(finding, { running: false }), true)
      equal(unknown <= rank(finding, { loaded: false }), true)
    }),
  )
})
