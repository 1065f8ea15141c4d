// Programs of container platforms that are written in Go: which they are by the package that the linker names in them, and
// under which module and component advisories know them. Facts, from the build files of the projects; one row a project.

export interface PlatformProgram {
  /** As people call it. */
  name: string
  ecosystem: 'Go' | 'Kubernetes'
  /** By which advisories know it. */
  packageName: string
  /** Of its purl, with the part of the module where that says more. */
  module: string
  subpath?: string
  /** The version that it prints, where the build lays it into the data; absent where it is a constant of the sources. */
  printed?: RegExp
}

interface Project {
  /** The package that is the program, with a group `name` where the project has several. */
  main: RegExp
  /** Of a project of one program. */
  name?: string
  module: string | ((version: string) => string)
  /** By the program: the name in Kubernetes' own records. */
  component?: (name: string) => string
  /** Names of the files in which machines and images have them. */
  files: readonly string[]
  /** The first number of the versions that are set at linking, with `v` where it writes one. */
  versions?: string
}

/** What may follow the three numbers: a stage of the project, or whatever a builder put there. */
const rest = String.raw`\.\d{1,4}\.\d{1,4}(?:[-+~][\w.+~-]{1,60})?`

/** https://github.com/kubernetes-sigs/cve-feed-osv names the repository in which the part is developed. */
const kubernetesParts: Readonly<Record<string, string>> = {
  'kube-apiserver': 'k8s.io/apiserver',
  'kube-controller-manager': 'k8s.io/controller-manager',
}

const projects: readonly Project[] = [
  {
    main: /^k8s\.io\/kubernetes\/cmd\/(?<name>kube-apiserver|kube-controller-manager|kube-scheduler|kube-proxy|kubelet|kubeadm|kubectl|cloud-controller-manager|hyperkube)$/,
    files: [
      'kube-apiserver',
      'kube-controller-manager',
      'kube-scheduler',
      'kube-proxy',
      'kubelet',
      'kubeadm',
      'kubectl',
      'cloud-controller-manager',
      'hyperkube',
    ],
    module: 'k8s.io/kubernetes',
    component: (name) => kubernetesParts[name] ?? `k8s.io/${name}`,
    versions: 'v1',
  },
  {
    main: /^k8s\.io\/ingress-nginx\/cmd\/nginx$/,
    name: 'ingress-nginx',
    files: ['nginx-ingress-controller'],
    module: 'k8s.io/ingress-nginx',
    component: (name) => `k8s.io/${name}`,
    versions: 'v[01]',
  },
  {
    main: /^(?:go\.etcd\.io|github\.com\/coreos)\/etcd(?:\/server\/v3)?(?:\/cmd\/etcd)?$/,
    name: 'etcd',
    files: ['etcd'],
    module: 'go.etcd.io/etcd/server/v3',
  },
  {
    main: /^github\.com\/containerd\/containerd(?:\/v2)?\/cmd\/(?<name>containerd|containerd-shim(?:-runc-v[12])?|ctr)$/,
    files: ['containerd', 'containerd-shim', 'containerd-shim-runc-v1', 'containerd-shim-runc-v2', 'ctr'],
    module: (version) => `github.com/containerd/containerd${majorOf(version) < 2 ? '' : `/v${majorOf(version)}`}`,
    versions: 'v?[1-9]',
  },
  {
    main: /^github\.com\/opencontainers\/runc$/,
    name: 'runc',
    files: ['runc'],
    module: 'github.com/opencontainers/runc',
    versions: '1',
  },
  { main: /^github\.com\/cri-o\/cri-o\/cmd\/crio$/, name: 'crio', files: ['crio'], module: 'github.com/cri-o/cri-o' },
  {
    main: /^github\.com\/(?:docker\/docker|moby\/moby(?:\/v2)?)\/cmd\/(?<name>dockerd|docker-proxy)$/,
    files: ['dockerd', 'docker-proxy'],
    module: dockerModule,
    versions: String.raw`\d{2}`,
  },
  {
    main: /^github\.com\/(?:docker\/distribution|distribution\/distribution(?:\/v3)?)\/cmd\/registry$/,
    name: 'registry',
    files: ['registry', 'docker-registry'],
    module: (version) =>
      majorOf(version) < 3 ? 'github.com/docker/distribution' : 'github.com/distribution/distribution/v3',
    versions: 'v?[23]',
  },
  {
    main: /^github\.com\/goharbor\/harbor\/src\/(?<name>core|jobservice|registryctl)$/,
    files: ['harbor_core', 'harbor_jobservice', 'harbor_registryctl'],
    module: 'github.com/goharbor/harbor',
    versions: 'v[12]',
  },
  {
    main: /^zotregistry\.(?:dev|io)\/zot(?:\/v2)?\/cmd\/zot$/,
    name: 'zot',
    files: ['zot'],
    module: (version) => (majorOf(version) < 2 ? 'zotregistry.dev/zot' : 'zotregistry.dev/zot/v2'),
    versions: 'v[12]',
  },
  {
    main: /^github\.com\/(?:traefik|containous)\/traefik(?:\/v[23])?\/cmd\/traefik$/,
    name: 'traefik',
    files: ['traefik'],
    module: (version) => `github.com/traefik/traefik${majorOf(version) < 2 ? '' : `/v${majorOf(version)}`}`,
    versions: 'v?[123]',
  },
  {
    main: /^github\.com\/projectcontour\/contour\/cmd\/contour$/,
    name: 'contour',
    files: ['contour'],
    module: 'github.com/projectcontour/contour',
    versions: 'v1',
  },
  {
    main: /^github\.com\/kong\/kubernetes-ingress-controller(?:\/v[23])?\/internal\/cmd(?:\/\w+)?$/,
    name: 'kong-ingress-controller',
    files: ['manager'],
    module: (version) =>
      `github.com/kong/kubernetes-ingress-controller${majorOf(version) < 2 ? '' : `/v${majorOf(version)}`}`,
    versions: 'v?[123]',
  },
  {
    main: /^github\.com\/coredns\/coredns$/,
    name: 'coredns',
    files: ['coredns'],
    module: 'github.com/coredns/coredns',
  },
  {
    main: /^github\.com\/(?:flannel-io|coreos)\/flannel$/,
    name: 'flannel',
    files: ['flanneld'],
    module: 'github.com/flannel-io/flannel',
    versions: 'v0',
  },
  {
    main: /^github\.com\/projectcalico\/calico\/(?<name>node|kube-controllers|typha|felix|cni-plugin|apiserver)\/cmd\/[\w-]+$/,
    files: ['calico-node', 'kube-controllers', 'calico-typha', 'calico-felix', 'calico', 'apiserver'],
    module: 'github.com/projectcalico/calico',
    versions: 'v3',
  },
  {
    main: /^github\.com\/cilium\/cilium\/(?:daemon|operator|cilium(?:-dbg|-health)?)$/,
    name: 'cilium',
    files: ['cilium-agent', 'cilium-operator', 'cilium', 'cilium-dbg', 'cilium-health'],
    module: 'github.com/cilium/cilium',
  },
  {
    main: /^github\.com\/openshift\/(?<name>origin|openshift-apiserver|openshift-controller-manager|oc)\/cmd\/[\w-]+$/,
    files: ['openshift', 'openshift-apiserver', 'openshift-controller-manager', 'oc'],
    module: '',
    versions: 'v?[34]',
  },
]

/** By the package that is the program; `version` chooses the module where a project has one for each major version. */
export function platformProgram(main: string, version = ''): PlatformProgram | undefined {
  for (const { main: pattern, name: only, module: of, component, versions } of projects) {
    const match = pattern.exec(main)
    if (!match) continue
    const name = (match.groups?.['name'] ?? only)!
    const module = (typeof of === 'function' ? of(version) : of) || main.split('/cmd/', 1)[0]!
    const printed = versions === undefined ? {} : { printed: new RegExp(versions + rest) }
    if (component === undefined) return { name, ecosystem: 'Go', packageName: module, module, ...printed }
    const subpath = main.slice(module.length + 1)
    return { name, ecosystem: 'Kubernetes', packageName: component(name), module, subpath, ...printed }
  }
  return undefined
}

/** What people add to the name where several lie beside one another: `kubectl.1.27`, `kubelet-v1.29.3`, `runc.amd64`. */
const added =
  /[._-](?:v?\d[\w.+-]*|(?:linux|windows|darwin)?[._-]?(?:amd64|arm64|arm|386|ppc64le|s390x|x86_64|aarch64))$/i

/** Forms of the versions that a file with this name may print. */
export function printedBy(fileName: string): RegExp[] {
  const names = [fileName, fileName.replace(added, '')]
  return projects.flatMap(({ versions, files }) =>
    versions !== undefined && names.some((name) => files.includes(name)) ? [new RegExp(versions + rest)] : [],
  )
}

/** Last segments of the paths at which machines have the programs. */
export const platformFiles: ReadonlySet<string> = new Set(projects.flatMap(({ files }) => files))

/** Kubernetes as k3s and RKE2 build it. */
const forks = ['github.com/k3s-io/kubernetes']

const modules: ReadonlySet<string> = new Set([
  ...forks,
  ...projects.flatMap(({ module }) =>
    typeof module === 'string' ? module || [] : ['1', '2', '3', '29'].map((version) => module(version)),
  ),
])

/** Whether the name is that of a program here. */
export function isPlatformPackage(ecosystem: string, name: string): boolean {
  return ecosystem === 'Kubernetes' || (ecosystem === 'Go' && modules.has(name))
}

/** Docker Engine is another module since its release 29. */
export function dockerModule(version: string): string {
  return majorOf(version) >= 29 ? 'github.com/moby/moby/v2' : 'github.com/docker/docker'
}

export function majorOf(version: string): number {
  return Number(/^v?(?<major>\d+)/.exec(version)?.groups?.['major'] ?? 0)
}

/**
 * Whether a project released the version, or had it between two releases: `v1.29.3`, `v1.7.0-rc.1`, a pseudo-version of Go.
 * Others are of somebody who builds it with changes: `1.6.20~ds1`, `v1.29.3-eks-ae9a62a`, `v1.29.3+k3s1`.
 */
export function isProjectVersion(version: string): boolean {
  return (
    // One way alone to read each text: it comes from images, and a second one doubles the time with each digit.
    /^v?\d+\.\d+(?:\.\d+)?(?:-(?:alpha|beta|rc|ce|ea|pre|snapshot)(?:(?:[.-]?(?:rc|tp)[.-]?|[.-]{0,2})\d+(?!\d))*)?(?:\+incompatible)?$/.test(
      version,
    ) || isPseudoVersion(version)
  )
}

/** Of a commit between two releases. https://go.dev/ref/mod#pseudo-versions */
export function isPseudoVersion(version: string): boolean {
  return /^v?\d+\.\d+\.\d+-(?:[\w.-]+\.)?\d{14}-[0-9a-f]{12}(?:\+incompatible)?$/.test(version)
}

/**
 * The version of a module that a platform develops beside its program, and that was built from the folder beside it: it is
 * released with it. Kubernetes publishes them as v0.29.3 for its own v1.29.3, etcd as what its program asks for.
 * https://github.com/kubernetes/kubernetes/tree/master/staging
 */
export function versionBeside(module: string, asked: string, program: PlatformProgram, version: string) {
  if (program.module === 'k8s.io/kubernetes' && module.startsWith('k8s.io/')) {
    const release = /^v1(?<rest>\.\d+\.\d+(?:-(?:alpha|beta|rc)\.\d+)?)$/.exec(version)?.groups
    return release ? `v0${release['rest']}` : undefined
  }
  return module.startsWith('go.etcd.io/etcd/') && /^v\d/.test(asked) ? asked : undefined
}
