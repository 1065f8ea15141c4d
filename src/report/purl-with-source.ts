// How a purl tells the source package of a distribution's package.

import { parsePurl, purl } from '../lib/purl.ts'
import type { Package } from '../model/package.ts'

/**
 * With the source package as `upstream`, which no type defines but Syft writes, and reads for Grype: without it libssl3 is not judged as
 * openssl. `openssl`, `openssl@3.0.11` where the version is another, and of rpm the file of the source.
 */
export function purlWithSource({ purl: text, version, source }: Package): string {
  const parsed = source && parsePurl(text)
  if (!parsed) return text
  return purl({ ...parsed, qualifiers: { ...parsed.qualifiers, upstream: upstreamOf(parsed.type, source, version) } })
}

function upstreamOf(type: string, source: NonNullable<Package['source']>, version: string): string {
  // The file's name has no epoch.
  if (type === 'rpm') return `${source.name}-${source.version.replace(/^\d+:/, '')}.src.rpm`
  return source.version === version ? source.name : `${source.name}@${source.version}`
}
