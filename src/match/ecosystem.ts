// Which sets of advisories judge what a distribution installed.
//
// One release can have several: a product is split into repositories (Red Hat, SUSE), and beside the free updates stand those
// that need a subscription (Ubuntu Pro, SUSE LTSS) or belong to a minor release (Red Hat EUS). Their names are OSV's; none is
// made by cutting another's.

import type { Distribution, Package } from '../model/package.ts'
import type { VersionOrder } from './order.ts'
import { apk } from './versions/apk.ts'
import { dpkg } from './versions/dpkg.ts'
import { pacman } from './versions/pacman.ts'
import { rpm } from './versions/rpm.ts'

/** A set of advisories, and what is particular about its fixes. */
export interface JudgingSet {
  ecosystem: string
  /** Who does not pay for it cannot get its fixes. */
  subscription?: string
  /** Its builds replace those of the main stream on machines that follow it. */
  minorStream?: true
}

/**
 * What distributions install is judged by the distribution, of the very release: its fixes are backported. `rpm` is what
 * lies in a database of rpm where no distribution, or another one, is named.
 */
const ofDistributions = new Set([...apk.ecosystems, ...dpkg.ecosystems, ...rpm.ecosystems, ...pacman.ecosystems, 'rpm'])

/** Their advisories name the packages that are installed; those of the others name the source packages. */
const namedByBinaries = new Set(['AlmaLinux', 'Amazon Linux', 'Arch Linux', 'Oracle Linux', 'Photon OS', 'Red Hat'])

/** All that judge a package, the release's own first; empty for a distribution or a release that is not known. */
export function judgingSets(ecosystem: Package['ecosystem'], distribution: Distribution | undefined): JudgingSet[] {
  if (!ofDistributions.has(ecosystem)) return [{ ecosystem }, ...(alsoJudged[ecosystem] ?? [])]
  const own = distribution?.ecosystem
  if (own === undefined || withoutRelease(own) !== ecosystem) return []
  return [{ ecosystem: own }, ...(besides[ecosystem]?.(distribution!, own.slice(ecosystem.length + 1)) ?? [])]
}

/** Parts of Kubernetes are judged by its own records, and by those that Go's database has of the module that holds them all. */
const alsoJudged: Readonly<Record<string, JudgingSet[]>> = { Kubernetes: [{ ecosystem: 'Go' }] }

/** By ecosystem: the sets beside the release's own. */
const besides: Readonly<Record<string, (distribution: Distribution, release: string) => JudgingSet[]>> = {
  Ubuntu: (_, release) =>
    release.endsWith(':LTS') ? [{ ecosystem: `Ubuntu:Pro:${release}`, subscription: 'Ubuntu Pro' }] : [],
  'Red Hat': redHatSets,
  SUSE: suseSets,
}

/** Repositories of the product, as its CPEs name them. */
const redHatRepositories = [
  'appstream',
  'baseos',
  'client',
  'computenode',
  'crb',
  'extras',
  'fastdatapath',
  'highavailability',
  'hypervisor',
  'nfv',
  'realtime',
  'resilientstorage',
  'sap',
  'sap_hana',
  'server',
  'supplementary',
  'workstation',
]
const redHatMinorStreams = ['rhel_aus', 'rhel_e4s', 'rhel_els', 'rhel_eus', 'rhel_tus']

/** `enterprise_linux:9`, its repositories, and the streams of the minor release that os-release names. */
function redHatSets({ version = '' }: Distribution, release: string): JudgingSet[] {
  const repositories = (product: string): string[] => redHatRepositories.map((name) => `Red Hat:${product}::${name}`)
  const minor = /^\d+\.\d+$/.test(version) ? version : undefined
  // Since Red Hat Enterprise Linux 10 the main stream is named with the minor release as well.
  const main =
    minor === undefined ? [] : [`Red Hat:enterprise_linux:${minor}`, ...repositories(`enterprise_linux:${minor}`)]
  const streams = minor === undefined ? [] : redHatMinorStreams.map((stream) => `${stream}:${minor}`)
  return [
    ...[...repositories(release), ...main].map((ecosystem) => ({ ecosystem })),
    ...streams
      .flatMap((stream) => [`Red Hat:${stream}`, ...repositories(stream)])
      .map((ecosystem) => ({ ecosystem, minorStream: true }) as const),
  ]
}

/** Modules of SUSE Linux Enterprise 15 that come with every product. https://scc.suse.com/packages */
const suseModules = [
  'Basesystem',
  'Certifications',
  'Confidential Computing',
  'Containers',
  'Desktop Applications',
  'Development Tools',
  'HPC',
  'Legacy',
  'Live Patching',
  'Public Cloud',
  'Python 2',
  'Python 3',
  'SAP Applications',
  'SAP Business One',
  'Server Applications',
  'Systems Management',
  'Transactional Server',
  'Web and Scripting',
]
const suseProducts = ['Server', 'Desktop', 'High Performance Computing', 'Server for SAP Applications']

/** Products and modules of the service pack; `Linux Enterprise Micro 5.5` has none. */
function suseSets(_: Distribution, release: string): JudgingSet[] {
  const pack = /^Linux Enterprise (?<product>[A-Za-z ]+?) (?<pack>\d+(?: SP\d+)?)$/.exec(release)?.groups
  if (!pack || !suseProducts.includes(pack['product']!)) return []
  const { pack: number } = pack
  const open = [
    ...suseProducts.map((product) => `Linux Enterprise ${product} ${number}`),
    ...suseModules.map((module) => `Linux Enterprise Module for ${module} ${number}`),
    `Linux Enterprise High Availability Extension ${number}`,
    `Linux Enterprise Live Patching ${number}`,
    `Linux Enterprise Software Development Kit ${number}`,
    `Linux Enterprise Workstation Extension ${number}`,
    `Package Hub ${number}`,
  ].filter((name) => name !== release)
  const paid = ['Server', 'High Performance Computing'].flatMap((product) =>
    ['LTSS', 'ESPOS'].map((kind) => ({ name: `Linux Enterprise ${product} ${number}-${kind}`, kind })),
  )
  return [
    ...open.map((name) => ({ ecosystem: `SUSE:${name}` })),
    ...paid.map(({ name, kind }) => ({ ecosystem: `SUSE:${name}`, subscription: `SUSE ${kind}` })),
  ]
}

/** Name and version by which the advisories of its ecosystem judge a package. */
export function judgedAs({ ecosystem, name, version, source }: Package): { name: string; version: string } {
  return source && !namedByBinaries.has(ecosystem) ? source : { name, version }
}

/** `Alpine:v3.20` → `Alpine`. */
export function withoutRelease(ecosystem: string): string {
  return ecosystem.split(':', 1)[0]!
}

/** They rebuild others' packages, and name whose behind a colon: `Root:Alpine:3.18`, `TuxCare:npm`. */
const rebuilders = new Set(['Docker Hardened Images', 'Root', 'TuxCare'])

/** The order of an ecosystem's versions, with or without its release. */
export function orderOf(ecosystem: string, orders: readonly VersionOrder[]): VersionOrder | undefined {
  const family = withoutRelease(ecosystem)
  if (rebuilders.has(family)) return orderOf(ecosystem.slice(family.length + 1), orders)
  return orders.find(({ ecosystems }) => ecosystems.includes(family))
}
