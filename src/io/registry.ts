// What a registry holds of one repository: manifests, blobs, and what refers to them. It is only read.
//
// API: https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md. Digests are for those to verify who ask:
// only they know what was meant.

import { readWhole } from './files.ts'
import type { GuardedAnswer } from './guarded-http.ts'
import { bodyPieces } from './http.ts'
import { failure, RegistryConnection, RegistryError, shown, type ConnectionOptions } from './registry-connection.ts'

export interface RegistryManifest {
  bytes: Buffer
  /** As the registry says. */
  mediaType?: string
}

/** All that it throws is a `RegistryError`, or the abort. */
export interface RegistryClient {
  /** By tag or digest; undefined where there is none. */
  manifest(reference: string, limit: number): Promise<RegistryManifest | undefined>
  /** Exactly `size` bytes, continued where the connection is cut; undefined where there is none. */
  blob(digest: string, size: number): Promise<AsyncIterable<Uint8Array> | undefined>
  /** Indexes of what refers to a manifest, page by page; undefined where the registry has no such list. */
  referrers(digest: string, limit: number): Promise<Buffer[] | undefined>
  /** Why places that should have told who the user is did not; none holds a secret. */
  problems(): readonly string[]
}

const manifestTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
]
const accept = { headers: { accept: manifestTypes.join(', ') } }
/** Milliseconds. */
const blobTime = { idle: 60_000, total: 3_600_000 }
/** Connections for one blob. */
const connections = 30
const referrerPages = 20

/** `host`: of the API, `registry-1.docker.io`. Throws `RegistryError` when no registry answers there. */
export async function connectRegistry(
  host: string,
  repository: string,
  options: ConnectionOptions,
): Promise<RegistryClient> {
  const connection = new RegistryConnection(host, repository, options)
  await connection.begin()
  return {
    async manifest(reference, limit) {
      const url = connection.url(`manifests/${reference}`)
      const answer = await connection.ask(url, accept, [200])
      if (answer === undefined) return undefined
      const mediaType = answer.headers['content-type']?.split(';')[0]?.trim()
      return { bytes: await wholeBody(url, answer, limit), ...(mediaType ? { mediaType } : {}) }
    },
    async blob(digest, size) {
      const url = connection.url(`blobs/${digest}`)
      const first = await connection.ask(url, { time: blobTime }, [200])
      return first === undefined ? undefined : continued(connection, url, first, size, options.signal)
    },
    referrers: (digest, limit) => referrers(connection, digest, limit),
    problems: () => connection.problems,
  }
}

async function referrers(connection: RegistryConnection, digest: string, limit: number): Promise<Buffer[] | undefined> {
  const pages: Buffer[] = []
  const seen = new Set<string>()
  let next: URL | undefined = connection.url(`referrers/${digest}`)
  while (next && pages.length < referrerPages && !seen.has(next.href)) {
    seen.add(next.href)
    const answer: GuardedAnswer | undefined = await connection.ask(next, accept, [200])
    if (answer === undefined) return undefined
    pages.push(await wholeBody(next, answer, limit))
    next = nextPage(next, answer)
  }
  return pages
}

/** `Link: </v2/…?n=…>; rel="next"`, on the same server only. */
function nextPage(url: URL, { headers }: GuardedAnswer): URL | undefined {
  const link = typeof headers.link === 'string' ? headers.link.slice(0, 4096) : ''
  const target = /^\s*<(?<target>[^>]*)>\s*;\s*rel="?next"?/.exec(link)?.groups?.['target']
  const next = target === undefined ? null : URL.parse(target, url.href)
  return next !== null && next.origin === url.origin ? next : undefined
}

async function wholeBody(url: URL, { body }: GuardedAnswer, limit: number): Promise<Buffer> {
  let bytes: Buffer | undefined
  try {
    bytes = await readWhole(body, limit)
  } catch (error) {
    throw failure(url, error)
  } finally {
    body.destroy()
  }
  if (bytes === undefined) throw new RegistryError(`GET ${shown(url)}: it is longer than ${limit} bytes`)
  return bytes
}

async function* continued(
  connection: RegistryConnection,
  url: URL,
  first: GuardedAnswer,
  size: number,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  let answer = first
  let done = 0
  for (let used = 1; ; used++) {
    let cut: unknown
    try {
      // Who does not know ranges begins again.
      let skip = answer.status === 206 ? 0 : done
      for await (const chunk of bodyPieces(answer.body)) {
        const piece = chunk.subarray(Math.min(skip, chunk.length))
        skip -= chunk.length - piece.length
        done += piece.length
        if (done > size)
          throw new RegistryError(`GET ${shown(url)}: it is longer than its manifest says (${size} bytes)`)
        if (piece.length > 0) yield piece
      }
      if (done === size) return
    } catch (error) {
      signal.throwIfAborted()
      if (error instanceof RegistryError) throw error
      cut = error
    } finally {
      answer.body.destroy()
    }
    if (used >= connections) throw neverWhole(url, done, size, cut)
    await connection.wait(Math.min(250 * used, 5000))
    answer = await rest(connection, url, done)
  }
}

function neverWhole(url: URL, done: number, size: number, cut: unknown): RegistryError {
  const ended = `it ended after ${done} of ${size} bytes, ${connections} times over`
  return cut === undefined ? new RegistryError(`GET ${shown(url)}: ${ended}`) : failure(url, cut)
}

/** From where the last connection ended. */
async function rest(connection: RegistryConnection, url: URL, done: number): Promise<GuardedAnswer> {
  const range = done === 0 ? {} : { headers: { range: `bytes=${done}-` } }
  const answer = await connection.ask(url, { ...range, time: blobTime }, done === 0 ? [200] : [200, 206])
  if (answer === undefined) throw new RegistryError(`GET ${shown(url)}: it is gone`, 404)
  const start = /^bytes (?<start>\d+)-/.exec(answer.headers['content-range'] ?? '')?.groups?.['start']
  if (answer.status === 200 || Number(start) === done) return answer
  answer.body.destroy()
  throw new RegistryError(`GET ${shown(url)}: another part was sent than the one that was asked for`)
}
