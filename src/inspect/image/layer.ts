// One layer, read once, as a stream: decompressed, hashed, its tar walked, wanted files handed to the extractors.
// What comes out stands for the layer for ever: it depends on nothing below it, so that images share it (`LayerCache`).

import { createHash } from 'node:crypto'
import { decompressed } from '../../io/decompress.ts'
import { givenIn, type WantedContent } from '../content-scanner.ts'
import { extractors } from '../extractors.ts'
import type { ContentSearch } from '../content-search.ts'
import { gapList } from '../gaps.ts'
import { defaultLimits, type Limits } from '../limits.ts'
import { reasonOf } from '../unreadable.ts'
import type { LayerIndex } from './layer-index.ts'
import { LayerReading } from './layer-reading.ts'

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
