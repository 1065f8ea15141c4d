// All feeds brought up to date from where their publishers have them, or from a mirror of that, and the index made of them.
// What was fetched lies in `feeds` of the data folder, by feed; a mirror has the same files at the same paths.

import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, readFile, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { download, validators, type Validators } from '../io/download.ts'
import { writeWhole } from '../io/files.ts'
import type { GuardedClient } from '../io/guarded-http.ts'
import { lockFolder } from '../io/lock-folder.ts'
import type { Feed, RemoteFile } from '../match/feed.ts'
import { feeds } from '../match/feeds/list.ts'
import { buildFromFetched, type BuildOptions, type BuildReport } from './advisories.ts'

export interface UpdateOptions extends Pick<BuildOptions, 'progress' | 'accepted'> {
  client: GuardedClient
  signal: AbortSignal
  /** Ids of feeds; all where it is empty. Others stay as they were fetched before. */
  only?: readonly string[]
  mirror?: URL | undefined
  /** Told of each file: `osv/npm/all.zip`, and whether there was something new. */
  fetched?: (path: string, isNew: boolean) => void
  wait?: (milliseconds: number, signal: AbortSignal) => Promise<void>
}

export interface UpdateReport {
  /** Absent when nothing had changed, so that the index stays as it is. */
  built?: BuildReport
  /** Why a feed could not be brought up to date; what was there of it is kept. */
  problems: ReadonlyMap<string, string>
}

/** Not among the documents of any feed. */
const stateName = '.state'
const stateFile = z.object({ files: z.record(z.string(), validators.extend({ sha256: z.string().optional() })) })
type State = Map<string, Validators & { sha256?: string | undefined }>

/** Bytes of one file, and of a list of files. */
const largestFile = 4 * 2 ** 30
const largestList = 2 ** 20

/** Throws when there is no feed to make an index of, or another update is running. */
export async function updateFeeds(dataFolder: string, options: UpdateOptions): Promise<UpdateReport> {
  const { only = [], signal, progress, accepted } = options
  const unknown = only.find((id) => !feeds.some((feed) => feed.id === id))
  if (unknown !== undefined) throw new Error(`there is no feed ${unknown}: ${feeds.map(({ id }) => id).join(', ')}`)
  const folder = join(dataFolder, 'feeds')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const release = lockFolder(folder)
  try {
    const chosen = feeds.filter(({ id }) => only.length === 0 || only.includes(id))
    const state = await readState(folder)
    const problems = await fetchAll(folder, chosen, state, options)
    const sha256 = async (path: string): Promise<string> =>
      state.get(path)?.sha256 ?? (await sha256Of(join(folder, path)))
    const built = await buildFromFetched(folder, dataFolder, { sha256, problems }, { signal, progress, accepted })
    return { problems, ...(built ? { built } : {}) }
  } finally {
    release()
  }
}

/** Why feeds could not be brought up to date, by their ids. */
async function fetchAll(
  folder: string,
  chosen: readonly Feed[],
  state: State,
  options: UpdateOptions,
): Promise<Map<string, string>> {
  const problems = new Map<string, string>()
  for (const feed of chosen) {
    const failed: string[] = []
    for await (const { path, problem, isNew } of fetchFeed(folder, feed, state, options)) {
      options.fetched?.(`${feed.id}/${path}`, isNew)
      if (problem !== undefined) failed.push(problem)
      if (isNew) writeWhole(join(folder, stateName), [JSON.stringify({ files: Object.fromEntries(state) })])
    }
    if (failed.length > 0) problems.set(feed.id, problemOf(failed))
  }
  return problems
}

function problemOf([first = '', ...others]: readonly string[]): string {
  return `it could not be brought up to date: ${first}${others.length > 0 ? `, and ${others.length} more files` : ''}`
}

interface Fetched {
  path: string
  isNew: boolean
  problem?: string
}

/** A list first, then what it names; one file that fails does not keep the others from being fetched. */
async function* fetchFeed(folder: string, feed: Feed, state: State, options: UpdateOptions): AsyncGenerator<Fetched> {
  const queue: RemoteFile[] = [...feed.remote.files]
  const seen = new Set<string>()
  for (let next = queue.shift(); next; next = queue.shift()) {
    const { path } = next
    if (seen.has(path)) continue
    seen.add(path)
    try {
      const isNew = await fetchFile(folder, feed, next, state, options)
      if (next.isList) {
        const text = await readFile(join(folder, feed.id, path), 'utf8')
        queue.unshift(...(feed.remote.named?.(next, text) ?? []))
      }
      yield { path, isNew: isNew && !next.isList }
    } catch (error) {
      options.signal.throwIfAborted()
      yield { path, isNew: false, problem: (error as Error).message }
    }
  }
}

/** Whether there was something new. The time of the file is when it was last known to be the newest. */
async function fetchFile(
  folder: string,
  feed: Feed,
  { url, path, sha256, isList }: RemoteFile,
  state: State,
  { client, signal, mirror, wait }: UpdateOptions,
): Promise<boolean> {
  // The name can come from a list of another's.
  if (!path.split('/').every((part) => /^[\w][\w. -]*$/.test(part))) throw new Error(`${path} is no path of a feed`)
  const key = `${feed.id}/${path}`
  const file = join(folder, key)
  const address = mirror ? new URL(key.split('/').map(encodeURIComponent).join('/'), withSlash(mirror)) : new URL(url)
  const limit = isList ? largestList : largestFile
  const told = await download(address, file, { client, signal, limit, sha256, kept: state.get(key), wait })
  const now = new Date()
  await utimes(file, now, now)
  if (told === undefined) return false
  state.set(key, { ...told, sha256: await sha256Of(file) })
  return true
}

function withSlash(url: URL): URL {
  return url.pathname.endsWith('/') ? url : new URL(`${url.href}/`)
}

/** What is lost of it is fetched again. */
async function readState(folder: string): Promise<State> {
  try {
    const text = await readFile(join(folder, stateName), 'utf8')
    return new Map(Object.entries(stateFile.parse(JSON.parse(text)).files))
  } catch {
    return new Map()
  }
}

async function sha256Of(file: string): Promise<string> {
  const sum = createHash('sha256')
  for await (const chunk of createReadStream(file)) sum.update(chunk as Buffer)
  return sum.digest('hex')
}
