// The parts of the feeds that were fetched, each with what its files hold, so that one that is the same is not read again.

import { hash } from 'node:crypto'
import { readdir, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { fileDocuments, isArchive, withoutCompression, type FolderDocument } from '../io/documents.ts'
import { productVersion } from '../io/version.ts'
import type { Feed } from '../match/feed.ts'
import { feeds } from '../match/feeds/list.ts'
import type { FeedBegins, FeedItem } from '../model/advisory.ts'
import type { Scan } from '../model/scan.ts'
import type { FeedPart } from '../store/advisory-changes.ts'
import { beginning, feedOf, partOf, readFeeds, withProgress, type BuildProgress } from './read-feeds.ts'

export interface FeedFiles {
  /** SHA-256 of a fetched file, by its path in the folder of feeds. */
  sha256(path: string): Promise<string>
  /** Why a feed could not be brought up to date, by its id. */
  problems: ReadonlyMap<string, string>
}

interface Reading {
  scan: Scan
  progress: BuildProgress
}

export async function partsOf(folder: string, files: FeedFiles, reading: Reading): Promise<FeedPart[]> {
  const parts: FeedPart[] = []
  for (const feed of feeds) {
    const paths = await documentFiles(folder, feed)
    const byPart = Map.groupBy(paths, (path) => (feed.inParts ? partOf(path) : ''))
    for (const ofPart of byPart.values()) parts.push(await partIn(folder, feed, ofPart, files, reading))
  }
  return parts
}

/** All of them, as one that follows the other. */
export async function* readParts(parts: readonly FeedPart[]): AsyncGenerator<FeedItem | FeedBegins> {
  for (const { read, ...begins } of parts) {
    yield begins
    yield* read()
  }
}

/** Files of a feed that have documents, by their paths in the folder of feeds; what is still being fetched has none. */
async function documentFiles(folder: string, feed: Feed): Promise<string[]> {
  const entries = await readdir(join(folder, feed.id), { recursive: true, withFileTypes: true }).catch(() => [])
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(folder, join(parentPath, name)).replaceAll(sep, '/'))
    .filter((path) => isArchive(path) || feedOf(withoutCompression(path)) === feed)
    .toSorted()
}

async function partIn(
  folder: string,
  feed: Feed,
  paths: readonly string[],
  { sha256, problems }: FeedFiles,
  { scan, progress }: Reading,
): Promise<FeedPart> {
  const files = await Promise.all(
    paths.map(async (path) => ({
      at: (await stat(join(folder, path))).mtime.toISOString(),
      holds: `${path} ${await sha256(path)}`,
    })),
  )
  const asOf = files
    .map(({ at }) => at)
    .toSorted()
    .at(-1)!
  const part = feed.inParts ? partOf(paths[0]!) : ''
  const problem = problems.get(feed.id)
  // Another version may read the same files in another way.
  const madeOf = hash('sha256', [productVersion(), ...files.map(({ holds }) => holds)].join('\n'))
  return {
    ...beginning(feed, part, asOf),
    asOf,
    madeOf,
    ...(problem === undefined ? {} : { problem }),
    async *read() {
      const unread: string[] = []
      const documents = documentsOf(folder, feed, paths, (path) => unread.push(path))
      yield* readFeeds(withProgress(documents, progress), scan)
      if (unread.length > 0) yield { kind: 'begin', feed: feed.id, part, unread: true }
    },
  }
}

/** A document that another feed knows by its name is none of this one. Tells of each file that cannot be read to its end. */
async function* documentsOf(
  folder: string,
  feed: Feed,
  paths: readonly string[],
  unread: (path: string) => void,
): AsyncGenerator<FolderDocument<Feed>> {
  for (const path of paths) {
    for await (const document of fileDocuments(folder, path, (one) => (feedOf(one) === feed ? feed : undefined))) {
      if ('problem' in document && document.path === path) unread(path)
      yield document
    }
  }
}
