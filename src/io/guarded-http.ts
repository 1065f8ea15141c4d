// The one client for addresses that people type, and for those that such a server then names.
//
// Each name is resolved once per connection, and the connection goes to the very addresses that were checked: a name that
// resolves to something else a moment later gains nothing. What was asked for a person is not asked for a server over the
// same connection. Redirects are not followed here: who follows one asks again, and says from where. No proxies. TLS is always
// verified; a CA of one's own comes by NODE_EXTRA_CA_CERTS.

import { lookup as systemLookup, type LookupAddress } from 'node:dns'
import { Agent as PlainAgent, request as plainRequest, type IncomingMessage } from 'node:http'
import { Agent as TlsAgent, request as tlsRequest } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { pipeline } from 'node:stream/promises'
import { mayName, reachOf, type Reach } from './address-reach.ts'
import { giveBackReceived } from './give-back.ts'
import { TimedOut } from './http.ts'
import { isOffline } from './offline.ts'
import { productVersion } from './version.ts'

export interface GuardedRequest {
  method?: 'GET' | 'HEAD' | 'POST' | 'PUT'
  headers?: Readonly<Record<string, string>>
  body?: string
  /** In place of a body that fits into memory: so many bytes, read anew for each attempt. */
  stream?: { size: number; open(): AsyncIterable<Uint8Array> }
  /** Milliseconds without a byte, and for the whole answer: then it fails with `TimedOut`. */
  idle: number
  total: number
  signal: AbortSignal
  /** Where the server is that named the address, when it was not a person: it may not name one further in than its own. */
  from?: Reach
}

export interface GuardedAnswer {
  status: number
  headers: IncomingMessage['headers']
  /** To be read or destroyed. */
  body: IncomingMessage
  /** Of the address that answered. */
  reach: Reach
}

export interface GuardedClient {
  /** Rejects with `AddressRefused`, `TimedOut`, the abort, or the system's error when nobody answers. */
  request(url: URL, options: GuardedRequest): Promise<GuardedAnswer>
  /** Whether a person has allowed `http:` there; this machine needs no permission. */
  mayBePlain(url: URL): boolean
  close(): void
}

/** The address is one that is never asked; one clause that says why. */
export class AddressRefused extends Error {
  override readonly name = 'AddressRefused'
}

export interface GuardOptions {
  /** Hosts, or `host:port`, that may be asked without TLS; this machine always may. */
  plainHosts?: readonly string[]
  /** The resolver; the system's by default. */
  resolve?: (host: string) => Promise<LookupAddress[]>
}

/** An address is checked as a connection is made, and the connections that they keep are used again. */
interface Agents {
  plain: PlainAgent
  tls: TlsAgent
}

export function guardedClient({ plainHosts = [], resolve = resolveBySystem }: GuardOptions = {}): GuardedClient {
  const agents = new Map<Reach | undefined, Agents>()
  const userAgent = `plimsoll/${productVersion()}`
  const plainNames = new Set(plainHosts.map((host) => host.toLowerCase()))

  const listedPlain = ({ host, hostname }: URL): boolean => plainNames.has(host) || plainNames.has(hostname)

  function refusal(url: URL, address: string, from: Reach | undefined): string | undefined {
    const reach = reachOf(address)
    if (reach === 'forbidden')
      return `${url.host} is an address of the link or of a metadata service, which is never asked`
    if (url.protocol === 'http:' && reach !== 'loopback' && !listedPlain(url)) {
      return `${url.host} would be asked without TLS, which is only done on this machine or where it was allowed`
    }
    if (from !== undefined && !mayName(from, reach)) return `a ${from} server named the ${reach} address of ${url.host}`
    return undefined
  }

  function lookupFor(url: URL, from: Reach | undefined): LookupFunction {
    return (host, { all }, done) => {
      const answered = resolve(host).then((found) =>
        permitted(url, found, ({ address }) => refusal(url, address, from)),
      )
      answered.then(
        (addresses) => (all ? done(null, addresses) : done(null, addresses[0]!.address, addresses[0]!.family)),
        (error: Error) => done(error, []),
      )
    }
  }

  function agentsFor(from: Reach | undefined): Agents {
    const known = agents.get(from) ?? {
      plain: new PlainAgent({ keepAlive: true }),
      tls: new TlsAgent({ keepAlive: true }),
    }
    agents.set(from, known)
    return known
  }

  function request(url: URL, options: GuardedRequest): Promise<GuardedAnswer> {
    if (isOffline()) throw new AddressRefused(`${url.host} is not asked: nobody is, with --offline`)
    const { method = 'GET', headers = {}, body = '', stream, idle, total, signal, from } = options
    const length = stream?.size ?? Buffer.byteLength(body)
    if (url.protocol !== 'https:' && url.protocol !== 'http:') throw new AddressRefused(`${url.protocol} is not asked`)
    const literal = url.hostname.replace(/^\[|\]$/g, '')
    const why = isIP(literal) ? refusal(url, literal, from) : undefined
    if (why !== undefined) throw new AddressRefused(why)
    const target = new URL(url)
    // A sign-in within an address would be sent as a header.
    target.username = target.password = ''
    const isTls = target.protocol === 'https:'
    return new Promise((resolve, reject) => {
      const asked = (isTls ? tlsRequest : plainRequest)(target, {
        method,
        agent: agentsFor(from)[isTls ? 'tls' : 'plain'],
        lookup: lookupFor(target, from),
        signal,
        headers: {
          'user-agent': userAgent,
          'accept-encoding': 'identity',
          ...(length === 0 && method !== 'POST' ? {} : { 'content-length': String(length) }),
          ...headers,
        },
      })
      giveBackReceived(asked)
      let answer: IncomingMessage | undefined
      const end = (why: string): void => void (answer ?? asked).destroy(new TimedOut(why))
      asked.setTimeout(idle, () => end(`nothing came for ${seconds(idle)}`))
      const late = setTimeout(() => end(`the answer was not complete after ${seconds(total)}`), total)
      asked.on('close', () => clearTimeout(late))
      asked.on('error', reject)
      asked.on('response', (response) => {
        answer = response
        const reach = reachOf(response.socket.remoteAddress ?? '')
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: response, reach })
      })
      if (stream) pipeline(stream.open(), asked).catch(() => {}) // the request itself tells what went wrong
      else asked.end(body)
    })
  }

  return {
    request: async (url, options) => request(url, options),
    mayBePlain: (url) => listedPlain(url) || isThisMachine(url.hostname),
    close() {
      for (const { plain, tls } of agents.values()) {
        plain.destroy()
        tls.destroy()
      }
    },
  }
}

/** Those that may be asked; throws when there are none. */
function permitted(
  { host }: URL,
  found: readonly LookupAddress[],
  refusal: (address: LookupAddress) => string | undefined,
): LookupAddress[] {
  const addresses = found.filter((address) => refusal(address) === undefined)
  if (addresses.length > 0) return addresses
  throw new AddressRefused((found[0] && refusal(found[0])) ?? `${host} has no address`)
}

function isThisMachine(hostname: string): boolean {
  return hostname === 'localhost' || reachOf(hostname.replace(/^\[|\]$/g, '')) === 'loopback'
}

function resolveBySystem(host: string): Promise<LookupAddress[]> {
  return new Promise((resolve, reject) => {
    systemLookup(host, { all: true }, (error, addresses) => (error ? reject(error) : resolve(addresses)))
  })
}

function seconds(milliseconds: number): string {
  return `${Math.round(milliseconds / 1000)} s`
}
