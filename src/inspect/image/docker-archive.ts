// What `docker save` and `podman save` write: manifest.json names the configuration and the layers. Layers are tars of
// their own, in folders (Docker up to 24), beside it (Podman) or under blobs/ (Docker from 25, which is an OCI layout as well).
//
// Format: https://github.com/moby/docker-image-spec/blob/main/spec.md#combined-image-json--filesystem-changeset-format

import { array, nullish, object, text, type Shaped } from '../../lib/shape.ts'
import { normalPath } from '../../lib/path.ts'
import { parseDocument, parseImageDocument } from './config.ts'
import { digestOf, mismatch } from './digest.ts'
import type { ImageFiles } from './image-files.ts'
import { indexSchema } from './oci-schemas.ts'
import type { OpenedLayer, WayIn, WayInOptions } from './opened-image.ts'

export const dockerArchive: WayIn = {
  id: 'docker-archive',
  accepts: (files) => files.has('manifest.json'),
  open,
}

const manifests = array(object({ Config: text(), RepoTags: nullish(array(text())), Layers: nullish(array(text())) }))

async function open(files: ImageFiles, { scan, limits }: WayInOptions): ReturnType<WayIn['open']> {
  const text = (await files.read('manifest.json', limits.document)).toString('utf8')
  const images = parseDocument(manifests, text, 'manifest.json')
  const [image] = images
  if (!image) throw new Error('manifest.json names no image')
  if (images.length > 1) throw new Error(`it holds ${images.length} images (${tagsOf(images)}): save one at a time`)

  const configPath = inside(image.Config)
  const bytes = await files.read(configPath, limits.document)
  const configDigest = digestOf(bytes)
  const named = digestInPath(configPath)
  if (named !== undefined && named !== configDigest) throw new Error(`${configPath}: ${mismatch(named, configDigest)}`)

  const { diffIds, createdBy, ...rest } = parseImageDocument(bytes.toString('utf8'), configPath, scan)
  const paths = (image.Layers ?? []).map(inside)
  if (paths.length !== diffIds.length) {
    throw new Error(`manifest.json names ${paths.length} layers and ${configPath} ${diffIds.length}`)
  }
  const layers: OpenedLayer[] = []
  for (const [index, digest] of diffIds.entries()) {
    layers.push(await layerAt(files, paths[index]!, digest, createdBy[index]))
  }
  const aliases = [...(image.RepoTags ?? []), ...(await manifestDigest(files, limits.document))]
  return { digest: configDigest, configDigest, aliases, ...rest, layers }
}

async function layerAt(
  files: ImageFiles,
  path: string,
  digest: string,
  createdBy: string | undefined,
): Promise<OpenedLayer> {
  const size = await files.size(path).catch(() => undefined)
  // What is missing is found out when the layer is opened, and then costs that layer alone.
  return {
    digest,
    ...(size === undefined ? {} : { size }),
    ...(createdBy === undefined ? {} : { createdBy }),
    open: () => files.stream(path),
    part: () => files.part(path),
  }
}

/** With containerd's image store, Docker names an image by what its index.json points to. */
async function manifestDigest(files: ImageFiles, limit: number): Promise<string[]> {
  if (!(await files.has('index.json'))) return []
  const text = (await files.read('index.json', limit)).toString('utf8')
  const { manifests: listed } = parseDocument(indexSchema, text, 'index.json')
  return listed.length === 1 ? [listed[0]!.digest] : []
}

/** `blobs/sha256/HEX` and `HEX.json` promise a digest; other names promise nothing. */
function digestInPath(path: string): string | undefined {
  const hex = /(?:^|\/)(?<hex>[0-9a-f]{64})(?:\.json)?$/.exec(path)?.groups?.['hex']
  return hex === undefined ? undefined : `sha256:${hex}`
}

function inside(path: string): string {
  const normal = normalPath(path)
  if (normal === undefined)
    throw new Error(`manifest.json names ${JSON.stringify(path)}, which climbs out of the archive`)
  return normal
}

function tagsOf(images: Shaped<typeof manifests>): string {
  const tags = images.map(({ RepoTags, Config }) => RepoTags?.[0] ?? Config)
  return tags.length > 5 ? `${tags.slice(0, 5).join(', ')}, …` : tags.join(', ')
}
