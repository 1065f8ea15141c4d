// The documents of a folder of feeds, each read by the feed whose it is.

import type { FolderDocument } from '../io/documents.ts'
import { GlobIndex } from '../lib/glob.ts'
import type { Feed } from '../match/feed.ts'
import { feeds } from '../match/feeds/list.ts'
import type { FeedBegins, FeedItem } from '../model/advisory.ts'
import type { Scan } from '../model/scan.ts'

/** Called for each thousandth document of a top folder, and once when all of it has been read. */
export type BuildProgress = (folder: string, documents: number, done: boolean) => void

const feedsByPath = new GlobIndex(feeds.flatMap((feed) => feed.files.map((glob) => [glob, feed] as const)))

export function feedOf(path: string): Feed | undefined {
  return feedsByPath.match(path)[0]
}

/**
 * What the documents give, each part of a feed begun before it. What cannot be read is a gap; a document that gives nothing does
 * not make its part newer.
 */
export async function* readFeeds(
  documents: AsyncIterable<FolderDocument<Feed>>,
  scan: Scan,
): AsyncGenerator<FeedItem | FeedBegins> {
  let begun = ''
  for await (const document of documents) {
    scan.signal.throwIfAborted()
    const { path, at } = document
    if ('problem' in document) {
      scan.gap(document.problem, { path })
      continue
    }
    const { by: feed } = document
    const place = [feed.id, at, path.slice(0, path.lastIndexOf('/'))].join('\n')
    for (const item of feed.read(document, scan)) {
      if (place !== begun) yield beginning(feed, feed.inParts ? partOf(path) : '', at)
      begun = place
      yield item
    }
  }
}

/** The folder in which a document lies, or its archive. */
export function partOf(path: string): string {
  const folders = path.replace(/\.(?:zip|tar(?:\.\w+)?|tgz)\/.*$/, '.zip').split('/')
  return folders.at(-2) ?? ''
}

export function beginning({ id, replaces }: Feed, part: string, asOf: string): FeedBegins {
  return { kind: 'begin', feed: id, part, asOf, ...(replaces ? { replaces } : {}) }
}

export async function* withProgress(
  documents: AsyncIterable<FolderDocument<Feed>>,
  progress: BuildProgress,
): AsyncGenerator<FolderDocument<Feed>> {
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
