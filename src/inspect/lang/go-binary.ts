// Modules in programs of Go, and the standard library that each of them carries, from what the linker writes into them.
// It outlives stripping and -trimpath. Formats: src/lib/go-build-info.ts, src/lib/go-modules.ts

import { readGoBuildInfo } from '../../lib/go-build-info.ts'
import { goPurl, goRelease, parseGoModules, versionAtLinking, type GoModule } from '../../lib/go-modules.ts'
import { nameOf } from '../../lib/path.ts'
import { printedBy } from '../../lib/platform-programs.ts'
import type { Package } from '../../model/package.ts'
import type { Scan } from '../../model/scan.ts'
import type { Extractor, ImageFile } from '../extractor.ts'
import { asReleased, isBeside, readPlatform } from '../programs/platform-program.ts'
import { printedText } from '../programs/printed-version.ts'

export const goBinary: Extractor = {
  id: 'go-binary',
  ecosystem: 'Go',
  files: [],
  executables: true,
  watched: (path) => printedBy(nameOf(path)).map(printedText),
  extract,
}

function* extract(file: ImageFile, scan: Scan): Generator<Package> {
  const { executable, path } = file
  const info = executable && readGoBuildInfo(executable, file.read)
  if (!info) return
  const modules = parseGoModules(info.modules)
  const release = goRelease(info.goVersion)
  if (release === undefined) scan.gap(`was built by a Go that is no release (${info.goVersion.slice(0, 100)})`)
  else yield toPackage({ path: 'stdlib', version: release }, path)
  if (info.modules === '') scan.gap('was built without modules: which ones are in it cannot be read')
  const platform = readPlatform(file, modules, scan)
  if (platform) yield platform.found
  if (modules.main && !platform) yield* toMain(modules.main, modules.settings, path, scan)
  for (const module of modules.dependencies) {
    const beside = platform && !isVersion(module.version) && isBeside(module, platform.program)
    const released = beside ? asReleased(module, platform) : module
    if (released && isVersion(released.version)) yield toPackage(released, path)
    else if (!beside)
      scan.gap(`holds the module ${module.path.slice(0, 200)} without a version: it was replaced by a folder`)
  }
}

/** Built from a checkout it has no version, unless the version control system or the linker's flags tell. */
function* toMain(main: GoModule, settings: ReadonlyMap<string, string>, path: string, scan: Scan): Generator<Package> {
  const version = isVersion(main.version) ? main.version : versionAtLinking(settings)
  if (main.path === '') return
  if (version === undefined)
    scan.gap(`its own module ${main.path.slice(0, 200)} has no version: it was built from a checkout`)
  else yield toPackage({ path: main.path, version }, path)
}

function isVersion(version: string): boolean {
  return /^v\d/.test(version)
}

function toPackage(module: GoModule, path: string): Package {
  return { ecosystem: 'Go', name: module.path, version: module.version, purl: goPurl(module), place: { path } }
}
