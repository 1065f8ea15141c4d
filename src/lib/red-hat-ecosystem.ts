// What OSV calls the products of Red Hat: `Red Hat:` and the CPE of the repository, without `cpe:/o:redhat:` in front.
// https://ossf.github.io/osv-schema/#defined-ecosystems

/** `cpe:/a:redhat:enterprise_linux:9::appstream` → `Red Hat:enterprise_linux:9::appstream`; undefined for another vendor's. */
export function redHatEcosystem(cpe: string): string | undefined {
  const product = /^cpe:\/[aoh]:redhat:(?<product>[^\s]+)$/.exec(cpe)?.groups?.['product']
  return product === undefined ? undefined : `Red Hat:${product}`
}

/** What a repository of the operating system is called in its CPE, from RHEL 6 to 10. */
const repositories = [
  'appstream',
  'baseos',
  'client',
  'computenode',
  'crb',
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
] as const

/**
 * All ecosystems whose records judge the packages of a system: of `Red Hat:enterprise_linux:9` itself, where it stands for
 * what is not fixed, and its repositories. Extended support (`rhel_eus:9.4::baseos`) has other builds, and is for systems
 * that have it. Any other ecosystem is its own.
 */
export function redHatJudges(ecosystem: string): readonly string[] {
  if (!/^Red Hat:enterprise_linux:\d+$/.test(ecosystem)) return [ecosystem]
  return [ecosystem, ...repositories.map((repository) => `${ecosystem}::${repository}`)]
}

/** The major release of the main line that an ecosystem is of, `9`; undefined for extended support and other products. */
export function redHatMajor(ecosystem: string): string | undefined {
  return /^Red Hat:enterprise_linux:(?<major>\d+)(?:\.\d+)?(?:::\w+)?$/.exec(ecosystem)?.groups?.['major']
}
