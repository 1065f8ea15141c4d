// Podman's service of this machine. It answers the API of the Docker Engine: https://docs.podman.io/en/latest/_static/api.html

import { engineSource } from './docker/engine-source.ts'
import type { Source } from './source.ts'

export const podman: Source = engineSource(
  {
    id: 'podman',
    name: 'Podman',
    speaksFor: [{ service: 'self.podman', subLayers: ['image', 'container_config', 'control_plane'] }],
    offer: 'Run `systemctl enable --now podman.socket`, or set CONTAINER_HOST to the socket of a Podman service.',
  },
  { variables: ['CONTAINER_HOST'], sockets: ['/run/podman/podman.sock'], ownSocket: 'podman/podman.sock' },
)
