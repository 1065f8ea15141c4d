// What runs on the machine of the fixtures.

import type { ResourceView } from '../../src/serve/views/inventory.ts'
import { counts, digest, minutesAgo, states } from './parts.ts'

export const machine = resource('host/web-1', 'host.Machine', 'web-1', {
  service: 'self.podman',
  serviceName: 'Podman, containerd, LXC',
  source: 'host',
  cells: states('--- --- ppg'),
  findings: counts('M12 L2'),
})
export const engine = resource('host/web-1/docker', 'docker.Engine', 'Docker Engine 28.1', {
  cells: states('--- pgg psg'),
  findings: counts('M3'),
})

function resource(id: string, kind: string, name: string, more: Partial<ResourceView> = {}): ResourceView {
  return {
    id,
    kind,
    name,
    service: 'self.docker',
    serviceName: 'Docker Engine',
    source: 'docker',
    team: 'default',
    images: [],
    firstSeen: minutesAgo(12_000),
    lastSeen: minutesAgo(2),
    cells: states('pug pgg psg'),
    findings: counts(''),
    ...more,
  }
}

/** Containers of many kinds: known and unknown findings, read and unread images, every exposure. */
export function containers(many: number): ResourceView[] {
  const names = [
    'shop-api',
    'ledger-worker',
    'redis',
    'nginx-edge',
    'build-runner',
    'mail-out',
    'a-name-that-goes-on-and-on-and-on-and-on',
  ]
  const exposures = ['public', 'local', 'none', 'unknown']
  const found = ['C1 H12 M36', 'H3 M9', '', 'M6', 'C1 H9 M22 L4 U1']
  return Array.from({ length: many }, (_, index) => {
    const name = `${names[index % names.length]!}${index < names.length ? '' : `-${index}`}`
    const read = index % 5 !== 3
    return resource(`host/web-1/containers/${index.toString(16).padStart(12, '0')}`, 'docker.Container', name, {
      runsOn: machine.id,
      exposure: exposures[index % exposures.length]!,
      state: 'running',
      images: [
        { reference: `registry.example.com/shop/${name}:4.18.2`, ...(read && { image: `image/${digest('a')}` }) },
      ],
      findings: read ? counts(found[index % found.length]!) : null,
      cells: states(read ? 'ppg pgg psg' : 'uug pgg psg'),
      lastSeen: minutesAgo(index % 300),
    })
  })
}
