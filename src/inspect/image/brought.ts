// What a layer brings of a file that was there before: which of its packages and findings are new.

import type { FoundContent } from '../../model/image.ts'
import type { Package } from '../../model/package.ts'
import type { Place } from '../../model/scan.ts'
import type { LayerFile } from './layer-index.ts'

/**
 * Each package with its layer. A database such as dpkg's is written anew by each layer that installs something: what
 * stood in the copy below already was brought by the layer that is named there, and what stands there no more is gone.
 */
export function broughtBy(
  layer: string,
  file: LayerFile,
  before: LayerFile | undefined,
): { brought: LayerFile; gone: Pick<LayerFile, 'packages' | 'found'> } {
  const known = new Map(before?.packages.map((found) => [keyOf(found), found]))
  const packages = file.packages.map((found) => {
    const key = keyOf(found)
    const kept = known.get(key)
    known.delete(key)
    return { ...found, place: { ...found.place, layer: kept?.place.layer ?? layer } }
  })
  if (!file.found && !before?.found) return { brought: { ...file, packages }, gone: { packages: [...known.values()] } }
  const contents = foundBy(layer, file.found, before?.found)
  return {
    brought: { ...file, packages, found: contents.brought },
    gone: { packages: [...known.values()], found: contents.gone },
  }
}

/** The same for what was found: a file that was only given other permissions holds what it held. */
function foundBy(layer: string, now: readonly FoundContent[] = [], before: readonly FoundContent[] = []) {
  const known = new Map(before.map((found) => [contentKey(found), found]))
  const brought = now.map((found) => {
    const key = contentKey(found)
    const kept = known.get(key)
    known.delete(key)
    return { ...found, place: { ...found.place, layer: kept?.place.layer ?? layer } }
  })
  return { brought, gone: [...known.values()] }
}

function contentKey({ rule, place, evidence }: FoundContent): string {
  return [rule, place.path, place.line, evidence['fingerprint']].join('\n')
}

function keyOf({ ecosystem, name, version, arch }: Package): string {
  return [ecosystem, name, version, arch].join('\n')
}

/** The file at another path; what lies in an archive keeps its place in there. */
export function lyingAt(file: LayerFile, from: string, path: string): LayerFile {
  if (from === path) return file
  const moved = <T extends { place: Place }>(one: T): T => {
    const inner = one.place.path?.startsWith(from) ? one.place.path.slice(from.length) : ''
    return { ...one, place: { ...one.place, path: path + inner } }
  }
  return { ...file, packages: file.packages.map(moved), ...(file.found ? { found: file.found.map(moved) } : {}) }
}

/**
 * Databases of the operating system's packages that a layer takes away: one that the same layer brings elsewhere is the same,
 * as when `lib/apk` became `usr/lib/apk`.
 */
export class MovedDatabases {
  /** By the type of their packages' purls. */
  #gone = new Map<string, { path: string; file: LayerFile }>()
  /** Where those lay that were found elsewhere. */
  readonly found = new Set<string>()

  add(path: string, file: LayerFile): void {
    const type = systemOf(file)
    if (type !== undefined && !this.#gone.has(type)) this.#gone.set(type, { path, file })
  }

  take(file: LayerFile): LayerFile | undefined {
    const type = systemOf(file) ?? ''
    const moved = this.#gone.get(type)
    if (moved === undefined) return undefined
    this.#gone.delete(type)
    this.found.add(moved.path)
    return moved.file
  }
}

export function isDatabase(file: LayerFile): boolean {
  return systemOf(file) !== undefined
}

function systemOf({ packages }: LayerFile): string | undefined {
  return /^pkg:(deb|apk|alpm|rpm)\//.exec(packages[0]?.purl ?? '')?.[1]
}
