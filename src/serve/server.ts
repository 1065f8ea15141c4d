// Listens: on a TCP address for browsers, and on a socket in the data folder for this machine's operator.

import { once } from 'node:events'
import { chmod, lstat, stat, unlink } from 'node:fs/promises'
import type { Server } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { dirname } from 'node:path'
import { createAdaptorServer } from '@hono/node-server'
import type { App, ServerBindings } from './context.ts'

/** Linux takes 107 bytes for the path of a socket. https://man7.org/linux/man-pages/man7/unix.7.html */
const longestSocketPath = 107

/** How long answers that are under way may take when the server closes, in milliseconds. */
const patience = 2000

/** Each holds a file of this process, and the store needs some too. More than the streams that may be open. */
const mostConnections = 500

/**
 * Milliseconds for the head of a request, for all of it (its body is a few lines), and between two of one connection. The
 * clock runs on while the embedded store is at work on this thread, so none is tight.
 */
const times = {
  headersTimeout: 30_000,
  requestTimeout: 60_000,
  keepAliveTimeout: 60_000,
  connectionsCheckingInterval: 5000,
}

export interface Listening {
  /** `http://127.0.0.1:7463`, as browsers on this machine reach it. */
  url: string
  /** The local socket, or why there is none. */
  socket: { path: string } | { missing: string }
  /** Takes no new requests, ends streams, lets answers under way finish; done twice it is the same. */
  close(): Promise<void>
}

export interface ListenOptions {
  app: App
  host: string
  /** 0: any free one. */
  port: number
  /** In a folder that only this user may enter: the kernel checks who connects, and whoever does is the operator. */
  socketPath?: string
}

export async function startServer(options: ListenOptions): Promise<Listening> {
  const { app, host, port, socketPath } = options
  const closing = new AbortController()
  const address = { current: '' }
  const serve = (operator: boolean): Server => {
    const bindings = (): ServerBindings => ({ operator, closing: closing.signal, address: address.current })
    const server = createAdaptorServer({
      fetch: (request) => app.fetch(request, bindings()),
      hostname: host,
      overrideGlobalObjects: false,
      serverOptions: times,
    }) as Server
    server.maxConnections = mostConnections
    return server
  }
  const servers: Server[] = []
  const close = async () => {
    closing.abort()
    await Promise.all(servers.map(closeGently))
  }
  try {
    servers.push(await listenOn(serve(false), host, port))
    address.current = urlOf(servers[0]!, host)
    const unusable = socketPath === undefined ? 'none was asked for' : await whyNoSocket(socketPath)
    if (unusable === undefined) servers.push(await listenAt(serve(true), socketPath!))
    const socket = unusable === undefined ? { path: socketPath! } : { missing: unusable }
    return { url: address.current, socket, close }
  } catch (error) {
    await close()
    throw error
  }
}

async function listenOn(server: Server, host: string, port: number): Promise<Server> {
  try {
    server.listen(port, host)
    await once(server, 'listening')
    return server
  } catch (error) {
    throw new Error(whyNotListening(error as NodeJS.ErrnoException, host, port), { cause: error })
  }
}

function whyNotListening({ code, message }: NodeJS.ErrnoException, host: string, port: number): string {
  if (code === 'EADDRINUSE') return `port ${port} on ${host} is taken: give another one with --port`
  if (code === 'EACCES') return `port ${port} needs more rights than this user has: give one above 1023 with --port`
  if (code === 'EADDRNOTAVAIL') return `${host} is no address of this machine: give another one with --host`
  return `cannot listen on ${host} port ${port}: ${message}`
}

async function listenAt(server: Server, path: string): Promise<Server> {
  await removeStale(path)
  server.listen(path)
  await once(server, 'listening')
  await chmod(path, 0o600)
  return server
}

/** Undefined when the socket can be made; the folder has to keep other users out, because between bind and chmod it is the only guard. */
async function whyNoSocket(path: string): Promise<string | undefined> {
  if (Buffer.byteLength(path) > longestSocketPath) {
    return `the path of the data folder is too long for a socket (${longestSocketPath} bytes with serve.sock)`
  }
  const folder = await stat(dirname(path))
  if (folder.uid !== process.getuid?.()) return `${dirname(path)} belongs to another user: give a folder of your own`
  if ((folder.mode & 0o077) !== 0) return `other users may enter ${dirname(path)}: chmod 700 it`
  return undefined
}

/** A killed process leaves its socket behind; one that answers belongs to a running server. */
async function removeStale(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined)
  if (!found) return
  if (!found.isSocket()) throw new Error(`${path} is in the way and is not a socket: move it`)
  if (await answers(path)) throw new Error(`another plimsoll serve listens at ${path}: stop it, or give another --data`)
  await unlink(path)
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(path)
    probe.once('connect', () => resolve(true)).once('error', () => resolve(false))
    probe.once('connect', () => probe.destroy())
  })
}

function urlOf(server: Server, host: string): string {
  const { port } = server.address() as AddressInfo
  // "Every address" is none that a browser can open; this machine reaches itself by the loopback.
  const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host
  return `http://${name}:${port}`
}

async function closeGently(server: Server): Promise<void> {
  if (!server.listening) return
  const closed = once(server, 'close')
  server.close()
  // A connection becomes idle when its last answer has been sent, which `close` looks at only once.
  const idle = setInterval(() => server.closeIdleConnections(), 20)
  const impatient = setTimeout(() => server.closeAllConnections(), patience)
  await closed
  clearInterval(idle)
  clearTimeout(impatient)
}
