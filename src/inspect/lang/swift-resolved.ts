// Swift packages that Package.resolved pins. Version 1 has `object.pins` with `repositoryURL`, 2 and 3 have `pins` with
// `location`; the state is a version, or a branch or commit alone. OSV names a package by its URL without scheme and `.git`.
// Format: https://github.com/swiftlang/swift-package-manager/blob/main/Sources/PackageGraph/ResolvedPackagesStore.swift

import { array, either, nullish, object, optional, text, unknown } from '../../lib/shape.ts'
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

const pinned = object({ pins: array(unknown) })
const resolved = either(pinned, object({ object: pinned }))
const location = optional(text({ most: 4000 }))
const told = nullish(text({ most: 1000 }))
const pin = object({ location, repositoryURL: location, state: object({ version: told, revision: told }) })

async function* extract(file: ImageFile, scan: Scan): AsyncGenerator<Package> {
  const parsed = resolved.safeParse(await jsonOf(file))
  if (!parsed.success) return scan.gap('Package.resolved without pins')
  const { pins } = 'pins' in parsed.data ? parsed.data : parsed.data.object
  for (const each of pins) {
    const { data } = pin.safeParse(each)
    const location = data?.location ?? data?.repositoryURL ?? ''
    const name = nameOf(location)
    const version = data?.state.version ?? data?.state.revision
    if (version && location !== '' && !name) scan.gap('a pin of a repository on no host') // a folder, which has no name for others
    else if (!name || !version) scan.gap('a pin without a location and a version')
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
