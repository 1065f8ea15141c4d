// What the table says of an image's layers: what its base brought and what its own layers did, and what is hidden in it.

import { printable } from '../lib/printable.ts'
import type { BaseImage } from '../model/image.ts'
import type { Package } from '../model/package.ts'
import type { Result } from '../model/result.ts'
import { columns } from './columns.ts'
import { isOfBase, layerName } from './layers.ts'

/** Label and value; nothing for what is no image. */
export function imageRows(result: Result): [label: string, value: string][] {
  const { image, packages } = result
  if (image === undefined) return []
  const { base, layers, setuid = [] } = image
  return [
    ...(base === undefined ? [] : baseRows(base, result)),
    ...optional('  Hidden', hiddenCount(packages)),
    ...optional('Layers', layerSizes(layers)),
    ...optional('Setuid', setuidText(setuid.map(({ path }) => path))),
  ]
}

/** Packages that a later layer removed or replaced: whoever pulls the image has them. */
export function* hiddenPackages(result: Result, width: number): Generator<string> {
  const hidden = result.packages.filter(({ hiddenBy }) => hiddenBy !== undefined)
  if (hidden.length === 0) return
  yield `\nHidden, still shipped (${hidden.length})\n`
  const rows = hidden.slice(0, hiddenShown).map(({ name, version, place, hiddenBy }) => {
    const brought = place.layer === undefined ? '' : `${layerName(place.layer, result)}, `
    return [`${name} ${version}`, `${brought}hidden by ${layerName(hiddenBy!, result)}`, place.path ?? ''].map(
      printable,
    )
  })
  for (const line of columns(rows, [44, 40], width - 2)) yield `  ${line}\n`
  if (hidden.length > hiddenShown) yield `  and ${hidden.length - hiddenShown} more: the json format lists every one\n`
}

const hiddenShown = 20

function baseRows(base: BaseImage, result: Result): [label: string, value: string][] {
  const { packages, image } = result
  const name = base.name ?? base.digest ?? '? (its name is not known)'
  if (base.layers === undefined) {
    return [['Base image', `${name}, as its builder says; which layers are its is not known`]]
  }
  const visible = packages.filter(({ hiddenBy }) => hiddenBy === undefined)
  const groups = Map.groupBy(visible, ({ place }) => isOfBase(place, result))
  const elsewhere = groups.get(undefined) ?? []
  const size = (from: number, to?: number): string =>
    megabytes(image!.layers.slice(from, to).reduce((sum, layer) => sum + layer.size, 0))
  return [
    [
      '  Base image',
      `${ecosystems(groups.get(true) ?? [])}, in ${layerCount(base.layers)} of ${size(0, base.layers)} (${name})`,
    ],
    [
      '  Own layers',
      `${ecosystems(groups.get(false) ?? [])}, in ${layerCount(image!.layers.length - base.layers)} of ${size(base.layers)}`,
    ],
    ...(elsewhere.length > 0 ? [['  Elsewhere', ecosystems(elsewhere)] as [string, string]] : []),
  ]
}

function layerCount(count: number): string {
  return `${count} ${count === 1 ? 'layer' : 'layers'}`
}

function ecosystems(packages: readonly Package[]): string {
  const kinds = [...Map.groupBy(packages, ({ ecosystem }) => ecosystem)].map(([name, list]) => `${list.length} ${name}`)
  return kinds.join(', ') || 'no package'
}

function hiddenCount(packages: readonly Package[]): string {
  const hidden = packages.filter(({ hiddenBy }) => hiddenBy !== undefined)
  return hidden.length === 0 ? '' : `${ecosystems(hidden)}: shipped still, not seen by a container and not judged`
}

/** What is wasted only where it is known of every layer. */
function layerSizes(layers: NonNullable<Result['image']>['layers']): string {
  const size = layers.reduce((sum, layer) => sum + layer.size, 0)
  const text = `${layers.length}, ${megabytes(size)}`
  if (!layers.every(({ wasted }) => wasted !== undefined)) return text
  const wasted = layers.reduce((sum, layer) => sum + layer.wasted!, 0)
  return wasted === 0 ? text : `${text}, of which ${megabytes(wasted)} were replaced or removed by a later layer`
}

const setuidShown = 4

function setuidText(paths: readonly string[]): string {
  if (paths.length === 0) return ''
  const more = paths.length - setuidShown
  const programs = `${paths.length} ${paths.length === 1 ? 'program runs' : 'programs run'} as another user`
  return `${programs}: ${paths.slice(0, setuidShown).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

/** Decimal, as registries show it. */
export function megabytes(bytes: number): string {
  return bytes < 1_000_000 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`
}

function optional(label: string, value: string): [label: string, value: string][] {
  return value === '' ? [] : [[label, value]]
}
