// The advisory index of a data folder: opened, or built from a folder of feeds.

import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { systemClock } from '../io/clock.ts'
import { folderDocuments } from '../io/documents.ts'
import type { FeedAge, FeedItem } from '../model/advisory.ts'
import type { Gap, Scan } from '../model/scan.ts'
import {
  advisoryIndexInMemory,
  buildAdvisoryIndex,
  NothingToIndex,
  updateAdvisoryIndex,
  type FeedItems,
} from '../store/advisory-index.ts'
import { openAdvisoryIndex, type AdvisoryIndex } from '../store/advisory-reader.ts'
import type { Written } from '../store/advisory-writer.ts'
import { collectGaps } from './collect-gaps.ts'
import { partsOf, readParts, type FeedFiles } from './feed-parts.ts'
import { feedOf, readFeeds, withProgress, type BuildProgress } from './read-feeds.ts'

export interface BuildReport {
  file: string
  /** Advisories in all, and for each ecosystem with its release. */
  advisories: number
  ecosystems: Readonly<Record<string, number>>
  /** Vulnerabilities known to be exploited. */
  exploited: number
  /** How old each part of each feed is, and what is wrong with it. */
  feeds: readonly FeedAge[]
  /** The first thousand, and one that counts the others. */
  gaps: readonly Gap[]
}

const starterSet = fileURLToPath(new URL('../../catalog/advisories', import.meta.url))

/** The index that was built, else the starter set that comes with the product. Throws when either is broken. */
export async function openAdvisories(dataFolder: string): Promise<AdvisoryIndex> {
  const file = indexFile(dataFolder)
  return existsSync(file) ? openAdvisoryIndex(file) : openStarterSet()
}

export interface BuildOptions {
  progress?: BuildProgress | undefined
  signal?: AbortSignal | undefined
  /** Feeds, or `feed/part`, that may have lost nine tenths of their records. */
  accepted?: readonly string[] | undefined
}

/**
 * Reads all feeds of a folder that is laid out as OSV's bucket is (`Debian/all.zip`) into the index of the data folder. What
 * cannot be read is among the gaps; throws, and leaves the index as it was, when there is not one advisory.
 */
export async function buildFrom(
  folder: string,
  dataFolder: string,
  { progress = () => {}, signal = new AbortController().signal, accepted = [] }: BuildOptions = {},
): Promise<BuildReport> {
  const told = collectGaps(signal)
  const items = readFeeds(withProgress(folderDocuments(folder, feedOf), progress), told.scan)
  return build(items, folder, dataFolder, { origin: resolve(folder), accepted, told })
}

/** What an index that was made of fetched feeds says it comes from. */
const fetchedOrigin = 'update'

/**
 * Brings the index of the data folder to what is fetched: the parts of feeds that have changed are read, where the index was
 * made from them before and is whole, else all of them. Undefined where none has.
 */
export async function buildFromFetched(
  folder: string,
  dataFolder: string,
  files: FeedFiles,
  { progress = () => {}, signal = new AbortController().signal, accepted = [] }: BuildOptions = {},
): Promise<BuildReport | undefined> {
  const file = indexFile(dataFolder)
  if (isFetched(file)) {
    const told = collectGaps(signal)
    const parts = await partsOf(folder, files, { scan: told.scan, progress })
    try {
      const written = await updateAdvisoryIndex(parts, file, { builtAt: systemClock(), accepted })
      return written && toReport(file, written, told)
    } catch {
      // The feeds are read in the same way once more: what was wrong with the index is not met there, all else is.
      signal.throwIfAborted()
    }
  }
  const told = collectGaps(signal)
  const parts = await partsOf(folder, files, { scan: told.scan, progress })
  return build(readParts(parts), folder, dataFolder, { origin: fetchedOrigin, accepted, told })
}

interface Building {
  origin: string
  accepted: readonly string[]
  told: ReturnType<typeof collectGaps>
}

async function build(
  items: FeedItems,
  folder: string,
  dataFolder: string,
  { origin, accepted, told }: Building,
): Promise<BuildReport> {
  const file = indexFile(dataFolder)
  const about = { origin, builtAt: systemClock() }
  const written = await buildAdvisoryIndex(items, file, () => about, accepted).catch((error) => {
    throw error instanceof NothingToIndex ? nothingIn(folder, told.gaps) : error
  })
  return toReport(file, written, told)
}

function toReport(file: string, { unnamed, ...written }: Written, told: Building['told']): BuildReport {
  if (unnamed > 0) told.scan.gap(`${unnamed} advisories name no package`)
  for (const { feed, part, problem } of written.feeds) {
    if (problem !== undefined) told.scan.gap(`feed ${[feed, part].filter(Boolean).join('/')}: ${problem}`)
  }
  return { file, ...written, gaps: told.gaps }
}

function isFetched(file: string): boolean {
  try {
    const index = openAdvisoryIndex(file)
    index.close()
    return index.age().origin === fetchedOrigin
  } catch {
    return false
  }
}

function nothingIn(folder: string, [first]: readonly Gap[]): Error {
  const reason = first ? `; ${first.place?.path}: ${first.why}` : ''
  return new Error(
    `${folder} holds no advisory that can be read${reason}. It must be laid out as OSV's bucket is: Debian/all.zip`,
  )
}

export function indexFile(dataFolder: string): string {
  return join(dataFolder, 'advisories.sqlite')
}

/** As old as the newest record in it. */
function openStarterSet(): Promise<AdvisoryIndex> {
  let newest = ''
  async function* items(): AsyncGenerator<FeedItem> {
    const scan = { gap: damaged, signal: new AbortController().signal }
    for await (const item of readFeeds(folderDocuments(starterSet, feedOf), scan)) {
      // It is known to be old.
      if (item.kind === 'begin') continue
      if (item.kind === 'advisory' && item.advisory.modified > newest) newest = item.advisory.modified
      yield item
    }
  }
  return advisoryIndexInMemory(items(), () => ({ origin: 'starter', builtAt: newest }))
}

function damaged(why: string, place: Parameters<Scan['gap']>[1]): never {
  throw new Error(`the starter set of advisories is damaged (${place?.path}: ${why}): install Plimsoll again`)
}
