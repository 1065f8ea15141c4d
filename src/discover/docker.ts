// A Docker Engine of this machine: containers, images, and how the engine itself is set up.

import { publicAddress } from '../io/engine.ts'
import { addresses, type Places } from './docker/addresses.ts'
import { askEngine, engineCalls } from './docker/engine-resources.ts'
import { exportImage } from './docker/export-image.ts'
import type { Source } from './source.ts'

const places: Places = {
  variables: ['DOCKER_HOST'],
  sockets: ['/var/run/docker.sock'],
  ownSocket: 'docker.sock',
}

const subLayers = ['image', 'container_config', 'control_plane'] as const

export const docker: Source = {
  id: 'docker',
  name: 'Docker Engine',
  asks: engineCalls,
  speaksFor: [
    { service: 'self.docker', subLayers },
    { service: 'self.swarm', subLayers },
  ],
  offer: 'Start a Docker Engine, or set DOCKER_HOST to its socket; the reader must be root or in its group.',
  async locate(ask) {
    const [first] = await addresses(ask, places)
    return first && `Docker Engine at ${publicAddress(first)}`
  },
  async *discover(ask, scan) {
    yield* askEngine(await addresses(ask, places), 'docker', ask, scan)
  },
  async *image(ask, digest, signal) {
    yield* exportImage(await addresses(ask, places), ask, digest, signal)
  },
}
