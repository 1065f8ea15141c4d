// From a package URL to a package: which ecosystem a type is, and how its packages are called there.
// https://github.com/package-url/purl-spec/blob/main/purl-types-index.json

import { maintainerOfOthers } from '../../lib/package-builders.ts'
import { platformProgram } from '../../lib/platform-programs.ts'
import { parsePurl, purl, type ParsedPurl } from '../../lib/purl.ts'
import type { Package } from '../../model/package.ts'
import type { ListedComponent } from './bill.ts'

/** A package, and of the operating system's ones what its purl says of the system. */
export interface ListedPackage {
  package: Package
  system?: { namespace?: string; distro?: string }
}

/** Or why it is none that can be judged: a clause that follows what they are, `have no package URL`. */
export function listedPackage(component: ListedComponent): ListedPackage | { why: string } {
  if (component.purl === undefined) return { why: 'without a package URL' }
  const written = parsePurl(component.purl)
  if (written === undefined) return { why: 'with a package URL that cannot be read' }
  const parsed = inOneForm(written)
  const type = Object.hasOwn(types, parsed.type) ? types[parsed.type] : undefined
  if (type === undefined) return { why: `of a type that is not judged (${parsed.type.slice(0, 40)})` }
  const version = versionOf(parsed, component)
  if (version === undefined) return { why: 'without a version' }
  const name = type.name(parsed)
  const part = parsed.type === 'golang' && parsed.subpath ? platformProgram(`${name}/${parsed.subpath}`) : undefined
  const found = part
    ? { ecosystem: part.ecosystem, name: part.packageName, version }
    : {
        ecosystem: type.ecosystem,
        // Names of Go have capitals, and their purls have none.
        name: component.name.toLowerCase() === name.toLowerCase() && !type.lower ? component.name : name,
        version,
      }
  const source = sourceOf(component, parsed, found)
  const vendor = type.system ? vendorOf(parsed.type, component) : undefined
  const arch = type.system ? parsed.qualifiers['arch'] : undefined
  const { licence, module, ownedBy, hiddenBy, declared } = component
  const { namespace, qualifiers } = parsed
  return {
    package: {
      ...found,
      purl: canonical(parsed),
      ...(source ? { source } : {}),
      ...(arch ? { arch } : {}),
      ...(licence ? { licence } : {}),
      ...(module ? { module } : {}),
      ...(vendor ? { vendor } : {}),
      ...(declared ? { declared: true } : {}),
      ...(ownedBy ? { ownedBy } : {}),
      ...(hiddenBy ? { hiddenBy } : {}),
      place: placeOf(component),
    },
    ...(type.system && {
      system: {
        ...(namespace ? { namespace: namespace.toLowerCase() } : {}),
        ...(qualifiers['distro'] ? { distro: qualifiers['distro'] } : {}),
      },
    }),
  }
}

/** Of rpm the vendor in the header; of Debian only who publishes packages of its own, by the maintainer. */
function vendorOf(type: string, { vendor, supplier = '' }: ListedComponent): string | undefined {
  return vendor ?? (type === 'rpm' ? supplier : type === 'deb' ? maintainerOfOthers(supplier) : undefined)
}

interface PurlType {
  ecosystem: string
  /** Part of an operating system: its distribution is what judges it. */
  system?: true
  /** Case and punctuation do not tell its names apart, and advisories have them in lower case. */
  lower?: true
  name(parsed: ParsedPurl): string
}

const plain = ({ name }: ParsedPurl): string => name
const path = ({ namespace, name }: ParsedPurl): string => (namespace ? `${namespace}/${name}` : name)
const lowerPath = (parsed: ParsedPurl): string => path(parsed).toLowerCase()
/** https://packaging.python.org/en/latest/specifications/name-normalization/ */
const python = ({ name }: ParsedPurl): string => name.replaceAll(/[-_.]+/g, '-').toLowerCase()
const maven = ({ namespace, name }: ParsedPurl): string => (namespace ? `${namespace}:${name}` : name)

/** By type. The systems' ecosystems are those that the databases of packages give, before the distribution is known. */
const types: Readonly<Record<string, PurlType>> = {
  deb: { ecosystem: 'Debian', system: true, name: plain },
  apk: { ecosystem: 'Alpine', system: true, name: plain },
  alpine: { ecosystem: 'Alpine', system: true, name: plain }, // what Syft called it until 2022
  rpm: { ecosystem: 'rpm', system: true, name: plain },
  alpm: { ecosystem: 'Arch Linux', system: true, name: plain },
  npm: { ecosystem: 'npm', name: path },
  pypi: { ecosystem: 'PyPI', lower: true, name: python },
  maven: { ecosystem: 'Maven', name: maven },
  golang: { ecosystem: 'Go', name: path },
  cargo: { ecosystem: 'crates.io', name: plain },
  gem: { ecosystem: 'RubyGems', name: plain },
  nuget: { ecosystem: 'NuGet', name: plain },
  composer: { ecosystem: 'Packagist', lower: true, name: lowerPath },
  pub: { ecosystem: 'Pub', lower: true, name: ({ name }) => name.toLowerCase() },
  hex: { ecosystem: 'Hex', lower: true, name: lowerPath },
  swift: { ecosystem: 'SwiftURL', name: path },
  conan: { ecosystem: 'ConanCenter', name: plain },
  conda: { ecosystem: 'Conda', name: plain },
  cran: { ecosystem: 'CRAN', name: plain },
  bioconductor: { ecosystem: 'Bioconductor', name: plain },
  julia: { ecosystem: 'Julia', name: plain },
  hackage: { ecosystem: 'Hackage', name: plain },
  bitnami: { ecosystem: 'Bitnami', lower: true, name: ({ name }) => name.toLowerCase() },
  generic: { ecosystem: 'generic', name: path },
}

/** With the epoch, which purls of rpm have apart from the version, and Trivy's of Debian as well. */
function versionOf({ type, version, qualifiers: { epoch } }: ParsedPurl, component: ListedComponent) {
  const told = version ?? (component.version || undefined)
  const isApart = (type === 'rpm' || type === 'deb') && epoch !== undefined && version !== undefined
  return isApart && !/^\d+:/.test(version) ? `${epoch}:${version}` : told
}

/**
 * The same in one form: lock files of Bundler have the platform behind the version, where Syft leaves it (`1.15.4-x86_64-linux`),
 * and Go's standard library is `std` to cyclonedx-gomod.
 */
function inOneForm(parsed: ParsedPurl): ParsedPurl {
  const { type, namespace, name, version = '', qualifiers } = parsed
  if (type === 'golang' && namespace === undefined && name === 'std') return { ...parsed, name: 'stdlib' }
  const built = type === 'gem' ? /^(?<version>[^-]+)-(?<platform>.+)$/.exec(version)?.groups : undefined
  if (!built) return parsed
  return { ...parsed, version: built['version']!, qualifiers: { platform: built['platform']!, ...qualifiers } }
}

/**
 * The source package, where it has another name or version. Tools that write it into the purl do so as `upstream` (Syft:
 * `openssl@3.0.11`, or a file of rpm), or as `origin`, `source` and `sourceversion`, `sourcerpm` (OSV-SCALIBR).
 */
function sourceOf(
  { source: told }: ListedComponent,
  { qualifiers }: ParsedPurl,
  own: { name: string; version: string },
): Package['source'] {
  const { upstream, origin, source, sourceversion, sourcerpm } = qualifiers
  const written = upstream ?? sourcerpm
  const named = told ?? (written === undefined ? undefined : parseUpstream(written, own.version))
  const name = named?.name ?? source ?? origin
  if (name === undefined) return undefined
  const version = (named ? named.version : sourceversion) ?? own.version
  return name === own.name && version === own.version ? undefined : { name, version }
}

function parseUpstream(text: string, ownVersion: string): { name: string; version?: string } {
  const file = /^(?<name>.+)-(?<version>[^-]+-[^-]+)\.(?:no)?src\.rpm$/.exec(text)?.groups
  if (file) {
    // The file's name has no epoch; a source package that has one gives it to what is built from it.
    const epoch = /^\d+:/.exec(ownVersion)?.[0] ?? ''
    return { name: file['name']!, version: `${epoch}${file['version']}` }
  }
  const at = text.lastIndexOf('@')
  return at < 1 ? { name: text } : { name: text.slice(0, at), version: text.slice(at + 1) }
}

/** As this product writes the purls of what it reads itself; the types' own rules of spelling. */
function canonical({ type, namespace, name, version, qualifiers: told, subpath }: ParsedPurl): string {
  const { upstream: _, ...qualifiers } = told // it is the package's source
  if (type === 'alpine') return purl({ type: 'apk', namespace: 'alpine', name, version, qualifiers })
  const lower = wholeLower.has(type)
  return purl({
    type,
    namespace: lower || lowerNamespace.has(type) ? namespace?.toLowerCase() : namespace,
    name: type === 'pypi' ? python({ type, name, qualifiers }) : lower ? name.toLowerCase() : name,
    version: type === 'pypi' ? version?.toLowerCase() : version,
    qualifiers,
    subpath,
  })
}

const wholeLower = new Set(['apk', 'alpm', 'bitnami', 'composer', 'deb', 'golang', 'hex', 'npm', 'pub'])
const lowerNamespace = new Set(['rpm'])

function placeOf({ path: file, line, layer }: ListedComponent): Package['place'] {
  return {
    ...(file ? { path: file.replace(/^\/+/, '') } : {}),
    ...(file && line !== undefined ? { line } : {}),
    ...(layer ? { layer } : {}),
  }
}
