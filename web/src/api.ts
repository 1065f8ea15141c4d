// The console's only way to the server. What comes back is typed by the server's own schemas.

import type { AffectedView } from '../../src/serve/views/affected.ts'
import type { CellDetailView, MatrixView } from '../../src/serve/views/coverage.ts'
import type { ErrorView } from '../../src/serve/views/error.ts'
import type { ExceptionsView } from '../../src/serve/views/exceptions.ts'
import type { FindingsView } from '../../src/serve/views/findings.ts'
import type { ImagesView, ImageView } from '../../src/serve/views/images.ts'
import type { InventoryView, WorkloadView } from '../../src/serve/views/inventory.ts'
import type { SessionView } from '../../src/serve/views/session.ts'
import type { SourcesView } from '../../src/serve/views/sources.ts'
import { readJson } from './printable.ts'

/** `status` 0: the server could not be reached. The message says what to do next. */
export class ApiError extends Error {
  readonly code: string
  readonly status: number
  constructor(code: string, status: number, message: string) {
    super(message)
    this.code = code
    this.status = status
  }
}

export interface FindingsFilter {
  search?: string | undefined
  severity?: string | undefined
  service?: string | undefined
  layer?: string | undefined
  task?: string | undefined
  kind?: string | undefined
  resource?: string | undefined
  state?: string | undefined
}

export interface InventoryFilter {
  search?: string | undefined
  service?: string | undefined
  kind?: string | undefined
}

export interface ExceptionsFilter {
  search?: string | undefined
  state?: string | undefined
}

/** A list read page by page: what was asked for in all, and how many the server has. */
export interface Listed<Item> {
  asOf: string
  total: number
  items: readonly Item[]
}

/** Tables hold at most this many rows; the foot of the table says so. */
export const mostRows = 20_000
/** Rows that are asked for at once. */
export const pageSize = 500

export const api = {
  session: () => read<SessionView>('/api/session'),
  signOut: () => request('/api/session/sign-out', { method: 'POST' }),
  coverage: (all: boolean) => read<MatrixView>(`/api/coverage${query({ all: all ? '1' : undefined })}`),
  cell: (service: string, layer: string, task: string) =>
    read<CellDetailView>(`/api/coverage/${[service, layer, task].map(encodeURIComponent).join('/')}`),
  inventory: (filter: InventoryFilter, signal: AbortSignal) =>
    readAll(signal, async (page) => {
      const view = await read<InventoryView>(`/api/inventory${query({ ...filter, ...page })}`, signal)
      return { asOf: view.asOf, total: view.total, items: view.resources }
    }),
  workload: (id: string) => read<WorkloadView>(`/api/workloads${query({ id })}`),
  findings: async (filter: FindingsFilter, signal: AbortSignal) => {
    let head: FindingsView | undefined
    const all = await readAll(signal, async (page) => {
      const view = await read<FindingsView>(`/api/findings${query({ ...filter, ...page })}`, signal)
      head ??= view
      return { asOf: view.asOf, total: view.total, items: view.groups }
    })
    return { ...all, counts: head!.counts, notLookedAt: head!.notLookedAt }
  },
  /** The page after so many of them. */
  exceptions: (filter: ExceptionsFilter, after: number, signal: AbortSignal) =>
    read<ExceptionsView>(`/api/exceptions${query({ ...filter, ...pageAfter(after) })}`, signal),
  images: (search: string | undefined, signal: AbortSignal) =>
    readAll(signal, async (page) => {
      const view = await read<ImagesView>(`/api/images${query({ search, ...page })}`, signal)
      return { asOf: view.asOf, total: view.total, items: view.images }
    }),
  image: (id: string) => read<ImageView>(`/api/images/detail${query({ id })}`),
  affected: (search: string) => read<AffectedView>(`/api/affected${query({ search, limit: String(pageSize) })}`),
  sources: () => read<SourcesView>('/api/sources'),
  look: () => request('/api/looks', { method: 'POST' }),
}

type Page = { offset: string; limit: string }

function pageAfter(items: number): Page {
  return { offset: String(items), limit: String(pageSize) }
}

async function readAll<Item>(signal: AbortSignal, readPage: (page: Page) => Promise<Listed<Item>>) {
  const items: Item[] = []
  for (;;) {
    const page = await readPage(pageAfter(items.length))
    items.push(...page.items)
    signal.throwIfAborted()
    const done = page.items.length === 0 || items.length >= Math.min(page.total, mostRows)
    if (done) return { asOf: page.asOf, total: page.total, items }
  }
}

async function read<View>(path: string, signal?: AbortSignal): Promise<View> {
  const response = await request(path, signal === undefined ? {} : { signal })
  return readJson(await response.text()) as View
}

async function request(path: string, options: RequestInit): Promise<Response> {
  let response: Response
  try {
    response = await fetch(path, { ...options, headers: { accept: 'application/json' } })
  } catch (error) {
    if (options.signal?.aborted) throw error
    throw new ApiError('unreachable', 0, 'Plimsoll does not answer. Is it still running? `npm start` starts it again.')
  }
  if (response.ok) return response
  const { code, message } = await errorOf(response)
  throw new ApiError(code, response.status, message)
}

async function errorOf(response: Response): Promise<ErrorView> {
  try {
    const { code, message } = readJson(await response.text()) as Partial<ErrorView>
    if (typeof code === 'string' && typeof message === 'string') return { code, message }
  } catch {
    // Not our error body: a proxy answered, or nothing readable.
  }
  return { code: 'unreadable', message: `the server answered ${response.status} without saying why; its log does` }
}

function query(values: Record<string, string | undefined>): string {
  const given = Object.entries(values).filter((entry): entry is [string, string] => Boolean(entry[1]))
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`
}
