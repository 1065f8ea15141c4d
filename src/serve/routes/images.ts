import { createRoute, z } from '@hono/zod-openapi'
import type { BaseImage, ImageOrigin } from '../../model/image.ts'
import type { Package } from '../../model/package.ts'
import type { App } from '../context.ts'
import type { ImageDetail } from '../../store/query-images.ts'
import type { ServeDeps } from '../deps.ts'
import { refuse } from '../errors.ts'
import { presentFinding, presentGap, presentName, presentPackage } from '../present.ts'
import { imageView, imagesView, type ImageView } from '../views/images.ts'
import { given, json, notFound, page, refusals, search, text } from './describe.ts'

export function imagesRoutes(app: App, deps: ServeDeps): void {
  app.openapi(images, async (c) => {
    const found = await deps.store.images(c.var.scope, given(c.req.valid('query')))
    const rows = found.images.map(
      ({ id, digest, aliases, distribution, size, layers, packages, usedBy, findings, judged }) => ({
        id,
        digest,
        aliases: [...aliases],
        ...(distribution === undefined ? {} : { distribution }),
        size,
        layers,
        packages,
        usedBy,
        findings: findings && { ...findings },
        judged: judged && { ...judged },
      }),
    )
    return c.json({ asOf: deps.clock(), total: found.total, images: rows }, 200)
  })

  app.openapi(image, async (c) => {
    const { id } = c.req.valid('query')
    const detail = await deps.store.imageDetail(c.var.scope, id)
    if (!detail) return refuse(c, 404, `no image ${id}: it has not been read, or belongs to another team`)
    return c.json(presentImage(detail), 200)
  })
}

function presentImage({ id, image: index, findings, judged, gaps, usedBy }: ImageDetail): ImageView {
  const { digest, aliases, architecture, os, distribution, size, layers, packages, base, origin, setuid = [] } = index
  const isHidden = ({ hiddenBy }: Package): boolean => hiddenBy !== undefined
  const broughtBy = Map.groupBy(packages, ({ place }) => place.layer)
  return {
    id,
    digest,
    aliases: [...aliases],
    ...(architecture === undefined ? {} : { architecture }),
    ...(os === undefined ? {} : { os }),
    ...(distribution ? { distribution: distribution.name } : {}),
    size,
    layers: layers.map((layer) => {
      const brought = broughtBy.get(layer.digest) ?? []
      const hidden = brought.filter(isHidden).length
      return {
        digest: layer.digest,
        size: layer.size,
        packages: brought.length - hidden,
        hidden,
        ...(layer.createdBy === undefined ? {} : { createdBy: layer.createdBy }),
        ...(layer.wasted === undefined ? {} : { wasted: layer.wasted }),
      }
    }),
    ...(base ? { base: presentBase(base) } : {}),
    ...(origin ? { origin: presentOrigin(origin) } : {}),
    setuid: setuid.map(({ path, mode, layer }) => ({ path, mode: mode.toString(8), layer })),
    packages: packages.map(presentPackage),
    findings: findings.map(presentFinding),
    gaps: gaps.map(presentGap),
    judged: judged && { done: judged.done, of: judged.of },
    usedBy: usedBy.map(presentName),
  }
}

function presentBase({ layers, name, digest, known }: BaseImage): ImageView['base'] {
  return {
    ...(layers === undefined ? {} : { layers }),
    ...(name === undefined ? {} : { name }),
    ...(digest === undefined ? {} : { digest }),
    known,
  }
}

function presentOrigin({ steps = [], signatures, attestations, ...rest }: ImageOrigin): ImageView['origin'] {
  const copies = <T extends object>(list: readonly T[]): T[] => list.map((each) => ({ ...each }))
  return { ...rest, steps: copies(steps), signatures: copies(signatures), attestations: copies(attestations) }
}

const images = createRoute({
  method: 'get',
  path: '/api/images',
  summary: 'Images that have been read',
  'x-action': 'read',
  request: { query: z.object({ search, ...page }) },
  responses: { 200: json(imagesView, 'images, a page of them'), ...refusals },
})

const image = createRoute({
  method: 'get',
  path: '/api/images/detail',
  summary: 'One image with its layers, packages and findings',
  'x-action': 'read',
  request: { query: z.object({ id: text.min(1) }) },
  responses: { 200: json(imageView, 'the image'), ...refusals, ...notFound },
})
