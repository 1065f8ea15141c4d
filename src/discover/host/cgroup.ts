// Which container a process is in, by the name of its control group. https://man7.org/linux/man-pages/man7/cgroups.7.html
//
//   0::/system.slice/docker-4f2a….scope                       Docker, systemd driver
//   4:memory:/docker/4f2a…                                    Docker, cgroupfs driver
//   0::/machine.slice/libpod-4f2a….scope/container            Podman
//   0::/kubepods.slice/…-pod0a1b….slice/cri-containerd-4f2a….scope   Kubernetes with containerd
//   0::/kubepods/burstable/pod0a1b…/4f2a…                     Kubernetes, cgroupfs driver
//   0::/lxc.payload.web                                       LXC

export interface ContainerName {
  runtime: 'docker' | 'podman' | 'containerd' | 'cri-o' | 'kubernetes' | 'lxc'
  id: string
  /** Whether a kubelet started it. */
  inPod: boolean
}

const id = '(?<id>[0-9a-f]{64})'
const patterns: readonly (readonly [ContainerName['runtime'], RegExp])[] = [
  ['docker', new RegExp(`^docker-${id}\\.scope$`)],
  ['podman', new RegExp(`^libpod-${id}(?:\\.scope)?$`)],
  ['containerd', new RegExp(`^(?:cri-containerd|nerdctl)-${id}\\.scope$`)],
  ['cri-o', new RegExp(`^crio-${id}(?:\\.scope)?$`)],
  ['lxc', /^lxc\.payload\.(?<id>[\w.-]+)$/],
]
/** Where the parent tells what the bare id is. */
const parents: readonly (readonly [ContainerName['runtime'], RegExp])[] = [
  ['docker', /^docker$/],
  ['kubernetes', /^pod[0-9a-f-]{32,36}$|-pod[0-9a-f_]{32,36}\.slice$/],
  ['containerd', /^(?:default|moby|k8s\.io)$/],
]
const bareId = new RegExp(`^${id}$`)

/** The innermost container; undefined for a process of the machine itself. */
export function containerOf(cgroups: string): ContainerName | undefined {
  for (const line of cgroups.split('\n')) {
    const segments = (/^\d+:[^:]*:(?<path>.*)$/.exec(line)?.groups?.['path'] ?? '').split('/')
    for (let index = segments.length - 1; index > 0; index--) {
      const found = nameOf(segments[index]!, segments[index - 1]!)
      if (found) return { ...found, inPod: segments.some((segment) => /^kubepods(?:[.-]|$)/.test(segment)) }
    }
  }
  return undefined
}

function nameOf(segment: string, parent: string): Omit<ContainerName, 'inPod'> | undefined {
  for (const [runtime, pattern] of patterns) {
    const container = pattern.exec(segment)?.groups?.['id']
    if (container !== undefined) return { runtime, id: container }
  }
  if (parent === 'lxc' && segment !== '') return { runtime: 'lxc', id: segment }
  const bare = bareId.exec(segment)?.groups?.['id']
  const runtime = bare === undefined ? undefined : parents.find(([, pattern]) => pattern.test(parent))?.[0]
  return bare === undefined || runtime === undefined ? undefined : { runtime, id: bare }
}
