// NuGet's lock file: packages by target framework, with the version that each was resolved to.
// https://learn.microsoft.com/nuget/consume-packages/package-references-in-project-files#locking-dependencies

import { object, optional, record, text, unknown } from '../../lib/shape.ts'
import type { Package } from '../../model/package.ts'
import type { Scan } from '../../model/scan.ts'
import { parseJson } from '../documents.ts'
import { nugetPackage } from '../dotnet/deps.ts'
import type { Extractor, ImageFile } from '../extractor.ts'

export const nugetLock: Extractor = {
  id: 'nuget-lock',
  ecosystem: 'NuGet',
  files: ['**/packages.lock.json'],
  extract,
}

const document = object({ dependencies: record(record(unknown)) })
const locked = object({ type: text(), resolved: optional(text({ least: 1, most: 1000 })) })

async function* extract(file: ImageFile, scan: Scan): AsyncGenerator<Package> {
  const parsed = document.safeParse(parseJson(await file.text()))
  if (!parsed.success) throw new Error('it is no lock file of NuGet: it has no dependencies')
  const listed = new Set<string>()
  for (const [name, value] of Object.values(parsed.data.dependencies).flatMap((one) => Object.entries(one))) {
    const one = locked.safeParse(value)
    if (one.success && one.data.type === 'Project') continue
    const version = one.data?.resolved
    if (!version) scan.gap(`a package has no resolved version: ${name.slice(0, 100)}`)
    else if (!listed.has(`${name}/${version}`)) {
      listed.add(`${name}/${version}`) // each framework lists it again
      yield nugetPackage(name, version, file.path, true)
    }
  }
}
