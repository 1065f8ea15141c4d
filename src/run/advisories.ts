// The advisory index of a data folder: opened, or built from a folder of feeds.

import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { systemClock } from '../io/clock.ts'
import { folderDocuments, type FolderDocument } from '../io/documents.ts'
import { GlobIndex } from '../lib/glob.ts'
import type { Feed } from '../match/feed.ts'
import { feeds } from '../match/feeds/list.ts'
import type { FeedAge, FeedBegins, FeedItem } from '../model/advisory.ts'
import type { Gap, Scan } from '../model/scan.ts'
import {
  advisoryIndexInMemory,
  buildAdvisoryIndex,
  NothingToIndex,
  openAdvisoryIndex,
  type AdvisoryIndex,
} from '../store/advisory-index.ts'
import { collectGaps } from './collect-gaps.ts'

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

/** Called for each thousandth document of a top folder, and once when all of it has been read. */
export type BuildProgress = (folder: string, documents: number, done: boolean) => void

const starterSet = fileURLToPath(new URL('../../catalog/advisories', import.meta.url))
const feedsByPath = new GlobIndex(feeds.flatMap((feed) => feed.files.map((glob) => [glob, feed] as const)))

/** The index that was built, else the starter set that comes with the product. Throws when either is broken. */
export async function openAdvisories(dataFolder: string): Promise<AdvisoryIndex> {
  const file = indexFile(dataFolder)
  return existsSync(file) ? openAdvisoryIndex(file) : openStarterSet()
}

export interface BuildOptions {
  progress?: BuildProgress
  signal?: AbortSignal
  /** Feeds, or `feed/part`, that may have lost nine tenths of their records. */
  accepted?: readonly string[]
  /** Where the feeds come from, in place of the folder. */
  origin?: string
  /** Why a feed could not be brought up to date, by its id. */
  problems?: ReadonlyMap<string, string>
}

/**
 * Reads all feeds of a folder that is laid out as OSV's bucket is (`Debian/all.zip`) into the index of the data folder. What
 * cannot be read is among the gaps; throws, and leaves the index as it was, when there is not one advisory.
 */
export async function buildFrom(
  folder: string,
  dataFolder: string,
  {
    progress = () => {},
    signal = new AbortController().signal,
    accepted = [],
    origin = resolve(folder),
    problems = new Map(),
  }: BuildOptions = {},
): Promise<BuildReport> {
  const file = indexFile(dataFolder)
  const told = collectGaps(signal)
  const documents = withProgress(folderDocuments(folder, feedOf), progress)
  const about = { origin, builtAt: systemClock() }
  const items = readFeeds(documents, told.scan, problems)
  const { unnamed, ...written } = await buildAdvisoryIndex(items, file, () => about, accepted).catch((error) => {
    throw error instanceof NothingToIndex ? nothingIn(folder, told.gaps) : error
  })
  if (unnamed > 0) told.scan.gap(`${unnamed} advisories name no package`)
  for (const { feed, part, problem } of written.feeds) {
    if (problem !== undefined) told.scan.gap(`feed ${[feed, part].filter(Boolean).join('/')}: ${problem}`)
  }
  return { file, ...written, gaps: told.gaps }
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

function feedOf(path: string): Feed | undefined {
  return feedsByPath.match(path)[0]
}

async function* readFeeds(
  documents: AsyncIterable<FolderDocument>,
  scan: Scan,
  problems: ReadonlyMap<string, string> = new Map(),
): AsyncGenerator<FeedItem | FeedBegins> {
  let begun = ''
  for await (const document of documents) {
    scan.signal.throwIfAborted()
    const { path, at } = document
    if ('problem' in document) {
      scan.gap(document.problem, { path })
      continue
    }
    const feed = feedOf(path.replace(compression, ''))
    if (!feed) continue
    const part = feed.inParts ? partOf(path) : ''
    const key = [feed.id, part, at].join('\n')
    if (key !== begun) yield beginning(feed, part, at, problems.get(feed.id))
    begun = key
    yield* feed.read(document, scan)
  }
}

const compression = /\.(?:gz|zst|bz2)$/

/** The folder in which a document lies, or its archive. */
function partOf(path: string): string {
  const folders = path.replace(/\.(?:zip|tar(?:\.\w+)?|tgz)\/.*$/, '.zip').split('/')
  return folders.at(-2) ?? ''
}

function beginning({ id, replaces }: Feed, part: string, asOf: string, problem: string | undefined): FeedBegins {
  return { kind: 'begin', feed: id, part, asOf, ...(replaces ? { replaces } : {}), ...(problem ? { problem } : {}) }
}

async function* withProgress(
  documents: AsyncIterable<FolderDocument>,
  progress: BuildProgress,
): AsyncGenerator<FolderDocument> {
  let folder: string | undefined
  let count = 0
  for await (const document of documents) {
    const next = document.path.includes('/') ? document.path.split('/', 1)[0]! : '.'
    if (next !== folder) {
      if (folder !== undefined) progress(folder, count, true)
      folder = next
      count = 0
    }
    if (++count % 1000 === 0) progress(folder, count, false)
    yield document
  }
  if (folder !== undefined) progress(folder, count, true)
}
