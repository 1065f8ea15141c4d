// An image that containerd keeps on this machine: its content store has the blobs of an OCI layout, and its database is
// the index of them. It is read where it lies, also while containerd runs; nothing is asked of it.

import { join } from 'node:path'
import { formatReference, parseImageReference } from '../../lib/image-reference.ts'
import { defaultLimits } from '../limits.ts'
import { UnreadableTarget } from '../unreadable.ts'
import { contentFolder, storedImages, type StoredImage } from './containerd-store.ts'
import { filesOfFolder, type ImageFiles } from './image-files.ts'
import { openFiles } from './open.ts'
import type { OpenOptions } from './open-options.ts'
import type { OpenedImage, OpenedLayer } from './opened-image.ts'

const defaultRoot = '/var/lib/containerd'
const mostNamed = 50

interface Wanted {
  root: string
  /** `NAME` or `NAMESPACE/NAME`; empty for a list of what there is. */
  name: string
}

/** `NAME`, `NAMESPACE/NAME`, or either after `ROOT#`; a path without `#` is a root. */
export function parseContainerdName(text: string): Wanted {
  const hash = text.lastIndexOf('#')
  if (hash >= 0) return { root: text.slice(0, hash) || defaultRoot, name: text.slice(hash + 1) }
  return /^\.{0,2}\//.test(text) ? { root: text, name: '' } : { root: defaultRoot, name: text }
}

/** Throws `UnreadableTarget`, which lists what there is when the name does not mean one image. */
export async function openContainerd(text: string, options: OpenOptions): Promise<OpenedImage> {
  const { signal, limits = defaultLimits } = options
  const { root, name } = parseContainerdName(text)
  const images = await storedImages(root, limits.metadata, signal)
  const meant = choose(name, images, root)
  const content = await filesOfFolder(join(root, contentFolder)).catch(() => {
    throw new UnreadableTarget(`${join(root, contentFolder)} is not there, or may not be read: it belongs to root`)
  })
  const title = `containerd:${meant.namespace}/${meant.name}`
  if (!(await content.has(`blobs/${meant.target.digest.replace(':', '/')}`))) {
    throw new UnreadableTarget(`${title} cannot be judged: ${notKept(meant.target.digest)}; ${pullAgain}`)
  }
  const opened = await openFiles(title, filesOf(meant, content), options, pullAgain)
  const names = images.filter(({ target }) => target.digest === meant.target.digest)
  const aliases = [...opened.aliases, ...names.slice(0, mostNamed).map((image) => image.name)]
  return withoutMissing({ ...opened, aliases: [...new Set(aliases)] })
}

const pullAgain = 'pull the image again, or scan it in its registry (registry:REFERENCE)'

function notKept(digest: string): string {
  return `containerd's content store does not have ${digest}`
}

/** The image, or, where several have the name, the one that all of these are. */
function choose(name: string, images: readonly StoredImage[], root: string): StoredImage {
  if (name === '') throw new UnreadableTarget(`containerd: expected the name of an image. ${listOf(images, root)}`)
  const found = matching(name, images)
  const [first] = found
  if (first === undefined) {
    throw new UnreadableTarget(`containerd has no image ${name}. ${listOf(images, root)}`)
  }
  if (found.every(({ target }) => target.digest === first.target.digest)) return first
  const several = found.map(({ namespace, target }) => `\n  ${namespace}/${name} (${target.digest})`).join('')
  throw new UnreadableTarget(`${name} is another image in each namespace: write the one that is meant${several}`)
}

/** As written; else as a name with its namespace before it; else as Docker completes names; else as a digest. */
function matching(name: string, images: readonly StoredImage[]): StoredImage[] {
  const full = completed(name)
  const meanings: ((image: StoredImage) => boolean)[] = [
    (image) => image.name === name,
    (image) => `${image.namespace}/${image.name}` === name,
    (image) => image.name === full,
    ({ namespace, name: own }) =>
      name.startsWith(`${namespace}/`) && own === completed(name.slice(namespace.length + 1)),
    ({ target }) => target.digest === name,
  ]
  for (const meaning of meanings) {
    const found = images.filter(meaning)
    if (found.length > 0) return found
  }
  return []
}

function completed(name: string): string | undefined {
  try {
    return formatReference(parseImageReference(name))
  } catch {
    return undefined
  }
}

function listOf(images: readonly StoredImage[], root: string): string {
  if (images.length === 0) return `${root} holds none`
  const names = images.slice(0, mostNamed).map(({ namespace, name }) => `\n  ${namespace}/${name}`)
  const rest = images.length - names.length
  return `${root} holds:${names.join('')}${rest > 0 ? `\n  and ${rest} more` : ''}`
}

/** The content store as the layout of one image. */
function filesOf({ name, target }: StoredImage, content: ImageFiles): ImageFiles {
  const descriptor = { ...target, annotations: { 'io.containerd.image.name': name } }
  const index = Buffer.from(JSON.stringify({ schemaVersion: 2, manifests: [descriptor] }))
  const isHere = (path: string): boolean => path.startsWith('blobs/')
  async function here(path: string, why = ''): Promise<string> {
    if (isHere(path) && (await content.has(path))) return path
    throw new Error(notKept(path.slice('blobs/'.length).replace('/', ':')) + why)
  }
  const layer = (path: string): Promise<string> => here(path, `: ${discarded}`)
  return {
    ...content,
    has: async (path) => path === 'index.json' || (isHere(path) && (await content.has(path))),
    read: async (path, limit) => (path === 'index.json' ? index : content.read(await here(path), limit)),
    size: async (path) => content.size(await here(path)),
    part: async (path) => content.part(await layer(path)),
    async *stream(path) {
      yield* content.stream(await layer(path))
    },
  }
}

/**
 * What containerd was told to throw away once it is unpacked is no damage: each such layer is a gap, and an image that has
 * none left is still judged by its configuration.
 * https://github.com/containerd/containerd/blob/v1.7.0/docs/cri/config.md (`discard_unpacked_layers`)
 */
async function withoutMissing(image: OpenedImage): Promise<OpenedImage> {
  const areThere = await Promise.all(image.layers.map(isThere))
  if (areThere.length === 0 || areThere.includes(true)) return image
  const why = `containerd keeps none of its layers, so that its packages are not known: ${discarded}`
  return { ...image, withoutLayers: true, gaps: [{ why }, ...image.gaps] }
}

const discarded = `with discard_unpacked_layers they go once they are unpacked; ${pullAgain}`

async function isThere(layer: OpenedLayer): Promise<boolean> {
  const part = await layer.part!().catch(() => undefined)
  await part?.close()
  return part !== undefined
}
