// Swift packages that Package.resolved pins. Version 1 has `object.pins` with `repositoryURL`, 2 and 3 have `pins` with
// `location`; the state is a version, or a branch or commit alone. OSV names a package by its URL without scheme and `.git`.
// Format: https://github.com/swiftlang/swift-package-manager/blob/main/Sources/PackageGraph/ResolvedPackagesStore.swift

import { z } from 'zod'
import { purl } from '../../lib/purl.ts'
import type { Package } from '../../model/package.ts'
import type { Scan } from '../../model/scan.ts'
import { jsonOf } from '../documents.ts'
import type { Extractor, ImageFile } from '../extractor.ts'

export const swiftResolved: Extractor = {
  id: 'swift-resolved',
  ecosystem: 'SwiftURL',
  files: ['**/Package.resolved'],
  extract,
}

const pins = z.array(z.unknown())
const resolved = z.union([
  z.object({ pins }),
  z.object({ object: z.object({ pins }) }).transform(({ object }) => object),
])
const pin = z.object({
  location: z.string().max(4000).optional(),
  repositoryURL: z.string().max(4000).optional(),
  state: z.object({ version: z.string().max(1000).nullish(), revision: z.string().max(1000).nullish() }),
})

async function* extract(file: ImageFile, scan: Scan): AsyncGenerator<Package> {
  const parsed = resolved.safeParse(await jsonOf(file))
  if (!parsed.success) return scan.gap('Package.resolved without pins')
  for (const each of parsed.data.pins) {
    const { data } = pin.safeParse(each)
    const name = nameOf(data?.location ?? data?.repositoryURL ?? '')
    const version = data?.state.version ?? data?.state.revision
    if (!name || !version) scan.gap('a pin without a location and a version')
    else {
      const slash = name.lastIndexOf('/')
      yield {
        ecosystem: 'SwiftURL',
        name,
        version,
        purl: purl({ type: 'swift', namespace: name.slice(0, slash), name: name.slice(slash + 1), version }),
        declared: true,
        place: { path: file.path },
      }
    }
  }
}

/** `https://github.com/apple/swift-nio.git`, `git@github.com:apple/swift-nio.git` → `github.com/apple/swift-nio`; without credentials. */
function nameOf(location: string): string | undefined {
  const match = /^(?:[a-z+]+:\/\/)?(?:[^@/]*@)?(?<host>[\w.-]+)(?::\d+)?[:/]+(?<path>[^?#]+)$/i.exec(location)
  const path = match?.groups?.['path']?.replace(/(?:\.git)?\/*$/, '')
  return path && path.includes('/') ? `${match!.groups!['host']!.toLowerCase()}/${path}` : undefined
}
