// The layers of an image, to scale: what the base brought and what is the image's own, with the packages and the worst
// finding of each. Widths are attributes: the page's policy refuses styles that stand in elements.

import { isCounted, type Finding } from '../../model/finding.ts'
import type { ImageLayer } from '../../model/image.ts'
import type { Result } from '../../model/result.ts'
import { severities, type Severity } from '../../model/severity.ts'
import { megabytes } from '../image-rows.ts'
import { isOfBase } from '../layers.ts'
import { badge } from './headline.ts'
import { markup, name, type Content, type Markup } from './markup.ts'

const shown = 150

interface Layer extends ImageLayer {
  number: number
  ofBase: boolean | undefined
  packages: number
  hidden: number
  worst: Severity | undefined
}

/** Nothing for what is no image. */
export function* layerPicture(result: Result): Generator<Markup> {
  const layers = layersOf(result)
  if (layers.length === 0) return
  const { base } = result.image!
  const total = layers.reduce((sum, { size }) => sum + size, 0)
  yield markup`<p>${layers.length} ${layers.length === 1 ? 'layer' : 'layers'}, ${megabytes(total)}. ${base === undefined ? 'Which image it was built on is not known.' : ''}</p>
${base === undefined ? '' : markup`<ul>${part('base', layers, base.name ?? base.digest)}${part('own', layers, undefined)}</ul>`}
${picture(layers, total)}
<ol class="card list">
`
  for (const layer of layers.slice(0, shown)) yield oneLayer(layer, total)
  const more = layers.length - shown
  yield markup`${more > 0 ? markup`<li class="quiet">and ${more} more layers: the json format lists every one</li>` : ''}</ol>
`
}

function layersOf({ image, packages, findings }: Result): Layer[] {
  const brought = Map.groupBy(packages, ({ place }) => place.layer)
  const found = Map.groupBy(findings.filter(isCounted), ({ place }) => place?.layer)
  return (image?.layers ?? []).map((layer, index) => {
    const here = brought.get(layer.digest) ?? []
    return {
      ...layer,
      number: index + 1,
      ofBase: isOfBase({ layer: layer.digest }, { image: image! }),
      packages: here.length,
      hidden: here.filter(({ hiddenBy }) => hiddenBy !== undefined).length,
      worst: worstOf(found.get(layer.digest) ?? []),
    }
  })
}

function worstOf(findings: readonly Finding[]): Severity | undefined {
  return severities.find((severity) => findings.some((finding) => finding.severity === severity))
}

function part(which: 'base' | 'own', layers: readonly Layer[], called: string | undefined): Markup {
  const list = layers.filter(({ ofBase }) => ofBase === (which === 'base'))
  const size = list.reduce((sum, layer) => sum + layer.size, 0)
  const packages = list.reduce((sum, layer) => sum + layer.packages, 0)
  const worst = severities.find((severity) => list.some((layer) => layer.worst === severity))
  return markup`<li><span class="key ${which}"></span> ${which === 'base' ? 'Base image' : 'Own layers'}${called === undefined ? '' : markup` (${name(called)})`}: ${list.length} of ${layers.length} layers, ${megabytes(size)}, ${packages} ${packages === 1 ? 'package' : 'packages'} ${worstWords(worst)}</li>`
}

function worstWords(worst: Severity | undefined): Content {
  return worst === undefined ? '' : markup`${badge(worst)}`
}

function picture(layers: readonly Layer[], total: number): Markup {
  const words = layers
    .slice(0, shown)
    .map(({ size }) => megabytes(size))
    .join(', ')
  let start = 0
  const rects = layers.slice(0, shown).map((layer) => {
    const width = percent(layer.size, total)
    const rect = markup`<rect x="${start.toFixed(2)}%" width="${width.toFixed(2)}%" height="100%" class="${layer.ofBase ? 'base' : 'own'}"/>`
    start += width
    return rect
  })
  return markup`<svg class="picture" role="img" aria-label="Layers to scale: ${words}"><rect width="100%" height="100%" class="track"/>${rects}</svg>`
}

function oneLayer(
  { number, size, ofBase, packages, hidden, worst, createdBy, digest, wasted }: Layer,
  total: number,
): Markup {
  const facts = [
    megabytes(size),
    `${packages} ${packages === 1 ? 'package' : 'packages'}`,
    ...(hidden > 0 ? [`${hidden} of them hidden by a later layer`] : []),
    ...(wasted ? [`${megabytes(wasted)} replaced or removed later`] : []),
    ...(ofBase === undefined ? [] : [ofBase ? 'base image' : 'own']),
  ]
  const width = percent(size, total).toFixed(2)
  return markup`<li><p class="head"><b>${number}</b> ${facts.join(' · ')} ${worst === undefined ? '' : badge(worst)}</p>
<svg class="bar" aria-hidden="true"><rect width="100%" height="100%" class="track"/><rect width="${width}%" height="100%" class="${ofBase ? 'base' : 'own'}"/></svg>
<p class="quiet mono">${createdBy ?? digest}</p></li>
`
}

function percent(part: number, whole: number): number {
  return whole === 0 ? 0 : (100 * part) / whole
}
