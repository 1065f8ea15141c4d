// One GET at an endpoint that is given as such: bounded in time and size, no redirects, no proxies, a connection of its own.

import { request, type IncomingMessage } from 'node:http'
import { PassThrough, pipeline } from 'node:stream'
import { giveBackReceived } from './give-back.ts'
import { isOffline } from './offline.ts'

/** A Unix socket, or a port of this machine. */
export type Endpoint = { socketPath: string } | { host: string; port: number }

interface GetOptions {
  /** Milliseconds without a byte after which the request fails with `TimedOut`. */
  idle: number
  /** Milliseconds for the whole answer, however steadily it comes; then it fails with `TimedOut` as well. */
  total: number
  signal?: AbortSignal
}

/** Nothing came for too long. */
export class TimedOut extends Error {
  override readonly name = 'TimedOut'
}

/** The answer is longer than its reader allows. */
export class TooLarge extends Error {
  override readonly name = 'TooLarge'
}

/** The answer with its body still to be read, whatever its status. Rejects with the system's error when nobody answers. */
export function get(endpoint: Endpoint, path: string, options: GetOptions): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    if ('host' in endpoint && isOffline()) throw new Error(`${endpoint.host} is not asked: nobody is, with --offline`)
    // `agent: false`: a connection that is kept open would keep the process, and a stopped engine, from ending.
    const asked = request({ ...endpoint, path, agent: false, signal: options.signal, headers: { accept: '*/*' } })
    giveBackReceived(asked)
    let answer: IncomingMessage | undefined
    // Once the answer has begun, its reader is the one to be told.
    asked.setTimeout(options.idle, () =>
      (answer ?? asked).destroy(new TimedOut(`nothing came for ${seconds(options.idle)}`)),
    )
    const late = setTimeout(
      () => (answer ?? asked).destroy(new TimedOut(`the answer was not complete after ${seconds(options.total)}`)),
      options.total,
    )
    asked.on('close', () => clearTimeout(late))
    asked.on('response', (response) => resolve((answer = response)))
    asked.on('error', reject)
    asked.end()
  })
}

function seconds(milliseconds: number): string {
  return `${Math.round(milliseconds / 1000)} s`
}

/** The body in the pieces in which it came: of bytes, those that wait would be copied into one, and never be given back. */
export function bodyPieces(response: IncomingMessage): AsyncIterable<Uint8Array> {
  return pipeline(response, new PassThrough({ objectMode: true }), () => {}) // whoever reads it is told
}

/** The body as text. Throws `TooLarge` beyond `limit` bytes, and the system's error when it is cut off. */
export async function readText(response: AsyncIterable<Uint8Array>, limit: number): Promise<string> {
  const pieces: Uint8Array[] = []
  let size = 0
  for await (const piece of response) {
    size += piece.length
    if (size > limit) throw new TooLarge(`longer than ${limit} bytes`)
    pieces.push(piece)
  }
  return Buffer.concat(pieces).toString('utf8')
}
