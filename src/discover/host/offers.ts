// Other sources of which there are traces on the machine. Only whether a file or variable is there is looked at.

import type { Machine } from '../../io/machine.ts'

export interface Offer {
  id: string
  /** One sentence that names the trace. */
  offer: string
}

interface Trace {
  id: string
  /** What could be asked. */
  what: string
  /** `~` is the home folder; `*` in a segment's place is every folder there. */
  paths: readonly string[]
  variables?: readonly string[]
}

const traces: readonly Trace[] = [
  {
    id: 'containerd',
    what: 'containers of containerd',
    paths: ['/run/containerd/containerd.sock', '/run/k3s/containerd/containerd.sock'],
  },
  { id: 'cri-o', what: 'containers of CRI-O', paths: ['/run/crio/crio.sock'] },
  { id: 'lxd', what: 'containers of LXD or Incus', paths: ['/var/lib/lxd/unix.socket', '/var/lib/incus/unix.socket'] },
  {
    id: 'rootless-engines',
    what: 'rootless engines of people on this machine',
    paths: ['/run/user/*/docker.sock', '/run/user/*/podman/podman.sock'],
  },
  {
    id: 'kubernetes',
    what: 'a Kubernetes cluster',
    paths: ['~/.kube/config', '/etc/kubernetes/admin.conf', '/etc/rancher/k3s/k3s.yaml', '/etc/rancher/rke2/rke2.yaml'],
    variables: ['KUBECONFIG'],
  },
  {
    id: 'aws',
    what: 'an AWS account',
    paths: ['~/.aws/config', '~/.aws/credentials'],
    variables: ['AWS_PROFILE', 'AWS_ACCESS_KEY_ID', 'AWS_WEB_IDENTITY_TOKEN_FILE'],
  },
  { id: 'azure', what: 'an Azure subscription', paths: ['~/.azure/azureProfile.json'], variables: ['AZURE_CLIENT_ID'] },
  {
    id: 'gcp',
    what: 'a Google Cloud project',
    paths: ['~/.config/gcloud/application_default_credentials.json', '~/.config/gcloud/configurations'],
    variables: ['GOOGLE_APPLICATION_CREDENTIALS'],
  },
  { id: 'registry', what: 'registries that Docker signs in to', paths: ['~/.docker/config.json'] },
  { id: 'docker-contexts', what: 'engines on other machines', paths: ['~/.docker/contexts/meta'] },
]

/** In the order of the list above, at most one of each. */
export async function offers(machine: Machine): Promise<Offer[]> {
  const found: Offer[] = []
  for (const { id, what, paths, variables = [] } of traces) {
    const trace = variables.find((name) => machine.env[name]) ?? (await firstPath(machine, paths))
    if (trace !== undefined) found.push({ id, offer: `Plimsoll could be given ${what}: there is ${trace}.` })
  }
  return found
}

async function firstPath(machine: Machine, paths: readonly string[]): Promise<string | undefined> {
  const home = machine.env['HOME']
  for (const path of paths) {
    if (path.startsWith('~') && !home) continue
    for (const candidate of await candidates(machine, path.replace(/^~/, home ?? ''))) {
      // The engine of whoever runs Plimsoll is a source of its own.
      if (candidate.startsWith(`${machine.env['XDG_RUNTIME_DIR'] ?? '/none'}/`)) continue
      if ((await machine.stat(candidate)) !== undefined) return candidate
    }
  }
  return undefined
}

async function candidates(machine: Machine, path: string): Promise<string[]> {
  const [before, after] = path.split('/*/')
  if (before === undefined || after === undefined) return [path]
  return (await machine.names(before)).map((name) => `${before}/${name}/${after}`)
}
