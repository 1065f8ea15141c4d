// NuGet packages of projects from before PackageReference, as ASP.NET applications bring the list with them.
//   <packages><package id="Newtonsoft.Json" version="6.0.4" targetFramework="net45" /></packages>
// Format: https://learn.microsoft.com/nuget/reference/packages-config

import { parseXml } from '../../lib/xml.ts'
import type { Package } from '../../model/package.ts'
import type { Scan } from '../../model/scan.ts'
import { nugetPackage } from '../dotnet/deps.ts'
import type { Extractor, ImageFile } from '../extractor.ts'

export const nugetConfig: Extractor = {
  id: 'nuget-config',
  ecosystem: 'NuGet',
  files: ['**/packages.config'],
  extract,
}

async function* extract(file: ImageFile, scan: Scan): AsyncGenerator<Package> {
  const root = parseXml(await file.text())
  if (root.name !== 'packages') return // other programs have files of that name
  const listed = new Set<string>()
  for (const { name: element, attributes } of root.children) {
    if (element !== 'package') continue
    const [name, version] = [attributes.get('id')?.trim(), attributes.get('version')?.trim()]
    if (!name || !version) scan.gap('a package without an id and a version')
    else if (!listed.has(`${name}/${version}`)) {
      listed.add(`${name}/${version}`)
      yield nugetPackage(name, version, file.path, true)
    }
  }
}
