// A container as a workload: what it runs, how it can be reached, and the settings that hardening rules read.

import { redactLabels } from '../../lib/redact.ts'
import { imageId, type ImageUse, type Resource, type Running } from '../../model/resource.ts'
import type { ContainerAnswer, ContainerEntry } from './answers.ts'
import type { Engine } from './engine.ts'
import { exposure, publishedPorts } from './exposure.ts'
import { known } from './known.ts'

export function containerResource(
  engine: Engine,
  container: ContainerAnswer,
  drivers: ReadonlyMap<string, string>,
): Resource {
  const labels = container.Config.Labels ?? {}
  return {
    ...identity(engine, container.Id, labels),
    name: container.Name.replace(/^\//, ''),
    runs: {
      images: [imageUse(container.Config.Image || container.Image, container.Image)],
      exposure: exposure(container, drivers),
      state: runState(container.State?.Status),
    },
    properties: containerProperties(container),
  }
}

/** What the list alone tells of a container that could not be inspected. */
export function listedContainer(engine: Engine, entry: ContainerEntry): Resource {
  return {
    ...identity(engine, entry.Id, entry.Labels ?? {}),
    name: entry.Names?.[0]?.replace(/^\//, '') ?? entry.Id.slice(0, 12),
    runs: {
      images: [imageUse(entry.Image, entry.ImageID ?? '')],
      exposure: 'unknown',
      state: runState(entry.State ?? undefined),
    },
    properties: {},
  }
}

/** Docker and older Podman differ in whether the algorithm stands before the digest. */
export function imageDigest(id: string): string | undefined {
  const hex = /^(?:sha256:)?([0-9a-f]{64})$/.exec(id)?.[1]
  return hex === undefined ? undefined : `sha256:${hex}`
}

function identity(engine: Engine, id: string, labels: Readonly<Record<string, string>>) {
  return {
    id: `host/${engine.host}/containers/${id}`,
    kind: 'docker.Container',
    service: serviceOf(engine, labels),
    source: engine.source,
    runsOn: `host/${engine.host}`,
    labels: redactLabels(labels),
  }
}

/** Orchestrators mark the containers that they started. */
function serviceOf(engine: Engine, labels: Readonly<Record<string, string>>): string {
  if (labels['io.kubernetes.pod.uid'] !== undefined) return 'self.kubernetes'
  if (labels['com.docker.swarm.service.id'] !== undefined) return 'self.swarm'
  return engine.service
}

function imageUse(reference: string, id: string): ImageUse {
  const digest = imageDigest(id)
  return { reference, ...(digest === undefined ? {} : { image: imageId(digest) }) }
}

function runState(status: string | undefined): Running['state'] {
  if (['running', 'paused', 'restarting'].includes(status ?? '')) return 'running'
  if (['created', 'exited', 'dead', 'removing', 'configured', 'stopped', 'initialized'].includes(status ?? '')) {
    return 'stopped' // the last three are Podman's
  }
  return 'unknown'
}

function containerProperties({ Config, HostConfig, Mounts, ...container }: ContainerAnswer) {
  return known({
    created: container.Created,
    privileged: HostConfig.Privileged,
    networkMode: HostConfig.NetworkMode,
    pidMode: HostConfig.PidMode,
    ipcMode: HostConfig.IpcMode,
    utsMode: HostConfig.UTSMode,
    usernsMode: HostConfig.UsernsMode,
    cgroupnsMode: HostConfig.CgroupnsMode,
    mounts: told(Mounts)?.map(({ Type, Source, Destination, RW, Propagation }) =>
      known({ type: Type, source: Source, destination: Destination, readOnly: RW === false, propagation: Propagation }),
    ),
    devices: told(HostConfig.Devices)?.map(({ PathOnHost }) => PathOnHost),
    capAdd: told(HostConfig.CapAdd)?.map(capability),
    capDrop: told(HostConfig.CapDrop)?.map(capability),
    securityOpt: told(HostConfig.SecurityOpt)?.map(withoutProfile),
    appArmorProfile: container.AppArmorProfile,
    readonlyRootfs: HostConfig.ReadonlyRootfs,
    /** Bytes; 0 = no limit. */
    memory: HostConfig.Memory,
    /** 0 = no limit: the API has null, 0 and -1 for it. */
    pidsLimit: HostConfig.PidsLimit === undefined ? undefined : Math.max(0, HostConfig.PidsLimit ?? 0),
    /** Billionths of a processor; 0 = no limit by this setting. */
    nanoCpus: HostConfig.NanoCpus,
    cpuQuota: HostConfig.CpuQuota,
    /** With the image's own default already in it; empty = root. */
    user: Config.User,
    restartPolicy: HostConfig.RestartPolicy?.Name,
    restartRetries: HostConfig.RestartPolicy?.MaximumRetryCount,
    healthcheck: hasHealthcheck(Config.Healthcheck?.Test),
    publishAllPorts: HostConfig.PublishAllPorts,
    portBindings: publishedPorts({ Config, HostConfig, Mounts, ...container }),
    // Values may be secrets; they are not even looked at.
    envNames: told(Config.Env)?.map((pair) => pair.split('=', 1)[0]!),
  })
}

/** The API writes an empty list as null; only one that is missing was not told. */
function told<T>(list: readonly T[] | null | undefined): readonly T[] | undefined {
  return list === null ? [] : list
}

/** `SYS_ADMIN`, however it was written: `CAP_SYS_ADMIN`, `sys_admin`. */
function capability(name: string): string {
  return name.toUpperCase().replace(/^CAP_/, '')
}

/** Docker replaces the path of a seccomp profile by the whole profile. */
function withoutProfile(option: string): string {
  return option.replace(/^(seccomp[=:])\s*\{[\s\S]*$/, '$1(own profile)')
}

/** `["NONE"]` switches off the one of the image. */
function hasHealthcheck(test: readonly string[] | null | undefined): boolean {
  return test !== undefined && test !== null && test.length > 0 && test[0] !== 'NONE'
}
