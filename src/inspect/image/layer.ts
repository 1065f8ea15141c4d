// One layer, read once, as a stream: decompressed, hashed, its tar walked, wanted files handed to the extractors.
// What comes out stands for the layer for ever: it depends on nothing below it, so that images share it (`LayerCache`).

import { createHash } from 'node:crypto'
import { decompressed } from '../../io/decompress.ts'
import type { FoundContent } from '../../model/image.ts'
import type { Package } from '../../model/package.ts'
import type { Gap } from '../../model/scan.ts'
import { givenIn, type WantedContent } from '../content-scanner.ts'
import { extractors } from '../extractors.ts'
import type { ContentSearch } from '../content-search.ts'
import { gapList } from '../gaps.ts'
import { defaultLimits, type Limits } from '../limits.ts'
import type { Owner } from '../ownership.ts'
import { reasonOf } from '../unreadable.ts'
import { LayerReading } from './layer-reading.ts'

/** All that is kept of a layer; plain data, so that it can be stored as JSON. Paths have no leading slash. */
export interface LayerIndex {
  /** Digest of the uncompressed tar (`diff_id`), as computed. */
  digest: string
  /** Bytes of the uncompressed tar. */
  size: number
  entries: number
  /** Which reader made it: one with other extractors sees other packages. */
  reader: string
  /** False when the layer ended early; the gaps tell why, and it must not be reused. */
  complete: boolean
  /** Files that were wanted, with what they hold. */
  files: Record<string, LayerFile>
  /** Paths that the layer deletes from those below it. */
  removed: string[]
  /** Folders of which nothing below this layer remains. */
  opaque: string[]
  /** Symbolic links, with their targets as written. */
  links: Record<string, string>
  /** All its files and folders, see `listing.ts`; absent when there are more than are kept. */
  listing?: string
  /** Files with packages that a package of the operating system brought. */
  owned: Record<string, Owner>
  /** Without layer in their place. */
  gaps: Gap[]
  /** What could not be searched for secrets and malware; absent where nobody looked for them. */
  contentGaps?: Gap[]
}

export interface LayerFile {
  packages: Package[]
  /** Of os-release, which is judged when the layers are merged. */
  text?: string
  /** Of a package's copyright file. */
  licence?: string
  /** Permission bits of one that runs as its owner or group. */
  mode?: number
  /** Of a program, in hex. */
  sha256?: string
  /** Secrets and malware. */
  found?: FoundContent[]
}

/** Keeps layers by the digest of their uncompressed tar. */
export interface LayerCache {
  get(digest: string): Promise<LayerIndex | undefined>
  put(layer: LayerIndex): Promise<void>
}

export interface LayerOptions {
  signal: AbortSignal
  limits?: Limits
  /** Also search the contents of all files for secrets and malware. */
  content?: WantedContent | undefined
}

/** Names the extractors, and the shape of what they give: to be raised when an extractor's results change. */
export const layerReader = ['4', ...extractors.map(({ id }) => id)].join(' ')

/** What searches contents is loaded only where somebody wants it. */
async function contentReader(): Promise<string> {
  const { contentScanners } = await import('../content-scanners.ts')
  return [layerReader, 'contents 2', ...contentScanners.map(({ id }) => id)].join(' ')
}

export async function readerOf(content: WantedContent): Promise<string> {
  if (content === false) return layerReader
  return content === true ? contentReader() : `${await contentReader()} given ${content.key}`
}

/** Whether what a reader gave holds what is asked for. */
export async function isReadBy(reader: string, content: WantedContent): Promise<boolean> {
  if (content !== false) return reader === (await readerOf(content))
  if (reader === layerReader) return true
  const searched = await contentReader()
  return reader === searched || reader.startsWith(`${searched} given `)
}

async function searchOf(
  content: WantedContent,
  signal: AbortSignal,
  limits: Limits,
): Promise<ContentSearch | undefined> {
  if (content === false) return undefined
  const search = await import('../content-search.ts')
  return new search.ContentSearch(signal, limits, content)
}

/** Bytes of a piece while contents are searched, which takes most of the memory that there is, and far longer than waking a thread. */
const whileSearched = 1024 * 1024

/** Rejects only when aborted: a layer that is cut, damaged or too large is told as far as it could be read. */
export async function readLayer(chunks: AsyncIterable<Uint8Array>, options: LayerOptions): Promise<LayerIndex> {
  const { signal, limits = defaultLimits, content = false } = options
  const gaps = gapList(signal, limits.gaps)
  const { javaArchives } = givenIn(content)
  const reading = new LayerReading(gaps.scan, limits, await searchOf(content, signal, limits), javaArchives)
  const hash = createHash('sha256')
  let size = 0
  let complete = false
  try {
    for await (const chunk of decompressed(chunks, content === false ? undefined : whileSearched)) {
      signal.throwIfAborted()
      size += chunk.length
      if (size > limits.layer) throw new Error(`it is larger than ${limits.layer} bytes without compression`)
      hash.update(chunk)
      reading.tar.write(chunk)
      await reading.extractWaiting()
    }
    reading.tar.end()
    complete = true
  } catch (error) {
    if (signal.aborted) reading.close()
    signal.throwIfAborted()
    gaps.scan.gap(`the layer could not be read to its end: ${reasonOf(error)}`)
  }
  await reading.extractRest().finally(() => reading.close())
  const digest = `sha256:${hash.digest('hex')}`
  return { digest, size, reader: await readerOf(content), complete, ...reading.result(), gaps: gaps.list() }
}
