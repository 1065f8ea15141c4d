// The whole matrix of the catalogue over a large estate, against parsing the same estate from JSON.

import { matrix } from '../src/cover/matrix.ts'
import type { Estate } from '../src/model/estate.ts'
import type { Evidence } from '../src/model/evidence.ts'
import { imageId, type Resource } from '../src/model/resource.ts'
import { loadCatalog } from '../src/run/catalog.ts'
import { inTurns, type Bench } from './figure.ts'

const workloads = 10_000
const at = '2026-11-21T12:00:00Z'

export const coverBench: Bench = {
  room: 'cover',
  async measure() {
    const catalog = await loadCatalog()
    const estate = estateOf(catalog.services.map(({ id }) => id))
    const text = JSON.stringify(estate)
    const times = await inTurns(
      5,
      () => matrix(catalog, estate, at, { all: true }),
      () => JSON.parse(text),
    )
    const name = `${catalog.services.length} services, ${workloads} workloads, ${estate.evidence.length} pieces of evidence`
    return [{ name, floorName: 'parsing the estate from JSON', bar: 10, ...times }]
  },
}

function estateOf(services: readonly string[]): Estate {
  const resources: Resource[] = []
  const evidence: Evidence[] = []
  const digests = Array.from({ length: workloads / 10 }, (_, index) => `sha256:${String(index).padStart(64, '0')}`)
  const proof = { engine: 'plimsoll', at, gaps: [], depth: { done: 10, of: 10, unit: 'rules evaluated' } } as const
  for (let index = 0; index < workloads; index++) {
    const id = `estate/workloads/${index}`
    const image = imageId(digests[index % digests.length]!)
    resources.push({
      id,
      kind: 'docker.Container',
      name: id,
      service: services[index % services.length]!,
      source: 'docker',
      runs: { images: [{ reference: 'shop', image }], exposure: 'local', state: 'running' },
      labels: {},
      properties: {},
    })
    evidence.push({ resource: id, subLayer: 'container_config', task: 'hardening', ...proof })
  }
  for (const digest of digests) {
    evidence.push({ resource: imageId(digest), subLayer: 'image', task: 'vulnerabilities', ...proof })
  }
  const images = digests.map((digest) => ({ id: imageId(digest), digest, aliases: [] }))
  return { sources: [], resources, images, evidence, open: [] }
}
