// The layers of an image, laid on one another: what is left at the top, and which layer brought it. Pure and cheap.
//
// https://github.com/opencontainers/image-spec/blob/main/layer.md#applying-changesets

import { ancestorsOf, linkTarget, nameOf, parentOf } from '../../lib/path.ts'
import type { Package } from '../../model/package.ts'
import type { Gap } from '../../model/scan.ts'
import type { LayerFile, LayerIndex } from './layer.ts'

export interface Merged {
  /** With the layer that brought each of them in their place. */
  packages: Package[]
  /** Texts of os-release that are left, by path; symbolic links between them are followed. */
  releases: Map<string, string>
  gaps: Gap[]
}

type Node = { layer: string } & ({ file: LayerFile } | { link: string })

/** Layers in the order in which they are applied. `wanted`: whether a path is one that an extractor asked for. */
export function mergeLayers(layers: readonly LayerIndex[], wanted: (path: string) => boolean): Merged {
  let nodes = new Map<string, Node>()
  const gaps: Gap[] = []
  for (const layer of layers) {
    nodes = applied(nodes, layer)
    for (const { why, place } of layer.gaps) gaps.push({ why, place: { ...place, layer: layer.digest } })
  }
  const packages: Package[] = []
  const releases = new Map<string, string>()
  for (const [path, node] of nodes) {
    if ('file' in node) {
      packages.push(...node.file.packages)
      if (node.file.text !== undefined) releases.set(path, node.file.text)
    } else if (wanted(path)) {
      const target = targetOf(path, nodes)
      const read = target === undefined ? undefined : nodes.get(target)
      if (read && 'file' in read) {
        if (read.file.text !== undefined) releases.set(path, read.file.text)
      } else
        gaps.push({ why: `is a symbolic link to ${node.link}, which was not read`, place: { path, layer: node.layer } })
    }
  }
  return { packages, releases, gaps }
}

function applied(below: Map<string, Node>, layer: LayerIndex): Map<string, Node> {
  const realFolder = throughLinks(below, layer)
  const real = (path: string): string => joined(realFolder(parentOf(path)), nameOf(path))
  const above = new Map<string, Node>()
  for (const [path, link] of Object.entries(layer.links)) above.set(real(path), { layer: layer.digest, link })
  for (const [path, file] of Object.entries(layer.files)) {
    const place = real(path)
    above.set(place, { layer: layer.digest, file: broughtBy(layer.digest, file, below.get(place)) })
  }
  const gone = new Set([...layer.removed, ...layer.plain].map(real))
  for (const path of above.keys()) gone.add(path)
  const hidden = hiddenPaths(gone, new Set(layer.folders.map(real)), new Set(layer.opaque.map(realFolder)))
  const nodes = new Map([...below].filter(([path]) => !hidden(path)))
  for (const [path, node] of above) nodes.set(path, node)
  return nodes
}

/**
 * Each package with its layer. A database such as dpkg's is written anew by each layer that installs something: what
 * stood in the copy below already was brought by the layer that is named there.
 */
function broughtBy(layer: string, file: LayerFile, below: Node | undefined): LayerFile {
  const known = new Map<string, string | undefined>()
  if (below && 'file' in below) for (const found of below.file.packages) known.set(keyOf(found), found.place.layer)
  const packages = file.packages.map((found) => ({
    ...found,
    place: { ...found.place, layer: known.get(keyOf(found)) ?? layer },
  }))
  return file.text === undefined ? { packages } : { packages, text: file.text }
}

function keyOf({ ecosystem, name, version, arch }: Package): string {
  return [ecosystem, name, version, arch].join('\n')
}

/**
 * Which paths from below do not remain. `gone`: deleted or replaced, with all that is in them; `folders`: a file or link
 * there is replaced by a folder; `opaque`: nothing in them remains.
 */
function hiddenPaths(
  gone: ReadonlySet<string>,
  folders: ReadonlySet<string>,
  opaque: ReadonlySet<string>,
): (path: string) => boolean {
  return (path) => {
    if (gone.has(path) || folders.has(path) || opaque.has('')) return true
    for (const folder of ancestorsOf(path)) if (gone.has(folder) || opaque.has(folder)) return true
    return false
  }
}

/**
 * Where a folder of the layer really lies when there are symbolic links on the way: `lib/apk` in `usr/lib/apk`, once
 * `lib` is a link to `usr/lib`. A folder that the layer itself lists takes the place of a link from below.
 */
function throughLinks(below: ReadonlyMap<string, Node>, layer: LayerIndex): (folder: string) => string {
  const replaced = new Set([...layer.folders, ...layer.removed])
  const linkAt = (path: string): string | undefined => {
    if (Object.hasOwn(layer.links, path)) return layer.links[path]
    const node = replaced.has(path) ? undefined : below.get(path)
    return node && 'link' in node ? node.link : undefined
  }
  const known = new Map<string, string>()
  return (folder) => {
    const real = known.get(folder) ?? followed(folder, linkAt)
    known.set(folder, real)
    return real
  }
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
