// What the host of .NET reads to start a program: NAME.deps.json, beside the program or inside a single file.
// https://github.com/dotnet/sdk/blob/main/documentation/specs/runtime-configuration-file.md#appnamedepsjson

import { object, optional, record, text, unknown } from '../../lib/shape.ts'
import { purl } from '../../lib/purl.ts'
import type { Package } from '../../model/package.ts'
import type { Scan } from '../../model/scan.ts'
import { parseJson } from '../documents.ts'

const library = object({ type: text() })
const assets = record(unknown)
const document = object({
  runtimeTarget: optional(object({ name: text() })),
  targets: optional(record(assets)),
  libraries: assets,
})

/** The packages of one deps.json; throws when it is none. */
export function* packagesOfDeps(text: string, path: string, scan: Scan): Generator<Package> {
  const parsed = document.safeParse(parseJson(text))
  if (!parsed.success) throw new Error('it is no deps.json: it has no libraries')
  const { libraries, targets = {}, runtimeTarget } = parsed.data
  const target = runtimeTarget && Object.hasOwn(targets, runtimeTarget.name) ? targets[runtimeTarget.name] : undefined
  for (const [key, value] of Object.entries(libraries)) {
    const kind = library.safeParse(value)
    const [, name, version] = /^([^/]+)\/([^/]+)$/.exec(key) ?? []
    if (!kind.success || !name || !version) scan.gap(`a library is malformed: ${key.slice(0, 100)}`)
    // "project" is the program itself, "reference" a file without a package.
    else if (kind.data.type === 'package' || kind.data.type === 'runtimepack') {
      const shipped = target === undefined || hasFiles(Object.hasOwn(target, key) ? target[key] : undefined)
      const plain = kind.data.type === 'runtimepack' ? name.replace(/^runtimepack\./, '') : name
      yield nugetPackage(...asPublished(plain, version), path, !shipped)
    }
  }
}

/**
 * The runtime of .NET Core 3 calls itself runtime.PLATFORM.Microsoft.NETCore.App, with its build in the version. Advisories name
 * the package that is published with the same files, and so do later runtimes.
 */
function asPublished(name: string, version: string): [name: string, version: string] {
  const platform = /^runtime\.(.+)\.Microsoft\.NETCore\.App$/.exec(name)?.[1]
  if (platform === undefined || !version.startsWith('3.')) return [name, version]
  return [`Microsoft.NETCore.App.Runtime.${platform}`, version.replace(/-servicing\..*$/, '')]
}

/** Whether a package brings files: those that only build or only name others bring none. */
function hasFiles(target: unknown): boolean {
  const kinds = assets.safeParse(target)
  return (
    kinds.success &&
    ['runtime', 'native', 'resources', 'runtimeTargets'].some((kind) => {
      const files = assets.safeParse(kinds.data[kind])
      return files.success && Object.keys(files.data).some((file) => !file.endsWith('/_._'))
    })
  )
}

export function nugetPackage(name: string, version: string, path: string, declared: boolean): Package {
  return {
    ecosystem: 'NuGet',
    name,
    version,
    purl: purl({ type: 'nuget', name, version }),
    ...(declared ? { declared: true } : {}),
    place: { path },
  }
}
