// Whether a product of a VEX statement is what was looked at, or a package in it.

import { parseImageReference, type ImageReference } from '../lib/image-reference.ts'
import { parsePurl, type ParsedPurl } from '../lib/purl.ts'
import type { Package } from '../model/package.ts'
import type { VexProduct } from './statement.ts'

/** What was looked at, by all its names. */
export interface VexTarget {
  /** As the user gave it, tags and digests of repositories. */
  names: readonly string[]
  digests: readonly string[]
  architecture?: string
}

/** The packages that a product's statement is about: all of an image, or those that it names. */
export function packagesOf(product: VexProduct, target: VexTarget, packages: readonly Package[]): readonly Package[] {
  const { subcomponents, purl } = product
  if (isTarget(product, target)) return subcomponents.length === 0 ? packages : covered(packages, subcomponents)
  if (!purl || isImage(purl)) return []
  const own = covered(packages, [purl])
  if (own.length === 0 || subcomponents.length === 0) return own
  // A program's parts lie in its own file: the modules of Go that it was built from.
  const paths = new Set(own.map(({ place }) => place.path))
  return covered(packages, subcomponents).filter(({ place }) => paths.has(place.path))
}

export function isTarget({ purl, digests = [], name }: VexProduct, target: VexTarget): boolean {
  if (digests.some((digest) => target.digests.includes(digest))) return true
  if (name !== undefined && target.names.includes(name)) return true
  if (!purl || !isImage(purl)) return false
  return isNamed(purl, target)
}

/** Whether it is of what was looked at, an image or a machine, and not of a package wherever that is. */
export function namesTarget({ purl, digests, name }: VexProduct): boolean {
  return digests !== undefined || name !== undefined || (purl !== undefined && isImage(purl))
}

export function isImage({ type }: ParsedPurl): boolean {
  return type === 'oci' || type === 'docker'
}

/** https://github.com/package-url/purl-spec/blob/main/types-doc/oci-definition.md: the version is the digest, what else counts stands in qualifiers. */
function isNamed(purl: ParsedPurl, { names, digests, architecture }: VexTarget): boolean {
  const { version, name, namespace, qualifiers } = purl
  const { repository_url: address, tag, arch } = qualifiers
  if (arch !== undefined && arch !== architecture) return false
  const isDigest = version?.includes(':') === true
  if (isDigest && !digests.includes(version!)) return false
  const wantedTag = tag ?? (isDigest ? undefined : version)
  // With the digest nothing else is needed, unless the statement asks for more.
  if (isDigest && wantedTag === undefined && address === undefined) return true
  return names.flatMap(referenceOf).some((reference) => {
    const full = `${reference.registry}/${reference.repository}`.toLowerCase()
    const last = full.slice(full.lastIndexOf('/') + 1)
    if (last !== name.toLowerCase()) return false
    if (namespace !== undefined && !full.endsWith(`/${namespace}/${name}`.toLowerCase())) return false
    if (wantedTag !== undefined && reference.tag !== wantedTag) return false
    return address === undefined || addressesOf(address, name).includes(full)
  })
}

/** With the name, or, as some write it, without. */
function addressesOf(address: string, name: string): string[] {
  const bare = address
    .replace(/^https?:\/\//, '')
    .replace(/\/$/, '')
    .toLowerCase()
  const [whole] = referenceOf(bare)
  const full = whole ? `${whole.registry}/${whole.repository}` : bare
  return [full, bare, `${bare}/${name.toLowerCase()}`]
}

function referenceOf(name: string): ImageReference[] {
  try {
    return [parseImageReference(name.replace(/^registry:/, ''))]
  } catch {
    return []
  }
}

function covered(packages: readonly Package[], wanted: readonly ParsedPurl[]): Package[] {
  return packages.filter(({ purl }) => {
    const found = parsePurl(purl)
    return found !== undefined && wanted.some((one) => covers(one, found))
  })
}

/** Qualifiers that tell of the document's own tool, or where to fetch it from, and not which package it is. */
const beside = new Set(['checksum', 'download_url', 'package-id', 'upstream', 'vcs_url'])

/** Whether all that the statement's purl says is true of the package's. */
export function covers(wanted: ParsedPurl, found: ParsedPurl): boolean {
  if (wanted.type !== found.type) return false
  const same = (a = '', b = ''): boolean =>
    a === b || (caseless.has(wanted.type) && a.toLowerCase() === b.toLowerCase())
  if (!same(wanted.name, found.name) || !same(wanted.namespace, found.namespace)) return false
  if (wanted.version !== undefined && bareVersion(wanted) !== bareVersion(found)) return false
  if (wanted.subpath !== undefined && wanted.subpath !== found.subpath) return false
  return Object.entries(wanted.qualifiers).every(([key, value]) => beside.has(key) || found.qualifiers[key] === value)
}

const caseless = new Set(['bitbucket', 'bitnami', 'composer', 'github', 'golang', 'nuget', 'pypi'])

/** Modules of Go are written with and without the v of their tags. */
function bareVersion({ type, version }: ParsedPurl): string | undefined {
  return type === 'golang' ? version?.replace(/^v(?=\d)/, '') : version
}
