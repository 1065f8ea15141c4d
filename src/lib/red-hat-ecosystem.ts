// What OSV calls the products of Red Hat: `Red Hat:` and the CPE of the repository, without `cpe:/o:redhat:` in front.
// https://ossf.github.io/osv-schema/#defined-ecosystems

/** `cpe:/a:redhat:enterprise_linux:9::appstream` → `Red Hat:enterprise_linux:9::appstream`; undefined for another vendor's. */
export function redHatEcosystem(cpe: string): string | undefined {
  const product = /^cpe:\/[aoh]:redhat:(?<product>[^\s]+)$/.exec(cpe)?.groups?.['product']
  return product === undefined ? undefined : `Red Hat:${product}`
}

/** The major release of the main line that an ecosystem is of, `9`; undefined for extended support and other products. */
export function redHatMajor(ecosystem: string): string | undefined {
  return /^Red Hat:enterprise_linux:(?<major>\d+)(?:\.\d+)?(?:::\w+)?$/.exec(ecosystem)?.groups?.['major']
}
