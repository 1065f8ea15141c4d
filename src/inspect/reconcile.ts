// One truth from several sources: what is installed counts before what a lock file names, and what the operating system
// brought is the operating system's. Pure.

import { foreignBuilder } from '../lib/package-builders.ts'
import { ancestorsOf, nameOf } from '../lib/path.ts'
import { platformFiles } from '../lib/platform-programs.ts'
import type { Package } from '../model/package.ts'
import { isListOfComponent } from './lang/bitnami-component.ts'
import type { Owner } from './ownership.ts'

/** `owned`: by the path of a file, the package of the operating system that brought it. Order is kept. */
export function reconcile(packages: readonly Package[], owned: ReadonlyMap<string, Owner>): Package[] {
  return withoutInstalled(withComponents(withOwners(packages, owned)))
}

/**
 * Packages of the operating system are listed by databases; all others lie in a file that one of them may have brought. A
 * platform's program that its own project packaged is judged as the project's: the distribution says nothing of it.
 */
function withOwners(packages: readonly Package[], owned: ReadonlyMap<string, Owner>): Package[] {
  if (owned.size === 0) return [...packages]
  const owners = new Map<string, string>()
  const foreign = new Set<string>()
  for (const { purl, ecosystem, vendor, name, arch, hiddenBy, place } of packages) {
    const type = /^pkg:(?<type>deb|apk|alpm|rpm)\//.exec(purl)?.groups?.['type']
    if (type === undefined || hiddenBy !== undefined) continue
    if (foreignBuilder({ ecosystem, ...(vendor ? { vendor } : {}) }) !== undefined) foreign.add(purl)
    owners.set(`${type}/${name}`, purl)
    owners.set(`${type}/${name}:${arch}`, purl)
    // Distroless images have a file for each package, whose name may be a shorter one.
    const own = /^var\/lib\/dpkg\/status\.d\/(?<own>.+)$/.exec(place.path ?? '')?.groups?.['own']
    if (own !== undefined) owners.set(`deb/${own}`, purl)
  }
  return packages.map((found) => {
    const owner = owned.get(fileOf(found)) ?? ''
    const purl = owners.get(owner) ?? owners.get(owner.split(':', 1)[0]!)
    const ofProject = purl !== undefined && foreign.has(purl) && platformFiles.has(nameOf(fileOf(found)))
    return purl === undefined || found.hiddenBy !== undefined || purl === found.purl || ofProject
      ? found
      : { ...found, ownedBy: purl }
  })
}

/** A program that the list of its own folder names as well is that component's: `opt/bitnami/nginx/sbin/nginx`. */
function withComponents(packages: readonly Package[]): readonly Package[] {
  const components = new Map<string, string>()
  for (const { name, purl, place, hiddenBy } of packages) {
    const path = place.path ?? ''
    if (hiddenBy === undefined && isListOfComponent(path)) components.set(`${folderOf(path)}\n${name}`, purl)
  }
  if (components.size === 0) return packages
  return packages.map((found) => {
    const { ecosystem, name, ownedBy, hiddenBy, place } = found
    const isProgram = ecosystem === 'Bitnami' && !ownedBy && !hiddenBy && !isListOfComponent(place.path ?? '')
    const folder = isProgram && [...ancestorsOf(fileOf(found))].find((one) => components.has(`${one}\n${name}`))
    return folder ? { ...found, ownedBy: components.get(`${folder}\n${name}`)! } : found
  })
}

/** `srv/app.jar` of `srv/app.jar!/BOOT-INF/lib/a.jar`. */
export function fileOf({ place: { path = '' } }: Package): string {
  const inner = path.indexOf('!/')
  return inner < 0 ? path : path.slice(0, inner)
}

/**
 * Drops what a lock file or manifest names where the installed packages are there to be seen: below its folder at least one
 * of the names is installed (`node_modules` beside package-lock.json), or at least half of them are installed somewhere in
 * the image (a site folder, a program that Go built). A lock file whose packages are nowhere remains: nothing else tells
 * of them. The commit that a lock file pins is the installed one's too, which often tells it nowhere else.
 */
function withoutInstalled(packages: readonly Package[]): Package[] {
  const declared = packages.filter((found) => found.declared)
  if (declared.length === 0) return [...packages]
  const described = new Set<string>()
  const installed = new InstalledNames(packages)
  for (const [key, ofFile] of Map.groupBy(declared, lockKey)) {
    const { ecosystem, place } = ofFile[0]!
    const names = new Set(ofFile.map(({ name }) => name))
    if (installed.describes(ecosystem, folderOf(place.path ?? ''), names)) described.add(key)
  }
  const isDescribed = (found: Package): boolean => found.declared === true && described.has(lockKey(found))
  const commits = new PinnedCommits(declared.filter(isDescribed))
  return packages
    .filter((found) => !isDescribed(found))
    .map((found) => {
      const purl = found.declared || found.ownedBy || isFromGit(found) ? undefined : commits.of(found)
      return purl === undefined ? found : { ...found, purl }
    })
}

/** Purls with the commit that lock files have of a package. */
class PinnedCommits {
  /** By name and version: the first of all. */
  #anywhere = new Map<string, string>()
  /** By name, version and folder of the lock file; undefined where that one names no commit. */
  #near = new Map<string, string | undefined>()

  constructor(locked: readonly Package[]) {
    for (const found of locked.filter(isFromGit)) {
      const key = versionKey(found)
      if (!this.#anywhere.has(key)) this.#anywhere.set(key, found.purl)
    }
    for (const found of locked) {
      const key = versionKey(found)
      if (!this.#anywhere.has(key)) continue
      const near = `${key}\n${folderOf(found.place.path ?? '')}`
      this.#near.set(near, this.#near.get(near) ?? (isFromGit(found) ? found.purl : undefined))
    }
  }

  /** Of the nearest lock file above it, else of any: what is installed for a whole system lies nowhere near. */
  of(found: Package): string | undefined {
    const key = versionKey(found)
    const anywhere = this.#anywhere.get(key)
    if (anywhere === undefined) return undefined
    const folders = [...ancestorsOf(fileOf(found))].map((folder) => `${key}\n${folder}`)
    const nearest = folders.findLast((folder) => this.#near.has(folder))
    return nearest === undefined ? anywhere : this.#near.get(nearest)
  }
}

function isFromGit({ purl }: Package): boolean {
  return purl.includes('vcs_url=')
}

function versionKey(found: Package): string {
  return `${nameKey(found)}\n${found.version}`
}

function lockKey({ ecosystem, place }: Package): string {
  return `${ecosystem}\n${place.path}`
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}

class InstalledNames {
  /** By ecosystem and name the folders below which a package lies; what the operating system brought is nobody's project. */
  #folders = new Map<string, Set<string>>()

  constructor(packages: readonly Package[]) {
    const wanted = new Set(packages.filter(({ declared }) => declared).map(nameKey))
    for (const found of packages) {
      const key = nameKey(found)
      if (found.declared || found.hiddenBy || found.ownedBy || !wanted.has(key)) continue
      const folders = this.#folders.get(key) ?? new Set(['']) // the root holds all
      for (const folder of ancestorsOf(fileOf(found))) folders.add(folder)
      this.#folders.set(key, folders)
    }
  }

  describes(ecosystem: string, folder: string, names: ReadonlySet<string>): boolean {
    let anywhere = 0
    for (const name of names) {
      const folders = this.#folders.get(`${ecosystem}\n${name}`)
      if (folders === undefined) continue
      anywhere++
      if (folder !== '' && folders.has(folder)) return true
    }
    return anywhere * 2 >= names.size
  }
}

function nameKey({ ecosystem, name }: Package): string {
  return `${ecosystem}\n${name}`
}
