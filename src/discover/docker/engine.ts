// The engine itself: its version and how it is set up, as far as `GET /version` and `GET /info` tell.

import type { Resource } from '../../model/resource.ts'
import type { InfoAnswer, VersionAnswer } from './answers.ts'
import { known } from './known.ts'

/** What every resource of one engine shares. */
export interface Engine {
  /** Name of the machine that it runs on. */
  host: string
  source: string
  brand: 'docker' | 'podman'
  service: 'self.docker' | 'self.podman'
}

/** Podman answers the same API and says so by its components. */
export function brandOf(version: VersionAnswer): Engine['brand'] {
  return version.Components?.some(({ Name }) => /podman/i.test(Name)) ? 'podman' : 'docker'
}

/**
 * The engine, and where it is a node of a swarm, that node once more for the service Swarm: its control plane is the
 * same process with the same settings.
 */
export function* engineResources(engine: Engine, version: VersionAnswer, info: InfoAnswer): Generator<Resource> {
  const { host, source, brand, service } = engine
  const product = brand === 'docker' ? 'Docker Engine' : 'Podman'
  const shared = { kind: 'docker.Engine', source, runsOn: `host/${host}`, labels: {} }
  const properties = engineProperties(brand, version, info)
  yield { ...shared, id: `host/${host}/${brand}`, name: `${product} on ${host}`, service, properties }
  if (info.Swarm?.LocalNodeState !== 'active') return
  yield { ...shared, id: `host/${host}/swarm`, name: `Swarm node ${host}`, service: 'self.swarm', properties }
}

function engineProperties(brand: Engine['brand'], version: VersionAnswer, info: InfoAnswer) {
  const options = info.SecurityOptions?.map(securityOption)
  return known({
    product: brand,
    version: version.Version,
    apiVersion: version.ApiVersion,
    components: version.Components?.map(({ Name, Version }) => ({ name: Name, version: Version })),
    operatingSystem: info.OperatingSystem,
    kernelVersion: info.KernelVersion,
    architecture: info.Architecture,
    rootFolder: info.DockerRootDir,
    storageDriver: info.Driver,
    loggingDriver: info.LoggingDriver,
    cgroupDriver: info.CgroupDriver,
    cgroupVersion: info.CgroupVersion,
    defaultRuntime: info.DefaultRuntime,
    liveRestore: info.LiveRestoreEnabled,
    experimental: info.ExperimentalBuild,
    securityOptions: info.SecurityOptions,
    /** Whether root in a container is another user on the machine: a remapped one, or the person whose engine it is. */
    usernsRemap: options?.some(({ name }) => name === 'userns'),
    rootless: options?.some(({ name }) => name === 'rootless'),
    seccompProfile: options && (options.find(({ name }) => name === 'seccomp')?.profile ?? 'none'),
    noNewPrivileges: options?.some(({ name }) => name === 'no-new-privileges'),
    insecureRegistries: insecureRegistries(info),
    // Podman does not say where it listens.
    insecureListeners: brand === 'docker' ? insecureListeners(info.Warnings ?? []) : undefined,
    swarm: info.Swarm && { state: info.Swarm.LocalNodeState, manager: info.Swarm.ControlAvailable === true },
    warnings: info.Warnings?.map((text) => text.split('\n', 1)[0]!.slice(0, 300)),
  })
}

/** `name=seccomp,profile=builtin`; Docker up to 1.12 wrote `seccomp` alone. */
function securityOption(text: string): { name: string; profile?: string } {
  const fields = Object.fromEntries(text.split(',').map((field) => field.split('='))) as Record<
    string,
    string | undefined
  >
  const { name = text, profile } = fields
  return { name, ...(profile === undefined ? {} : { profile }) }
}

/** Registries that are asked without TLS, but for those on the machine itself, which every engine has. */
function insecureRegistries(info: InfoAnswer): string[] | undefined {
  const config = info.RegistryConfig
  if (!config) return undefined
  const networks = (config.InsecureRegistryCIDRs ?? []).filter((network) => !/^(127\.|::1\/128$)/.test(network))
  const names = Object.entries(config.IndexConfigs ?? {}).filter(([, { Secure }]) => !Secure)
  return [...networks, ...names.map(([name]) => name)]
}

/**
 * Addresses that anybody who reaches them may use. Docker warns of each one, whether it comes from daemon.json or from
 * the command line: `API is accessible on http://0.0.0.0:2375 without encryption`, `… without TLS client verification`.
 */
function insecureListeners(warnings: readonly string[]): string[] {
  return warnings.flatMap((text) => /API is accessible on (https?:\/\/\S+) without/.exec(text)?.[1] ?? [])
}
