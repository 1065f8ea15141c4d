// Podman's service of this machine. It answers the API of the Docker Engine: https://docs.podman.io/en/latest/_static/api.html

import { publicAddress } from '../io/engine.ts'
import { addresses, type Places } from './docker/addresses.ts'
import { askEngine, engineCalls } from './docker/engine-resources.ts'
import { exportImage } from './docker/export-image.ts'
import type { Source } from './source.ts'

const places: Places = {
  variables: ['CONTAINER_HOST'],
  sockets: ['/run/podman/podman.sock'],
  ownSocket: 'podman/podman.sock',
}

export const podman: Source = {
  id: 'podman',
  name: 'Podman',
  asks: engineCalls,
  speaksFor: [{ service: 'self.podman', subLayers: ['image', 'container_config', 'control_plane'] }],
  offer: 'Run `systemctl enable --now podman.socket`, or set CONTAINER_HOST to the socket of a Podman service.',
  async locate(ask) {
    const [first] = await addresses(ask, places)
    return first && `Podman at ${publicAddress(first)}`
  },
  async *discover(ask, scan) {
    yield* askEngine(await addresses(ask, places), 'podman', ask, scan)
  },
  async *image(ask, digest, signal) {
    yield* exportImage(await addresses(ask, places), ask, digest, signal)
  },
}
