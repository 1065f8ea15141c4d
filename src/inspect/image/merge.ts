// The layers of an image, laid on one another: what is left at the top, and which layer brought it. Pure and cheap.
//
// https://github.com/opencontainers/image-spec/blob/main/layer.md#applying-changesets

import { ancestorsOf, linkTarget, nameOf, parentOf } from '../../lib/path.ts'
import type { FoundContent, ImageContents, SetuidFile } from '../../model/image.ts'
import type { Package } from '../../model/package.ts'
import type { Gap } from '../../model/scan.ts'
import { withCopyright } from '../debian-copyright.ts'
import type { Owner } from '../ownership.ts'
import { broughtBy, isDatabase, lyingAt, MovedDatabases } from './brought.ts'
import { FileTree } from './file-tree.ts'
import type { LayerFile, LayerIndex } from './layer-index.ts'
import { entriesIn, foldersIn } from './listing.ts'

export interface Merged {
  /** With the layer that brought each of them in their place; those that a later layer hid come last, `hiddenBy` it. */
  packages: Package[]
  /** Texts of os-release that are left, by path; symbolic links between them are followed. */
  releases: Map<string, string>
  /** Files with packages that the operating system's packages brought. */
  owned: Map<string, Owner>
  setuid: SetuidFile[]
  /** Bytes of each layer's files that a later one replaced or removed; undefined where a layer was too large to be listed. */
  wasted: readonly number[] | undefined
  /** With the layer in their place; those that a later layer hid come last. Absent where a layer was not searched. */
  contents?: ImageContents
  gaps: Gap[]
}

type Node = { layer: string } & ({ file: LayerFile } | { link: string })

/** Layers in the order in which they are applied. `wanted`: whether a path is one that an extractor asked for. */
export function mergeLayers(layers: readonly LayerIndex[], wanted: (path: string) => boolean): Merged {
  const pile: Pile = { nodes: new Map(), hidden: { packages: [], found: [] }, owned: new Map() }
  const tree = new FileTree()
  const gaps: Gap[] = []
  const contentGaps: Gap[] = []
  for (const [index, layer] of layers.entries()) {
    const realFolder = throughLinks(pile.nodes, layer)
    apply(pile, layer, realFolder)
    const isLast = index === layers.length - 1
    if (layer.listing !== undefined) tree.apply(layer, layer.listing, realFolder, isLast)
    else if (index > 0)
      gaps.push({ why: 'has too many files to know which of them replace others', place: { layer: layer.digest } })
    for (const { why, place } of layer.gaps) gaps.push({ why, place: { ...place, layer: layer.digest } })
    for (const { why, place } of layer.contentGaps ?? [])
      contentGaps.push({ why, place: { ...place, layer: layer.digest } })
    if (!layer.complete) contentGaps.push({ why: 'not all of its files were searched', place: { layer: layer.digest } })
  }
  const allListed = layers.every(({ listing }) => listing !== undefined)
  const isSearched = layers.every((layer) => layer.contentGaps !== undefined)
  return {
    ...readOff(pile, wanted, gaps),
    owned: pile.owned,
    wasted: allListed ? tree.wasted : undefined,
    ...(isSearched ? { contents: { found: foundIn(pile), gaps: contentGaps } } : {}),
    gaps,
  }
}

/** What lies at the top. */
function readOff(
  { nodes, hidden }: Pile,
  wanted: (path: string) => boolean,
  gaps: Gap[],
): Pick<Merged, 'packages' | 'releases' | 'setuid'> {
  const packages: Package[] = []
  const releases = new Map<string, string>()
  const setuid: SetuidFile[] = []
  for (const [path, node] of nodes) {
    if ('file' in node) {
      const { file, layer } = node
      for (const found of file.packages) packages.push(found)
      if (file.text !== undefined) releases.set(path, file.text)
      if (file.mode !== undefined) setuid.push({ path, mode: file.mode, layer })
    } else if (wanted(path)) {
      const target = targetOf(path, nodes)
      const read = target === undefined ? undefined : nodes.get(target)
      if (read && 'file' in read) {
        if (read.file.text !== undefined) releases.set(path, read.file.text)
      } else
        gaps.push({ why: `is a symbolic link to ${node.link}, which was not read`, place: { path, layer: node.layer } })
    }
  }
  const licensed = withCopyright(packages, (path) => licenceAt(path, nodes))
  return { packages: [...licensed, ...hidden.packages], releases, setuid }
}

/** What the copyright file tells, also when it lies behind symbolic links. */
function licenceAt(path: string, nodes: Pile['nodes']): string | undefined {
  const node = nodes.get(path)
  const read = node && 'file' in node ? node : nodes.get(targetOf(path, nodes) ?? '')
  return read && 'file' in read ? read.file.licence : undefined
}

/** The layers so far. */
interface Pile {
  nodes: Map<string, Node>
  hidden: { packages: Package[]; found: FoundContent[] }
  owned: Map<string, Owner>
}

function foundIn({ nodes, hidden }: Pile): FoundContent[] {
  const visible: FoundContent[] = []
  for (const node of nodes.values()) if ('file' in node) visible.push(...(node.file.found ?? []))
  return [...visible, ...hidden.found]
}

function apply(pile: Pile, layer: LayerIndex, realFolder: (folder: string) => string): void {
  const { nodes: below, hidden, owned } = pile
  const { digest } = layer
  const real = (path: string): string => joined(realFolder(parentOf(path)), nameOf(path))
  const above = new Map<string, Node>()
  for (const [path, link] of Object.entries(layer.links)) above.set(real(path), { layer: digest, link })
  const isHidden = hiddenPaths(replacedIn(layer, below, real, realFolder), new Set(layer.opaque.map(realFolder)))
  const files = new Map<string, LayerFile>()
  for (const [path, file] of Object.entries(layer.files)) files.set(real(path), lyingAt(file, path, real(path)))
  const moved = new MovedDatabases()
  for (const [path, node] of below) {
    if ('file' in node && isDatabase(node.file) && !files.has(path) && isHidden(path)) moved.add(path, node.file)
  }
  for (const [place, file] of files) {
    const node = below.get(place)
    const { brought, gone } = broughtBy(digest, file, node && 'file' in node ? node.file : moved.take(file))
    above.set(place, { layer: digest, file: brought })
    hide(gone, digest, hidden)
  }
  const nodes = new Map<string, Node>()
  for (const [path, node] of below) {
    if (files.has(path) || moved.found.has(path)) continue // what is gone of it is told already
    if (!above.has(path) && !isHidden(path)) nodes.set(path, node)
    else if ('file' in node) hide(node.file, digest, hidden)
  }
  for (const [path, node] of above) nodes.set(path, node)
  for (const [path, owner] of Object.entries(layer.owned)) owned.set(real(path), owner)
  pile.nodes = nodes
}

/** A lock file that is gone described nothing that is shipped. */
function hide(
  { packages, found = [] }: Pick<LayerFile, 'packages' | 'found'>,
  hiddenBy: string,
  hidden: Pile['hidden'],
): void {
  for (const one of packages) if (!one.declared) hidden.packages.push({ ...one, hiddenBy })
  for (const one of found) hidden.found.push({ ...one, hiddenBy })
}

/** Paths of which nothing below remains: deleted, or of another kind now. A folder leaves a folder as it is. */
function replacedIn(
  layer: LayerIndex,
  below: ReadonlyMap<string, Node>,
  real: (path: string) => string,
  realFolder: (folder: string) => string,
): Set<string> {
  const gone = new Set(layer.removed.map(real))
  for (const path of Object.keys(layer.links)) gone.add(real(path))
  if (below.size === 0 || layer.listing === undefined) {
    for (const path of Object.keys(layer.files)) gone.add(real(path))
    return gone
  }
  const taken = placesTaken(below.keys())
  for (const listed of foldersIn(layer.listing)) {
    const folder = realFolder(listed.folder)
    const inFolder = taken.get(folder)
    if (inFolder === undefined) continue
    for (const { name, size } of entriesIn(layer.listing, listed)) {
      const place = inFolder.get(name)
      if (place === 'node' || (place === 'folder' && size !== undefined)) gone.add(joined(folder, name))
    }
  }
  return gone
}

/** By folder and name: where a node lies, and the folders on the way to it. */
function placesTaken(paths: Iterable<string>): Map<string, Map<string, 'node' | 'folder'>> {
  const taken = new Map<string, Map<string, 'node' | 'folder'>>()
  for (let path of paths) {
    for (let place: 'node' | 'folder' = 'node'; path !== ''; path = parentOf(path), place = 'folder') {
      const folder = parentOf(path)
      const inFolder = taken.get(folder) ?? new Map<string, 'node' | 'folder'>()
      const known = inFolder.get(nameOf(path))
      if (known === undefined || place === 'node') inFolder.set(nameOf(path), place)
      taken.set(folder, inFolder)
      if (known !== undefined) break // what leads there is known as well
    }
  }
  return taken
}

/** Which paths from below do not remain: those that are gone, what is in them, and what is in an opaque folder. */
function hiddenPaths(gone: ReadonlySet<string>, opaque: ReadonlySet<string>): (path: string) => boolean {
  if (gone.size === 0 && opaque.size === 0) return () => false
  return (path) => {
    if (gone.has(path) || opaque.has('')) return true
    for (const folder of ancestorsOf(path)) if (gone.has(folder) || opaque.has(folder)) return true
    return false
  }
}

/**
 * Where a folder of the layer really lies when there are symbolic links on the way: `lib/apk` in `usr/lib/apk`, once
 * `lib` is a link to `usr/lib`. A folder that the layer itself lists takes the place of a link from below.
 */
function throughLinks(below: ReadonlyMap<string, Node>, layer: LayerIndex): (folder: string) => string {
  const replaced = new Set(layer.removed)
  const links = new Map<string, Set<string>>()
  for (const [path, node] of below) {
    if ('link' in node) links.set(parentOf(path), (links.get(parentOf(path)) ?? new Set()).add(nameOf(path)))
  }
  for (const listed of foldersIn(links.size > 0 ? (layer.listing ?? '') : '')) {
    const inFolder = links.get(listed.folder)
    for (const { folder, name, size } of inFolder ? entriesIn(layer.listing!, listed) : []) {
      if (size === undefined && inFolder!.has(name)) replaced.add(joined(folder, name))
    }
  }
  const linkAt = (path: string): string | undefined => {
    if (Object.hasOwn(layer.links, path)) return layer.links[path]
    const node = replaced.has(path) ? undefined : below.get(path)
    return node && 'link' in node ? node.link : undefined
  }
  const known = new Map<string, string>([['', '']])
  /** From the outside in: folders of one folder share what leads to it. */
  function real(folder: string): string {
    const found = known.get(folder)
    if (found !== undefined) return found
    const parent = parentOf(folder)
    const above = real(parent)
    const place = above === parent ? folder : joined(above, nameOf(folder))
    const path = linkAt(place) === undefined ? place : followed(place, linkAt)
    known.set(folder, path)
    return path
  }
  return real
}

const linkLimit = 40

/** The path with all links in it followed, clamped at the root; a circle ends it where it stands. */
function followed(path: string, linkAt: (path: string) => string | undefined): string {
  const left = path === '' ? [] : path.split('/').toReversed()
  let real = ''
  for (let links = 0; left.length > 0;) {
    const segment = left.pop()!
    const next = joined(real, segment)
    const link = links < linkLimit ? linkAt(next) : undefined
    if (link === undefined) {
      real = next
      continue
    }
    links++
    left.push(...linkTarget(next, link).split('/').filter(Boolean).toReversed())
    real = ''
  }
  return real
}

function targetOf(path: string, nodes: ReadonlyMap<string, Node>): string | undefined {
  const linkAt = (at: string): string | undefined => {
    const node = nodes.get(at)
    return node && 'link' in node ? node.link : undefined
  }
  const target = followed(path, linkAt)
  return target === path ? undefined : target
}

function joined(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`
}
