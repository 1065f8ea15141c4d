// What a container engine says that it consists of, as packages that a feed can judge.

import { goPurl } from '../lib/go-modules.ts'
import { dockerModule } from '../lib/platform-programs.ts'
import type { Package } from '../model/package.ts'
import type { Gap } from '../model/scan.ts'

/** By the names in the engine's answer; the modules under which Go's database knows them. */
const modules: Readonly<Record<string, (major: number) => string>> = {
  Engine: (major) => dockerModule(String(major)),
  'Podman Engine': (major) => `github.com/containers/podman${major < 2 ? '' : `/v${major}`}`,
  containerd: (major) => `github.com/containerd/containerd${major < 2 ? '' : `/v${major}`}`,
  runc: () => 'github.com/opencontainers/runc',
}

/** `components`: of a `docker.Engine`'s properties, `{ name, version }`. What no feed judges is a gap. */
export function platformPackages(components: unknown): { packages: Package[]; gaps: Gap[] } {
  const packages: Package[] = []
  const gaps: Gap[] = []
  for (const component of Array.isArray(components) ? (components as unknown[]) : []) {
    const { name, version } = (component ?? {}) as { name?: unknown; version?: unknown }
    if (typeof name !== 'string' || typeof version !== 'string') continue
    const moduleOf = Object.hasOwn(modules, name) ? modules[name] : undefined
    const release = /^v?(?<release>(?<major>\d+)\.\d+\.\d+(?:-(?:alpha|beta|rc)[.\d]*)?)$/.exec(version)?.groups
    if (moduleOf === undefined) gaps.push({ why: `no feed judges ${name} ${version}` })
    else if (release === undefined) {
      gaps.push({
        why: `${name} ${version} is no release of its project: only who built it knows what was mended in it`,
      })
    } else packages.push(toPackage(moduleOf(Number(release['major'])), release['release']!))
  }
  return { packages, gaps }
}

function toPackage(path: string, release: string): Package {
  const version = `v${release}`
  return { ecosystem: 'Go', name: path, version, purl: goPurl({ path, version }), place: {} }
}
