// .NET programs published as a single file: the deps.json inside.

import type { Package } from '../../model/package.ts'
import type { Scan } from '../../model/scan.ts'
import { endsWithSections } from '../../lib/elf.ts'
import { depsIn, headerOffset, signature } from '../dotnet/bundle.ts'
import { packagesOfDeps } from '../dotnet/deps.ts'
import type { Extractor, ImageFile } from '../extractor.ts'

export const dotnetBundle: Extractor = {
  id: 'dotnet-bundle',
  ecosystem: 'NuGet',
  files: [],
  executables: true,
  extract,
}

/** Bytes of deps.json; those of large programs have 300 kB. */
const largest = 16 * 1024 * 1024

function* extract(file: ImageFile, scan: Scan): Generator<Package> {
  const header = findHeader(file)
  if (header === undefined) return
  const deps = depsIn((offset, length) => file.read(offset, length), header)
  if (!deps) return scan.gap('is a single-file program of .NET without deps.json: what is in it is not known')
  const bytes = deps.size > largest ? new Uint8Array() : file.read(deps.offset, deps.size)
  if (bytes.length < deps.size) return scan.gap('is a single-file program of .NET whose deps.json was not kept')
  yield* packagesOfDeps(Buffer.from(bytes).toString('utf8'), file.path, scan)
}

function findHeader(file: ImageFile): number | undefined {
  // What is bundled lies behind the program; nearly every library ends this search here, and not after all its bytes.
  if (endsWithSections(file.read, file.size)) return undefined
  for (const { offset, bytes } of file.parts) {
    const at = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).indexOf(signature)
    if (at >= 0) return headerOffset(file.read(offset + at - 8, 8))
  }
  return undefined
}
