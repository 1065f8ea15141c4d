// A client of the HTTP API that Docker and Podman answer: https://docs.docker.com/reference/api/engine/
//
// It only ever sends GET. The API's version is settled by the first request, so that an old engine and a new one both
// answer in a form that they support.

import type { IncomingMessage } from 'node:http'
import { isIPv4, isIPv6 } from 'node:net'
import { bodyPieces, get, readText, TimedOut, TooLarge, type Endpoint } from './http.ts'

/** A client of a Docker-compatible engine's HTTP API, read-only. All that it throws is an `EngineError`, or the abort. */
export interface EngineClient {
  /** JSON of `GET path`, e.g. `/containers/json?all=1`; at most 64 MB. */
  json(path: string, signal?: AbortSignal): Promise<unknown>
  /** The bytes of `GET path`, e.g. `/images/{id}/get`, as they come. */
  stream(path: string, signal?: AbortSignal): Promise<AsyncIterable<Uint8Array>>
}

/** The message is one clause that says what to do where that is known. */
export class EngineError extends Error {
  override readonly name = 'EngineError'
  /** `unreachable`: nobody answers there; `refused`: an answer with an error; `unreadable`: an answer that is none. */
  readonly kind: 'unreachable' | 'refused' | 'unreadable'
  /** Of HTTP, when it refused. */
  readonly status?: number

  constructor(kind: EngineError['kind'], message: string, status?: number) {
    super(message)
    this.kind = kind
    if (status !== undefined) this.status = status
  }
}

/** The newest version of the API whose answers have been read; engines answer older ones for many years. */
const newestVersion = '1.47'
const jsonLimit = 64 * 1024 * 1024
/** Milliseconds; a cycle waits for its slowest source. */
const jsonTime = { idle: 30_000, total: 120_000 }
/** An engine packs the whole image before the first byte comes. */
const streamTime = { idle: 600_000, total: 3_600_000 }

/**
 * `address`: a socket's path, `unix:///var/run/docker.sock`, or `tcp://127.0.0.1:2375`. Anything else throws an
 * `EngineError` (unreachable): an engine's API without TLS on another machine is no place to send requests to.
 */
export function engineClient(address: string): EngineClient {
  const endpoint = toEndpoint(address)
  let settled: string | undefined

  async function version(signal?: AbortSignal): Promise<string> {
    settled ??= chooseVersion(await json(endpoint, '/version', signal))
    return settled
  }
  return {
    json: async (path, signal) => json(endpoint, `/v${await version(signal)}${path}`, signal),
    stream: async (path, signal) => stream(endpoint, `/v${await version(signal)}${path}`, signal),
  }
}

/** An address for people: without a user or password that somebody put into it. */
export function publicAddress(address: string): string {
  return address.replace(/^(\w+:\/\/)[^/]*@/, '$1').replace(/[?#].*$/, '')
}

function toEndpoint(address: string): Endpoint {
  if (address.startsWith('/')) return { socketPath: address }
  if (address.startsWith('unix:///')) return { socketPath: address.slice('unix://'.length) }
  const tcp = /^tcp:\/\/(?<host>\[[0-9a-f:]+\]|[^:/@]+)(?::(?<port>\d{1,5}))?\/?$/i.exec(address)?.groups
  const host = tcp?.['host']?.replace(/^\[|\]$/g, '')
  if (host !== undefined && isLoopback(host)) return { host, port: Number(tcp?.['port'] ?? 2375) }
  throw new EngineError(
    'unreachable',
    `${publicAddress(address)} is not asked: give a Unix socket, or a TCP port of this machine (tcp://127.0.0.1:2375)`,
  )
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || (isIPv4(host) && host.startsWith('127.')) || (isIPv6(host) && host === '::1')
}

/** Docker refuses versions outside its range with status 400. */
function chooseVersion(answer: unknown): string {
  const { ApiVersion, MinAPIVersion } = (answer ?? {}) as { ApiVersion?: unknown; MinAPIVersion?: unknown }
  if (!isVersion(ApiVersion))
    throw new EngineError('unreadable', 'GET /version: no ApiVersion, so this is no container engine')
  if (isVersion(MinAPIVersion) && minor(MinAPIVersion) > minor(newestVersion)) return MinAPIVersion
  return minor(ApiVersion) < minor(newestVersion) ? ApiVersion : newestVersion
}

function isVersion(value: unknown): value is string {
  return typeof value === 'string' && /^1\.\d{1,3}$/.test(value)
}

function minor(version: string): number {
  return Number(version.slice('1.'.length))
}

async function json(endpoint: Endpoint, path: string, signal?: AbortSignal): Promise<unknown> {
  const text = await answered(endpoint, path, signal, async () => {
    const response = await open(endpoint, path, jsonTime, signal)
    return readText(response, jsonLimit)
  })
  try {
    return JSON.parse(text)
  } catch {
    throw new EngineError('unreadable', `GET ${path}: the answer is not JSON`)
  }
}

async function stream(endpoint: Endpoint, path: string, signal?: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
  const response = await answered(endpoint, path, signal, () => open(endpoint, path, streamTime, signal))
  return pieces(endpoint, path, response, signal)
}

async function* pieces(
  endpoint: Endpoint,
  path: string,
  response: IncomingMessage,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  try {
    yield* bodyPieces(response)
  } catch (error) {
    throw translate(error, endpoint, path, signal)
  }
}

async function open(endpoint: Endpoint, path: string, time: typeof jsonTime, signal?: AbortSignal) {
  const response = await get(endpoint, path, { ...time, ...(signal ? { signal } : {}) })
  const status = response.statusCode ?? 0
  if (status === 200) return response
  const said = await readText(response, 64 * 1024)
  throw new EngineError('refused', `GET ${path}: ${status} ${engineMessage(said)}`.trimEnd(), status)
}

/** Errors come as `{"message":"No such container: …"}`. */
function engineMessage(body: string): string {
  let message = body
  try {
    const parsed = JSON.parse(body) as { message?: unknown } | null
    if (typeof parsed?.message === 'string') message = parsed.message
  } catch {
    // Not every error has the form of the API: a proxy's page is cut off and shown.
  }
  return message.replaceAll(/\s+/g, ' ').trim().slice(0, 300)
}

async function answered<T>(endpoint: Endpoint, path: string, signal: AbortSignal | undefined, ask: () => Promise<T>) {
  try {
    return await ask()
  } catch (error) {
    throw translate(error, endpoint, path, signal)
  }
}

function translate(error: unknown, endpoint: Endpoint, path: string, signal?: AbortSignal): unknown {
  if (error instanceof EngineError || signal?.aborted) return error
  const place = 'socketPath' in endpoint ? endpoint.socketPath : `${endpoint.host}:${endpoint.port}`
  if (error instanceof TooLarge) return new EngineError('unreadable', `GET ${path}: the answer is ${error.message}`)
  if (error instanceof TimedOut) return new EngineError('unreachable', `GET ${path} at ${place}: ${error.message}`)
  return new EngineError('unreachable', unreachableReason(error, place, path))
}

function unreachableReason(error: unknown, place: string, path: string): string {
  const { code, message } = error as NodeJS.ErrnoException
  switch (code) {
    case 'ENOENT':
      return `there is no socket at ${place}`
    case 'ECONNREFUSED':
      return `nothing listens at ${place}: start the engine`
    case 'EACCES':
    case 'EPERM':
      return `no right to open ${place}: run as root, or join the group that owns it`
    case 'ECONNRESET':
      return `${place} closed the connection during GET ${path}`
    default:
      return `no answer from ${place} to GET ${path}: ${message}`
  }
}
