// Who built a package that a distribution's package manager installed.

/**
 * Who builds the packages of a distribution, as their headers say, in lower case; others are from somebody else's
 * repository. Debian's and Ubuntu's name none: there only those of `maintainerOfOthers` have one.
 */
const builders: Readonly<Record<string, readonly string[]>> = {
  AlmaLinux: ['almalinux'],
  'Amazon Linux': ['amazon'],
  'Azure Linux': ['microsoft'],
  CentOS: ['centos'],
  'CentOS Stream': ['centos'],
  Debian: [],
  Fedora: ['fedora'],
  'Oracle Linux': ['oracle'],
  'Photon OS': ['vmware', 'broadcom'],
  'Red Hat': ['red hat'],
  'Rocky Linux': ['rocky'],
  SUSE: ['suse'],
  Ubuntu: [],
  openSUSE: ['suse'],
}

/** Who built a package that is not the distribution's own, where its header tells; no advisory of the distribution is about it. */
export function foreignBuilder({ ecosystem, vendor }: { ecosystem: string; vendor?: string }): string | undefined {
  const own = builders[ecosystem]
  if (vendor === undefined || own === undefined) return undefined
  return own.some((name) => vendor.toLowerCase().includes(name)) ? undefined : vendor
}

/** Projects that publish packages of their own for Debian and Ubuntu, by the maintainer that these name. */
export function maintainerOfOthers(maintainer: string): string | undefined {
  return projects.find(([, pattern]) => pattern.test(maintainer))?.[0]
}

const projects: readonly [name: string, maintainer: RegExp][] = [
  ['Docker', /@docker\.com>$/],
  ['Kubernetes', /^Kubernetes Authors\b/],
]
