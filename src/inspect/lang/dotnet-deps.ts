// The packages of .NET programs, and of the shared framework itself, as published.

import type { Package } from '../../model/package.ts'
import type { Scan } from '../../model/scan.ts'
import { packagesOfDeps } from '../dotnet/deps.ts'
import type { Extractor, ImageFile } from '../extractor.ts'

export const dotnetDeps: Extractor = { id: 'dotnet-deps', ecosystem: 'NuGet', files: ['**/*.deps.json'], extract }

async function* extract(file: ImageFile, scan: Scan): AsyncGenerator<Package> {
  yield* packagesOfDeps(await file.text(), file.path, scan)
}
