// The console's other half in its tests: the built files with the content security policy of the real server, and an API
// that answers from an estate held in memory.

import { existsSync, readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { AffectedView } from '../../src/serve/views/affected.ts'
import type { ErrorView } from '../../src/serve/views/error.ts'
import type { ProgressView } from '../../src/serve/views/looks.ts'
import type { Estate } from './estates.ts'
import { cellDetail, counts, layers, minutesAgo, tasks } from './parts.ts'

export const dist = fileURLToPath(new URL('../dist', import.meta.url))

export interface FakeServer {
  url: string
  /** What the API answers from now on. */
  estate: Estate
  /** Paths of the API that fail with 500 from now on. */
  readonly broken: Set<string>
  signedIn: boolean
  /** Requests of the API, as `GET /api/session`. */
  readonly asked: string[]
  /** Sends a step of a look to every page that listens. */
  tell(step: ProgressView): void
  close(): Promise<void>
}

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
}
const policy = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; frame-ancestors 'none'"

export async function serveConsole(estate: Estate): Promise<FakeServer> {
  const listening = new Set<ServerResponse>()
  const tell = (step: ProgressView) => {
    for (const page of listening) page.write(`data: ${JSON.stringify(step)}\n\n`)
  }
  const close = async () => {}
  const fake: FakeServer = { url: '', estate, broken: new Set(), signedIn: true, asked: [], tell, close }
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost')
    if (url.pathname.startsWith('/api/')) answer(fake, listening, request, url, response)
    else sendFile(url.pathname, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  fake.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  fake.close = () =>
    new Promise((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return fake
}

function sendFile(path: string, response: ServerResponse): void {
  const wanted = join(dist, path)
  const file = extname(path) !== '' && wanted.startsWith(dist) && existsSync(wanted) ? wanted : join(dist, 'index.html')
  const type = types[extname(file)] ?? 'application/octet-stream'
  const cache = path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache'
  const head = { 'content-type': type, 'content-security-policy': policy, 'cache-control': cache }
  response.writeHead(200, head).end(readFileSync(file))
}

function answer(
  fake: FakeServer,
  listening: Set<ServerResponse>,
  request: IncomingMessage,
  url: URL,
  response: ServerResponse,
): void {
  const { pathname } = url
  fake.asked.push(`${request.method} ${pathname}${url.search}`)
  const send = (status: number, body: unknown) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  const fail = (status: number, error: ErrorView) => send(status, error)
  if (!fake.signedIn) return void fail(401, { code: 'not-signed-in', message: 'nobody is signed in' })
  if (fake.broken.has(pathname)) {
    return void fail(500, { code: 'failed', message: 'the store did not answer; its log says why' })
  }
  if (pathname === '/api/looks/progress') return streamProgress(fake, listening, response)
  if (pathname === '/api/looks') return void response.writeHead(202).end()
  if (pathname === '/api/session/sign-out') {
    fake.signedIn = false
    return void response.writeHead(204).end()
  }
  const body = view(fake.estate, pathname, url.searchParams)
  if (body === undefined) return void fail(404, { code: 'not-found', message: 'there is no such thing' })
  send(200, body)
}

function streamProgress({ estate }: FakeServer, listening: Set<ServerResponse>, response: ServerResponse): void {
  listening.add(response)
  response.on('close', () => listening.delete(response))
  response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': here\n\n')
  for (const step of estate.progress) response.write(`data: ${JSON.stringify(step)}\n\n`)
}

function view(estate: Estate, path: string, query: URLSearchParams): unknown {
  if (path === '/api/session') return estate.session
  if (path === '/api/coverage') return query.get('all') === '1' ? estate.all : estate.found
  if (path.startsWith('/api/coverage/')) return cell(estate, path)
  if (path === '/api/workloads')
    return estate.resources.some(({ id }) => id === query.get('id')) ? estate.workload : undefined
  if (path === '/api/images/detail') return query.get('id') === estate.image.id ? estate.image : undefined
  if (path === '/api/affected') return affectedOf(estate, query.get('search') ?? '')
  if (path === '/api/sources') return { asOf: minutesAgo(2), sources: estate.sources }
  return list(estate, path, query)
}

function cell(estate: Estate, path: string): unknown {
  const [service, layer, task] = path.slice('/api/coverage/'.length).split('/').map(decodeURIComponent)
  const row = [...estate.found.rows, ...estate.all.rows].find((known) => known.service === service)
  const column = layers.indexOf(layer as 'platform') * 3 + tasks.indexOf(task as 'threats')
  return (
    row &&
    cellDetail(
      row,
      column,
      estate.groups.slice(0, 4).map(({ first }) => first),
    )
  )
}

/** The one vulnerability and package that the estate has; of everything else nothing. */
function affectedOf(estate: Estate, search: string): AffectedView {
  const { affected } = estate
  if ([affected.vulnerabilities[0]?.rule, 'CVE-2021-44228'].includes(search)) return affected
  const asked = search.startsWith('pkg:')
    ? { package: search.split('@')[0]!, versions: search.split('@')[1] ?? 'all' }
    : { vulnerability: search }
  if (search.startsWith('pkg:maven/')) return { ...affected, asked, vulnerabilities: [] }
  const none = { total: 0, list: [] }
  return { ...affected, asked, vulnerabilities: [], packages: [], images: none, workloads: { ...none, running: 0 } }
}

function list(estate: Estate, path: string, query: URLSearchParams): unknown {
  const search = (query.get('search') ?? '').toLowerCase()
  const wanted = (item: object, ...names: readonly string[]) =>
    JSON.stringify(item).toLowerCase().includes(search) &&
    names.every((name) => !query.has(name) || (item as Record<string, unknown>)[name] === query.get(name))
  const page = <Item>(items: readonly Item[]) => {
    const offset = Number(query.get('offset') ?? 0)
    return {
      asOf: minutesAgo(2),
      total: items.length,
      items: items.slice(offset, offset + Number(query.get('limit') ?? 100)),
    }
  }
  if (path === '/api/inventory') {
    const { items, ...head } = page(estate.resources.filter((row) => wanted(row, 'service', 'kind')))
    return { ...head, resources: items }
  }
  if (path === '/api/exceptions') {
    const { exceptions, gaps } = estate.exceptions
    const ended = query.has('state') ? query.get('state') === 'ended' : undefined
    const { items, ...head } = page(exceptions.filter((one) => wanted(one) && (ended ?? one.ended) === one.ended))
    return { ...head, exceptions: items, gaps }
  }
  if (path === '/api/images') {
    const { items, ...head } = page(estate.images.filter((row) => wanted(row)))
    return { ...head, images: items }
  }
  if (path !== '/api/findings') return undefined
  const state = query.get('state') ?? 'open'
  const { items, ...head } = page(
    estate.groups.filter((group) => wanted(group, 'severity', 'kind') && group.first.state === state),
  )
  return { ...head, counts: counts('C2 H1 M1 L1 U1'), notLookedAt: estate.found.found.notLookedAt, groups: items }
}
