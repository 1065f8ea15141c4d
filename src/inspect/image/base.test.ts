import { test } from 'node:test'
import { deepEqual } from 'node:assert/strict'
import { namedBase } from './base.ts'

const config = { exposedPorts: [], env: [], entrypoint: [], cmd: [], labels: {}, volumes: [] }

test('what the builder wrote, on the manifest or as a label', () => {
  const base = { name: 'docker.io/library/debian:12', digest: 'sha256:x', known: 'annotation' } as const
  const labels = {
    'org.opencontainers.image.base.name': 'docker.io/library/debian:12',
    'org.opencontainers.image.base.digest': 'sha256:x',
  }
  deepEqual(namedBase({ config: { ...config, labels } }), base)
  deepEqual(namedBase({ config, annotations: labels }), base)
  deepEqual(namedBase({ config }), undefined)
})
