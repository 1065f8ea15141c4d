// Node packages that npm's lock files name: package-lock.json, npm-shrinkwrap.json and the hidden one in node_modules.
//
// Versions 2 and 3 have `packages`, by the folder of each: `node_modules/a/node_modules/b`; the entry of an alias has the
// true `name`, a `link` leads to a folder of the project. Version 1 has `dependencies` inside one another, an alias as
// `"version": "npm:real@1.0.0"`, and of what comes from Git the address with its commit. What is in node_modules itself is
// read by node-package: a later layer may have deleted folders that the hidden lock file still names.
// Format: https://github.com/npm/cli/blob/latest/docs/lib/content/configuring-npm/package-lock-json.md

import { boolean, number, object, optional, record, text, unknown, type Shaped } from '../../lib/shape.ts'
import type { Package } from '../../model/package.ts'
import type { Scan } from '../../model/scan.ts'
import { jsonOf } from '../documents.ts'
import type { Extractor, ImageFile } from '../extractor.ts'
import { sourceOf } from './npm/git-source.ts'
import { statedLicence } from './npm/licence.ts'
import { isOfDependency, isVersion, LockedNodePackages, splitDescriptor } from './npm/package.ts'

export const npmLock: Extractor = {
  id: 'npm-lock',
  ecosystem: 'npm',
  files: ['**/package-lock.json', '**/npm-shrinkwrap.json', '**/node_modules/.package-lock.json'],
  extract,
}

const entries = record(unknown)
const lockFile = object({ lockfileVersion: number, packages: optional(entries), dependencies: optional(entries) })
const packageEntry = object({
  name: optional(text()),
  version: optional(text()),
  resolved: optional(text()),
  link: optional(boolean),
  license: unknown,
})
const dependencyEntry = object({ version: text(), dependencies: optional(entries) })

async function* extract(file: ImageFile, scan: Scan): AsyncGenerator<Package> {
  if (isOfDependency(file.path) && !isHidden(file.path)) return
  const parsed = lockFile.safeParse(await jsonOf(file))
  if (!parsed.success) return scan.gap('no lock file of npm: it has no lockfileVersion, or no packages')
  const { packages, dependencies = {} } = parsed.data
  const locked = new LockedNodePackages(file.path)
  if (packages) yield* fromPackages(packages, locked, scan)
  else yield* fromDependencies(dependencies, locked, scan)
}

/** The one directly in the node_modules folder of a project. */
function isHidden(path: string): boolean {
  return path.endsWith('/.package-lock.json') && `/${path}`.split('/node_modules/').length === 2
}

const folder = 'node_modules/'

function* fromPackages(packages: Shaped<typeof entries>, locked: LockedNodePackages, scan: Scan): Generator<Package> {
  for (const [location, value] of Object.entries(packages)) {
    const at = location.lastIndexOf(folder)
    if (at < 0) continue // the project itself, or a folder of it
    const entry = packageEntry.safeParse(value).data
    if (entry?.link) continue
    const name = entry?.name ?? location.slice(at + folder.length)
    const version = entry?.version ?? sourceOf(entry?.resolved ?? '')?.commit
    if (!version) scan.gap(`the entry ${location} has no version`)
    else yield* withLicence(locked.add(name, version, undefined, entry?.resolved), statedLicence(entry?.license))
  }
}

function* withLicence(packages: Iterable<Package>, licence: string | undefined): Generator<Package> {
  for (const found of packages) yield licence === undefined ? found : { ...found, licence }
}

/** A folder of the project; what is packed may be anybody's. */
const ownFolder = /^file:(?!.*\.t(?:ar|gz|ar\.gz)$)/

/** Not recursive: a hostile file may nest them a million deep. */
function* fromDependencies(
  outermost: Shaped<typeof entries>,
  locked: LockedNodePackages,
  scan: Scan,
): Generator<Package> {
  const waiting = [outermost]
  for (let dependencies = waiting.pop(); dependencies; dependencies = waiting.pop()) {
    for (const [name, value] of Object.entries(dependencies)) {
      const entry = dependencyEntry.safeParse(value).data
      if (entry?.dependencies) waiting.push(entry.dependencies)
      const alias = entry?.version.startsWith('npm:') ? splitDescriptor(entry.version.slice(4)) : undefined
      const version = alias?.wanted ?? entry?.version ?? ''
      if (isVersion(version)) yield* locked.add(alias?.name ?? name, version)
      else if (sourceOf(version)) yield* locked.add(name, sourceOf(version)!.commit, undefined, version)
      else if (!ownFolder.test(version)) scan.gap(`the version of ${name} is not told: it is not from a registry`)
    }
  }
}
