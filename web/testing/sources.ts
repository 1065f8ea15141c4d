// Sources of the fixtures: two that answer, one that could be given.

import type { SourceView } from '../../src/serve/views/sources.ts'
import { minutesAgo } from './parts.ts'

export const hostSource: SourceView = {
  id: 'host',
  name: 'This machine, web-1',
  state: 'answered',
  askedAt: minutesAgo(2),
  answeredAt: minutesAgo(2),
  resources: 3,
  asks: ['/etc/os-release', '/var/lib/dpkg/status', '/proc/*/cgroup'],
  offer: 'It is always asked.',
  cells: [],
  gaps: [{ why: 'not readable without root', place: { path: '/etc/shadow' } }],
}
export const dockerSource: SourceView = {
  id: 'docker',
  name: 'Docker Engine 28.1 at /var/run/docker.sock',
  state: 'answered',
  askedAt: minutesAgo(2),
  answeredAt: minutesAgo(2),
  resources: 8,
  asks: ['GET /containers/json', 'GET /images/json'],
  offer: 'Give the user that runs Plimsoll the right to read /var/run/docker.sock.',
  cells: [],
  gaps: [],
}
export const offered: readonly SourceView[] = [
  {
    ...dockerSource,
    id: 'podman',
    name: 'Podman',
    state: 'absent',
    reason: 'no socket at /run/podman/podman.sock',
    offer: 'Start it with systemctl --user start podman.socket.',
    resources: 0,
    cells: [],
  },
]
