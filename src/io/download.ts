// One file fetched into its place: only when it has changed, continued where the connection was cut, checked, and never
// seen half. What came so far lies beside it as `.part`, also for the next process, and `.part.told` is what of.
//
// Conditional requests: https://www.rfc-editor.org/rfc/rfc9110#section-13, ranges: section 14,
// checksums: https://www.rfc-editor.org/rfc/rfc9530, https://cloud.google.com/storage/docs/xml-api/reference-headers#xgooghash

import { createHash, type BinaryToTextEncoding, type Hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import type { GuardedAnswer, GuardedClient } from './guarded-http.ts'
import { isPassing, networkProblem } from './network-problem.ts'
import { isBusy, isRedirect, retryAfter } from './registry-connection.ts'

/** By what a server tells later whether a file has changed. */
export const validators = z.object({ etag: z.string().optional(), lastModified: z.string().optional() })
export type Validators = z.infer<typeof validators>

export interface DownloadOptions {
  client: GuardedClient
  signal: AbortSignal
  /** Bytes; more is not taken. */
  limit: number
  /** In hexadecimal, where it is known what should come. */
  sha256?: string | undefined
  /** Of the file that is there. */
  kept?: Validators | undefined
  /** Before a retry; tests do not wait. */
  wait?: ((milliseconds: number, signal: AbortSignal) => Promise<void>) | undefined
}

/** The message says who was asked and what came of it. The file that was there is as it was. */
export class DownloadFailed extends Error {
  override readonly name = 'DownloadFailed'
}

const attempts = 6
const redirects = 5
const longestWait = 60_000
const time = { idle: 60_000, total: 3_600_000 }

/** The new validators; undefined when the file that is there is still the newest. Throws `DownloadFailed`, or the abort. */
export async function download(url: URL, file: string, options: DownloadOptions): Promise<Validators | undefined> {
  const { signal, wait = pause } = options
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  for (let attempt = 1; ; attempt++) {
    const outcome = await once(url, file, options)
    signal.throwIfAborted()
    if (!('again' in outcome)) return outcome.validators
    if (attempt >= attempts) throw new DownloadFailed(`${shown(url)}: ${outcome.again}`)
    await wait(Math.min(outcome.after ?? 500 * 2 ** (attempt - 1) * (0.5 + Math.random()), longestWait), signal)
    signal.throwIfAborted()
  }
}

type Outcome = { validators: Validators | undefined } | { again: string; after?: number | undefined }

async function once(url: URL, file: string, options: DownloadOptions): Promise<Outcome> {
  const begun = await begunPart(file, url)
  const hasFile = (await sizeOf(file)) !== undefined
  const answer = await ask(url, headersFor(begun, hasFile ? options.kept : undefined), options)
  if ('again' in answer) return answer
  const { status, headers, body } = answer
  if (status === 200 || status === 206) return take(url, file, answer, begun, options)
  body.destroy()
  // What is there for a range is none of this file any more.
  if (status === 416) return (await rm(partOf(file), { force: true }), { again: 'it has no such part' })
  if (status === 304 && hasFile) return { validators: undefined }
  if (isBusy(status)) return { again: `it answered ${status}`, after: retryAfter(headers['retry-after']) }
  throw new DownloadFailed(`${shown(url)}: it answered ${status}`)
}

function headersFor(begun: Begun | undefined, kept: Validators | undefined): Record<string, string> {
  const continues = begun && strongOf(begun.validators)
  if (begun && continues) return { range: `bytes=${begun.size}-`, 'if-range': continues }
  if (kept?.etag !== undefined) return { 'if-none-match': kept.etag }
  return kept?.lastModified === undefined ? {} : { 'if-modified-since': kept.lastModified }
}

/** Only of the very same bytes a part may be continued. */
function strongOf({ etag, lastModified }: Validators): string | undefined {
  return etag === undefined ? lastModified : etag.startsWith('W/') ? undefined : etag
}

async function ask(
  url: URL,
  headers: Record<string, string>,
  { client, signal }: DownloadOptions,
): Promise<GuardedAnswer | { again: string }> {
  let at = url
  let from: GuardedAnswer['reach'] | undefined
  for (let hop = 0; hop <= redirects; hop++) {
    let answer: GuardedAnswer
    try {
      answer = await client.request(at, { headers, ...time, signal, ...(from ? { from } : {}) })
    } catch (error) {
      signal.throwIfAborted()
      if (isPassing(error)) return { again: networkProblem(error) }
      throw new DownloadFailed(`${shown(at)}: ${networkProblem(error)}`, { cause: error })
    }
    const location = isRedirect(answer.status) ? answer.headers.location : undefined
    if (location === undefined) return answer
    answer.body.destroy()
    const next = URL.parse(location, at.href)
    if (!next || (at.protocol === 'https:' && next.protocol !== 'https:')) {
      throw new DownloadFailed(`${shown(at)}: it leads to an address that is not asked`)
    }
    at = next
    from = answer.reach
  }
  throw new DownloadFailed(`${shown(url)}: it leads on more than ${redirects} times`)
}

async function take(
  url: URL,
  file: string,
  { status, headers, body }: GuardedAnswer,
  begun: Begun | undefined,
  options: DownloadOptions,
): Promise<Outcome> {
  const start = Number(/^bytes (?<start>\d+)-/.exec(headers['content-range'] ?? '')?.groups?.['start'] ?? 0)
  if (status === 206 && start !== begun?.size) {
    body.destroy()
    await rm(partOf(file), { force: true })
    return { again: 'another part was sent than the one that was asked for' }
  }
  const told = validatorsIn(headers)
  if (status === 200) await beginPart(file, url, told)
  const part = await open(partOf(file), 'a', 0o600)
  let size = status === 206 ? start : 0
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      size += chunk.length
      if (size > options.limit) break
      await part.appendFile(chunk)
    }
    await part.sync()
  } catch (error) {
    options.signal.throwIfAborted()
    if (isFull(error)) throw new DownloadFailed(`${shown(url)}: ${(error as Error).message}`, { cause: error })
    return { again: networkProblem(error) }
  } finally {
    body.destroy()
    await part.close()
  }
  if (size > options.limit) {
    await rm(partOf(file), { force: true })
    throw new DownloadFailed(`${shown(url)}: it is larger than ${options.limit} bytes`)
  }
  const wrong = await whyWrong(partOf(file), headers, options.sha256)
  if (wrong !== undefined) return (await rm(partOf(file), { force: true }), { again: wrong })
  await rename(partOf(file), file)
  await rm(`${partOf(file)}.told`, { force: true })
  return { validators: told }
}

function validatorsIn(headers: GuardedAnswer['headers']): Validators {
  const { etag, 'last-modified': lastModified } = headers
  return { ...(etag ? { etag } : {}), ...(lastModified ? { lastModified } : {}) }
}

/** Against what was known before, and what the server says of the whole file. */
async function whyWrong(
  file: string,
  headers: GuardedAnswer['headers'],
  sha256: string | undefined,
): Promise<string | undefined> {
  const google = [headers['x-goog-hash'] ?? []].flat().join(',')
  const md5 = /(?:^|[,\s])md5=(?<md5>[\w+/]+=*)/.exec(google)?.groups?.['md5']
  const digest = /(?:^|[,\s])sha-256=:(?<sum>[\w+/]+=*):/.exec([headers['repr-digest'] ?? []].flat().join(','))
  const expected: [Hash, BinaryToTextEncoding, string | undefined][] = [
    [createHash('sha256'), 'hex', sha256?.toLowerCase()],
    [createHash('sha256'), 'base64', digest?.groups?.['sum']],
    [createHash('md5'), 'base64', md5],
  ]
  const told = expected.filter(([, , sum]) => sum !== undefined)
  if (told.length === 0) return undefined
  for await (const chunk of createReadStream(file)) for (const [hash] of told) hash.update(chunk as Buffer)
  const isRight = told.every(
    ([hash, encoding, sum]) => hash.digest(encoding).replace(/=+$/, '') === sum!.replace(/=+$/, ''),
  )
  return isRight ? undefined : 'its checksum is another than was told'
}

interface Begun {
  size: number
  validators: Validators
}

const partRecord = z.object({ url: z.string(), validators })

function partOf(file: string): string {
  return `${file}.part`
}

async function begunPart(file: string, url: URL): Promise<Begun | undefined> {
  const size = await sizeOf(partOf(file))
  if (size === undefined || size === 0) return undefined
  try {
    const { success, data } = partRecord.safeParse(JSON.parse(await readFile(`${partOf(file)}.told`, 'utf8')))
    return success && data.url === url.href ? { size, validators: data.validators } : undefined
  } catch {
    return undefined
  }
}

async function beginPart(file: string, url: URL, told: Validators): Promise<void> {
  await rm(partOf(file), { force: true })
  await writeFile(`${partOf(file)}.told`, JSON.stringify({ url: url.href, validators: told }), { mode: 0o600 })
}

async function sizeOf(file: string): Promise<number | undefined> {
  return (await stat(file).catch(() => undefined))?.size
}

function isFull(error: unknown): boolean {
  return (
    error instanceof Error && 'code' in error && ['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES'].includes(String(error.code))
  )
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await delay(milliseconds, undefined, { signal }).catch(() => {})
}

function shown(url: URL): string {
  return `${url.origin}${url.pathname}`
}
