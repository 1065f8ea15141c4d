import { test } from 'node:test'
import { deepEqual } from 'node:assert/strict'
import { baseOf, namedBase, type KnownImage } from './base.ts'

const config = { exposedPorts: [], env: [], entrypoint: [], cmd: [], labels: {}, volumes: [] }

function image(name: string, ...layers: string[]): KnownImage {
  return { digest: `sha256:${name}`, aliases: [`${name}:1`], layers }
}

const app = { layers: ['1', '2', '3'].map((digest) => ({ digest, size: 1, entries: 1 })) }

test('the image with the most of the lowest layers, but not all', () => {
  const others = [
    image('a', '1'),
    image('b', '1', '2'),
    image('c', '2'),
    image('same', '1', '2', '3'),
    image('d', '1', '2', '3', '4'),
  ]
  deepEqual(baseOf(app, others), { layers: 2, name: 'b:1', digest: 'sha256:b', known: 'estate' })
  deepEqual(baseOf(app, [image('c', '2'), image('none')]), undefined)
})

test('without one, what the builder wrote', () => {
  const base = { name: 'docker.io/library/debian:12', digest: 'sha256:x', known: 'annotation' } as const
  const labels = {
    'org.opencontainers.image.base.name': 'docker.io/library/debian:12',
    'org.opencontainers.image.base.digest': 'sha256:x',
  }
  deepEqual(namedBase({ config: { ...config, labels } }), base)
  deepEqual(namedBase({ config, annotations: labels }), base)
  deepEqual(namedBase({ config }), undefined)
  deepEqual(baseOf({ ...app, base }, []), base)
})
