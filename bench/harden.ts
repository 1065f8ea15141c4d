// All rules over 10,000 containers, against writing and parsing the same containers as JSON.

import { evaluate } from '../src/harden/evaluate.ts'
import { loadRules } from '../src/run/rules.ts'
import { inTurns, type Bench } from './figure.ts'

const count = 10_000

export const hardenBench: Bench = {
  room: 'harden',
  async measure() {
    const rules = await loadRules()
    const passing = rules.filter(({ on }) => on.includes('docker.Container')).flatMap(({ cases }) => cases.pass)
    // The facts of all cases together: what an engine tells of one container.
    const properties = Object.assign({}, ...passing.map(({ resource }) => resource))
    const containers = Array.from({ length: count }, (_, index) => ({
      id: `container/${index}`,
      kind: 'docker.Container',
      properties: { ...properties, index },
    }))
    const times = await inTurns(
      3,
      () => containers.map((container) => evaluate(rules, container)),
      () => containers.map((container) => JSON.parse(JSON.stringify(container)) as unknown),
    )
    const of = evaluate(rules, containers[0]!).bySubLayer.values().next().value?.depth.of ?? 0
    return [
      {
        name: `${of} rules over ${count} containers`,
        floorName: 'JSON of the same, there and back',
        bar: 25,
        ...times,
      },
    ]
  },
}
