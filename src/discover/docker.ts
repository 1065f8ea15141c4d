// A Docker Engine of this machine: containers, images, and how the engine itself is set up.

import { engineSource } from './docker/engine-source.ts'
import type { Source } from './source.ts'

const subLayers = ['image', 'container_config', 'control_plane'] as const

export const docker: Source = engineSource(
  {
    id: 'docker',
    name: 'Docker Engine',
    speaksFor: [
      { service: 'self.docker', subLayers },
      { service: 'self.swarm', subLayers },
    ],
    offer: 'Start a Docker Engine, or set DOCKER_HOST to its socket; the reader must be root or in its group.',
  },
  { variables: ['DOCKER_HOST'], sockets: ['/var/run/docker.sock'], ownSocket: 'docker.sock' },
)
