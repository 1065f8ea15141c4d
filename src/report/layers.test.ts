import { equal } from 'node:assert/strict'
import { test } from 'node:test'
import { layerName } from './layers.ts'

test('a finding’s layer leads to the line that made it, where provenance tells it', () => {
  const layer = (digest: string) => ({ digest, size: 1, entries: 1 })
  const config = { exposedPorts: [], env: [], entrypoint: [], cmd: [], labels: {}, volumes: [] }
  const steps = [{ layer: 'sha256:b', file: 'Dockerfile', line: 10 }]
  const origin = { steps, signatures: [], attestations: [] }
  const image = { layers: [layer('sha256:a'), layer('sha256:b')], config, aliases: [], origin }
  equal(layerName('sha256:a', { image }), 'layer 1 of 2')
  equal(layerName('sha256:b', { image }), 'layer 2 of 2 (Dockerfile:10)')
  equal(layerName('sha256:c', { image }), 'layer sha256:c')
})
