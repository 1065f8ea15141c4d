// Whole layers, their listing, and layers laid on one another.

import { gzipSync, zstdCompressSync } from 'node:zlib'
import { isDeepStrictEqual } from 'node:util'
import { readLayer } from '../../src/inspect/image/layer.ts'
import type { LayerIndex } from '../../src/inspect/image/layer-index.ts'
import { ListingWriter, entriesIn, foldersIn, type Listed } from '../../src/inspect/image/listing.ts'
import { mergeLayers } from '../../src/inspect/image/merge.ts'
import { defaultLimits } from '../../src/inspect/limits.ts'
import type { Gap } from '../../src/model/scan.ts'
import { nameOf, normalPath } from '../../src/lib/path.ts'
import { rawTar, tarEnd, type TestTarEntry } from '../../src/lib/testing.ts'
import type { Random } from '../random.ts'
import { hold, holdEqual, holdGaps, never, streamOf, withoutPlaces, type FuzzTarget } from '../target.ts'
import { changeBytes, materialOf } from '../mutate.ts'
import { mendTar, tarSeeds, tarWords } from './archives.ts'

const limits = { ...defaultLimits, extractTime: 1500, layer: 8 * 1024 * 1024 }
const material = materialOf(tarSeeds, tarWords)

/** Damage inside, the compression whole: else nearly all would be about zlib. */
function packedLayer(random: Random): Buffer | undefined {
  if (!random.oneIn(3)) return undefined
  const layer = mendTar(changeBytes(Buffer.from(random.pick(tarSeeds)), random, material), random)
  const packed = random.oneIn(2) ? gzipSync(layer, { level: 1 }) : zstdCompressSync(layer)
  return random.oneIn(4) ? changeBytes(packed, random, material) : packed
}

function layerTarget(id: string, content: boolean): FuzzTarget {
  return {
    id,
    seeds: () => tarSeeds,
    words: tarWords,
    make: packedLayer,
    mend: (input, random) => (input[0] === 0x1f || input[0] === 0x28 ? input : mendTar(input, random)),
    async run(input, split) {
      const layer = await readLayer(streamOf(split(input)), { signal: never, limits, content })
      checkLayer(layer)
      return withoutPlaces(layer)
    },
    same(first, second) {
      const [one, other] = [first, second] as LayerIndex[]
      // Before damage, zlib gives as much as it has got at a time.
      if (!one!.complete) return other!.complete === false
      return isDeepStrictEqual(withoutReplaced(one!), withoutReplaced(other!))
    },
  }
}

/** What is wrong with a file that a later entry replaces is told when it was read before that one came, and not else. */
function withoutReplaced(layer: LayerIndex): LayerIndex {
  const listed = layer.listing === undefined ? [] : listedIn(layer.listing).map(pathOf)
  const counts = new Map<string, number>()
  for (const path of [...listed, ...Object.keys(layer.links)]) counts.set(path, (counts.get(path) ?? 0) + 1)
  const isReplaced = ({ place }: Gap): boolean => {
    const path = place?.path?.split('!/', 1)[0]
    return path !== undefined && (counts.get(path) ?? 0) > 1
  }
  return { ...layer, gaps: layer.gaps.filter((gap) => !isReplaced(gap)) }
}

function listedIn(listing: string): Listed[] {
  return [...foldersIn(listing)].flatMap((listed) => [...entriesIn(listing, listed)])
}

function pathOf({ folder, name }: Listed): string {
  return folder === '' ? name : `${folder}/${name}`
}

function checkLayer(layer: LayerIndex): void {
  holdGaps(layer.gaps)
  holdGaps(layer.contentGaps ?? [])
  hold(layer.complete || layer.gaps.length > 0, 'a layer that is not whole, and no gap says why')
  for (const { why, place } of layer.gaps) {
    const isOfAll = /could not be read to its end|beyond the limit|more things could not be read/.test(why)
    hold(isOfAll || place?.path !== undefined, `the gap "${why}" names no path`)
  }
  const listed = layer.listing === undefined ? [] : listedIn(layer.listing)
  const paths = [
    ...Object.keys(layer.files),
    ...Object.keys(layer.links),
    ...layer.removed,
    ...layer.opaque,
    ...listed.map(pathOf),
  ]
  for (const path of paths) hold(normalPath(path) === path, `${JSON.stringify(path)} is no path below the root`)
  for (const { size, name } of listed) {
    hold(name !== '', 'a file without a name is listed')
    hold(size === undefined || (Number.isSafeInteger(size) && size >= 0), `${name} is listed with a size of ${size}`)
  }
  for (const [path, { packages }] of Object.entries(layer.files)) {
    for (const { place } of packages) hold(place.path?.startsWith(path), `a package of ${path} is at ${place.path}`)
  }
}

const listing: FuzzTarget = {
  id: 'listing',
  seeds: () => [Buffer.from('usr/bin/a\nusr/bin/b\nusr/bin/\nusr/\netc/passwd\nü/x y\nf1 a\nd\n')],
  run(input) {
    const writer = new ListingWriter({ listed: 10_000, listing: 10_000_000 })
    const expected: { path: string; size: number | undefined }[] = []
    for (const [index, written] of input.toString('utf8').split('\n').slice(0, 5000).entries()) {
      const path = normalPath(written)
      if (path === undefined || path === '') continue
      const size = written.endsWith('/') ? undefined : index * 1000
      writer.add(path, nameOf(path), size)
      expected.push({ path, size })
    }
    const found = listedIn(writer.result() ?? '')
    const read = found.map((one) => ({ path: pathOf(one), size: one.size }))
    holdEqual(read, expected, 'what was listed')
    return read.length
  },
}

// ---- Merging against a file system in memory, where nothing is clever. Only files, folders and whiteouts: what links do
// to the paths of later layers has its own tests.

interface Step {
  layer: number
  kind: 'package' | 'file' | 'folder' | 'whiteout' | 'opaque'
  path: string
}

const names = ['a', 'b', 'c']

function stepsOf(input: Buffer): Step[][] {
  const layers: Step[][] = [[]]
  for (let at = 0; at + 3 < input.length && layers.length < 8; at += 4) {
    const [what = 0, depth = 0, first = 0, second = 0] = input.subarray(at, at + 4)
    if (what % 8 === 7) {
      layers.push([])
      continue
    }
    const segments = [first, second, first >> 3, second >> 3]
      .slice(0, depth % 4)
      .map((byte) => names[byte % names.length]!)
    const kind = (['package', 'package', 'package', 'file', 'folder', 'whiteout', 'opaque'] as const)[what % 8]!
    if (segments.length === 0 && kind !== 'opaque') continue
    const path = kind === 'package' ? [...segments, 'node_modules', 'p', 'package.json'].join('/') : segments.join('/')
    layers.at(-1)!.push({ layer: layers.length - 1, kind, path })
  }
  return layers.map(withoutContradictions)
}

/** In one layer no path is two things, and nothing lies in a file. */
function withoutContradictions(steps: readonly Step[]): Step[] {
  const kept: Step[] = []
  for (const step of steps) {
    if (step.kind === 'whiteout' || step.kind === 'opaque') {
      kept.push(step)
      continue
    }
    const clashes = kept.some(({ kind, path }) => {
      if (kind === 'whiteout' || kind === 'opaque') return false
      if (path === step.path) return kind !== step.kind || kind !== 'folder'
      if (kind !== 'folder' && step.path.startsWith(`${path}/`)) return true
      return step.kind !== 'folder' && path.startsWith(`${step.path}/`)
    })
    if (!clashes) kept.push(step)
  }
  return kept
}

function tarOfSteps(steps: readonly Step[]): Buffer {
  const entries = steps.map(({ kind, path, layer }): TestTarEntry => {
    const slash = path.lastIndexOf('/') + 1
    if (kind === 'whiteout') return { path: `${path.slice(0, slash)}.wh.${path.slice(slash)}` }
    if (kind === 'opaque') return { path: `${path}${path === '' ? '' : '/'}.wh..wh..opq` }
    if (kind === 'folder') return { path: `${path}/`, type: '5' }
    return { path, contents: kind === 'package' ? `{"name":"p","version":"${layer}.0.0"}` : 'x' }
  })
  return Buffer.concat([rawTar(entries), tarEnd])
}

/** `path layer` of each package that is left: files as a map, each layer's whiteouts before what it brings. */
function left(layers: readonly Step[][]): string[] {
  const files = new Map<string, { kind: Step['kind']; layer: number }>()
  const removeBelow = (folder: string): void => {
    for (const path of files.keys()) if (folder === '' || path.startsWith(`${folder}/`)) files.delete(path)
  }
  for (const steps of layers) {
    for (const { kind, path } of steps) {
      if (kind === 'opaque') removeBelow(path)
      if (kind !== 'whiteout') continue
      files.delete(path)
      removeBelow(path)
    }
    for (const { kind, path, layer } of steps) {
      if (kind === 'whiteout' || kind === 'opaque') continue
      for (let slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1))
        files.delete(path.slice(0, slash))
      if (kind === 'folder') files.delete(path)
      else {
        removeBelow(path)
        files.set(path, { kind, layer })
      }
    }
  }
  return Array.from(files)
    .flatMap(([path, { kind, layer }]) => (kind === 'package' ? [`${path} ${layer}`] : []))
    .toSorted()
}

const merge: FuzzTarget = {
  id: 'merge',
  seeds: () => [Buffer.from(Array.from({ length: 64 }, (_, index) => index * 37)), Buffer.alloc(0)],
  make: (random) => random.bytes(4 * random.below(40)),
  async run(input) {
    const steps = stepsOf(input)
    const layers: LayerIndex[] = []
    for (const [index, one] of steps.entries()) {
      const layer = await readLayer(streamOf([tarOfSteps(one)]), { signal: never, limits })
      layers.push({ ...layer, digest: String(index) })
    }
    const { packages, gaps, wasted } = mergeLayers(layers, () => false)
    holdEqual(gaps, [], 'gaps')
    const [seen, hidden] = [packages.filter((one) => !one.hiddenBy), packages.filter((one) => one.hiddenBy)]
    holdEqual(seen.map(({ place }) => `${place.path} ${place.layer}`).toSorted(), left(steps), 'packages that are left')
    for (const { place, hiddenBy } of hidden) hold(Number(hiddenBy) > Number(place.layer), 'hidden by a layer below')
    const brought = layers.reduce((sum, { files }) => sum + Object.keys(files).length, 0)
    hold(packages.length === brought, `${packages.length} packages of ${brought} are told`)
    for (const bytes of wasted ?? []) hold(bytes >= 0, 'less than nothing is wasted')
    return packages
  },
}

export const layerTargets: readonly FuzzTarget[] = [
  layerTarget('layer', false),
  layerTarget('layer-contents', true),
  listing,
  merge,
]
