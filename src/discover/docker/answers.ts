// What is used of the engine's answers. A list's elements are read one by one, so that a bad one costs only itself.
// https://docs.docker.com/reference/api/engine/version/v1.47/

import { z } from 'zod'

const strings = z.array(z.string()).nullish()
const labels = z.record(z.string(), z.string()).nullish()

export const versionAnswer = z.object({
  Version: z.string(),
  ApiVersion: z.string(),
  Components: z.array(z.object({ Name: z.string(), Version: z.string() })).nullish(),
})
export type VersionAnswer = z.infer<typeof versionAnswer>

export const infoAnswer = z.object({
  /** The name of the machine that the engine runs on. */
  Name: z.string().nullish(),
  OperatingSystem: z.string().nullish(),
  KernelVersion: z.string().nullish(),
  Architecture: z.string().nullish(),
  DockerRootDir: z.string().nullish(),
  Driver: z.string().nullish(),
  LoggingDriver: z.string().nullish(),
  CgroupDriver: z.string().nullish(),
  CgroupVersion: z.string().nullish(),
  DefaultRuntime: z.string().nullish(),
  LiveRestoreEnabled: z.boolean().nullish(),
  ExperimentalBuild: z.boolean().nullish(),
  SecurityOptions: strings,
  Warnings: strings,
  RegistryConfig: z
    .object({
      InsecureRegistryCIDRs: strings,
      IndexConfigs: z.record(z.string(), z.object({ Secure: z.boolean() })).nullish(),
    })
    .nullish(),
  Swarm: z.object({ LocalNodeState: z.string(), ControlAvailable: z.boolean().optional() }).nullish(),
})
export type InfoAnswer = z.infer<typeof infoAnswer>

export const containerEntry = z.object({
  Id: z.string().regex(/^[0-9a-f]{64}$/),
  Names: strings,
  Image: z.string(),
  ImageID: z.string().nullish(),
  State: z.string().nullish(),
  Labels: labels,
})
export type ContainerEntry = z.infer<typeof containerEntry>

const portBinding = z.object({ HostIp: z.string().nullish(), HostPort: z.string().nullish() })
const portBindings = z.record(z.string(), z.array(portBinding).nullable()).nullish()
export type PortBindings = z.infer<typeof portBindings>

export const containerAnswer = z.object({
  Id: z.string(),
  Name: z.string(),
  Image: z.string(),
  Created: z.string().nullish(),
  AppArmorProfile: z.string().nullish(),
  State: z.object({ Status: z.string() }).nullish(),
  Config: z.object({
    Image: z.string().nullish(),
    User: z.string().nullish(),
    Env: strings,
    Labels: labels,
    Healthcheck: z.object({ Test: strings }).nullish(),
  }),
  HostConfig: z.object({
    Privileged: z.boolean().nullish(),
    ReadonlyRootfs: z.boolean().nullish(),
    PublishAllPorts: z.boolean().nullish(),
    NetworkMode: z.string().nullish(),
    PidMode: z.string().nullish(),
    IpcMode: z.string().nullish(),
    UTSMode: z.string().nullish(),
    UsernsMode: z.string().nullish(),
    CgroupnsMode: z.string().nullish(),
    CapAdd: strings,
    CapDrop: strings,
    SecurityOpt: strings,
    Memory: z.number().nullish(),
    PidsLimit: z.number().nullish(),
    NanoCpus: z.number().nullish(),
    CpuQuota: z.number().nullish(),
    RestartPolicy: z.object({ Name: z.string(), MaximumRetryCount: z.number().nullish() }).nullish(),
    Devices: z.array(z.object({ PathOnHost: z.string() })).nullish(),
    PortBindings: portBindings,
  }),
  Mounts: z
    .array(
      z.object({
        Type: z.string().nullish(),
        Source: z.string().nullish(),
        Destination: z.string(),
        RW: z.boolean().nullish(),
        Propagation: z.string().nullish(),
      }),
    )
    .nullish(),
  NetworkSettings: z.object({ Ports: portBindings, Networks: z.record(z.string(), z.unknown()).nullish() }).nullish(),
})
export type ContainerAnswer = z.infer<typeof containerAnswer>

export const networkEntry = z.object({ Name: z.string(), Driver: z.string() })

export const imageEntry = z.object({
  Id: z.string(),
  RepoTags: strings,
  RepoDigests: strings,
  /** Seconds since 1970. */
  Created: z.number().nullish(),
  Size: z.number().nullish(),
  Labels: labels,
})
export type ImageEntry = z.infer<typeof imageEntry>

/** What is wrong with an answer, in one clause: `HostConfig.Memory: expected number, received string`. */
export function complaint(error: z.ZodError): string {
  const [first] = error.issues
  if (first === undefined) return 'not of the documented form'
  const place = first.path.map(String).join('.') || 'the answer'
  return `${place}: ${first.message.replace(/^Invalid input: /, '')}`
}
