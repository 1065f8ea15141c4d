// From where a container can be reached, as far as its ports and networks tell.

import type { Running } from '../../model/resource.ts'
import type { ContainerAnswer, PortBindings } from './answers.ts'

interface PublishedPort {
  /** `80/tcp` */
  container: string
  /** An address of the machine; `0.0.0.0` and `::` are all of them. */
  hostIp: string
  /** Empty where the engine chooses one at the start. */
  hostPort: string
}

/** Of a stopped container those that it will have when it is started. */
export function publishedPorts({ State, HostConfig, NetworkSettings }: ContainerAnswer): PublishedPort[] {
  const open = flat(NetworkSettings?.Ports)
  return open.length > 0 || State?.Status === 'running' ? open : flat(HostConfig.PortBindings)
}

/**
 * `drivers`: the driver of each network by the network's name. Only behind a bridge are published ports all that can be
 * reached from outside; on the machine's own network, or on one that others share, nobody has told.
 */
export function exposure(container: ContainerAnswer, drivers: ReadonlyMap<string, string>): Running['exposure'] {
  const ports = publishedPorts(container)
  if (ports.some(({ hostIp }) => !isLoopback(hostIp))) return 'public'
  const mode = container.HostConfig.NetworkMode
  if (mode === undefined || mode === null || mode === 'host' || mode.startsWith('container:')) return 'unknown'
  const networks = Object.keys(container.NetworkSettings?.Networks ?? {})
  if (!networks.every((name) => closedDrivers.has(drivers.get(name === 'default' ? 'bridge' : name) ?? '')))
    return 'unknown'
  return ports.length > 0 ? 'local' : 'none'
}

const closedDrivers = new Set(['bridge', 'null'])

function flat(bindings: PortBindings): PublishedPort[] {
  return Object.entries(bindings ?? {}).flatMap(([container, list]) =>
    (list ?? []).map(({ HostIp, HostPort }) => ({
      container,
      hostIp: HostIp || '0.0.0.0', // the engine's default
      hostPort: HostPort ?? '',
    })),
  )
}

function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '::1'
}
