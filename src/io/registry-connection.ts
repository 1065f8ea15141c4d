// One repository in a registry, asked politely: signed in when it wants that, again after a pause when it is busy, on to
// where it keeps its blobs, and never with a sign-in for anybody else.

import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import type { GuardedAnswer, GuardedClient, GuardedRequest } from './guarded-http.ts'
import { readText } from './http.ts'
import { isPassing, isWithoutTls, networkProblem } from './network-problem.ts'
import type { CredentialAnswer } from './registry-credentials.ts'
import { answerChallenge } from './registry-sign-in.ts'

/** The message says who was asked for what, what came of it, and what to do where that is known. It holds no secret. */
export class RegistryError extends Error {
  override readonly name = 'RegistryError'
  /** Of HTTP; undefined when there was no answer. */
  readonly status?: number
  constructor(message: string, status?: number, cause?: unknown) {
    super(message, { cause })
    if (status !== undefined) this.status = status
  }
}

export interface ConnectionOptions {
  /** Knows where TLS may be left out. */
  client: GuardedClient
  signal: AbortSignal
  /** Asked once, when the registry wants to know. */
  credential: () => Promise<CredentialAnswer>
  /** Before a retry; tests do not wait. */
  wait?: (milliseconds: number, signal: AbortSignal) => Promise<void>
}

export interface RegistryRequest extends Pick<GuardedRequest, 'method' | 'body' | 'stream'> {
  headers?: Readonly<Record<string, string>>
  time?: typeof documentTime
}

/** Milliseconds. */
const documentTime = { idle: 30_000, total: 120_000 }
const longestWait = 60_000
const attempts = 5
const redirects = 5

type Ask = RegistryRequest & Pick<GuardedRequest, 'from'>

export class RegistryConnection {
  #root: URL
  #repository: string
  #options: ConnectionOptions
  #authorization: string | undefined
  #known: Promise<CredentialAnswer> | undefined
  #problems: readonly string[] = []

  /** `host`: of the API, `registry-1.docker.io`. */
  constructor(host: string, repository: string, options: ConnectionOptions) {
    this.#root = new URL(`https://${host}/v2/`)
    this.#repository = repository
    this.#options = options
  }

  /** Why places that should have told who the user is did not. */
  get problems(): readonly string[] {
    return this.#problems
  }

  /** Whether this is a registry. TLS is tried first also where it may be left out. Throws `RegistryError`. */
  async begin(): Promise<void> {
    if (this.#options.client.mayBePlain(this.#root)) {
      try {
        return await this.#ping(1)
      } catch (error) {
        if (error instanceof RegistryError && isWithoutTls(error.cause)) this.#root.protocol = 'http:'
      }
    }
    await this.#ping(attempts)
  }

  url(path: string): URL {
    return new URL(`${this.#repository}/${path}`, this.#root)
  }

  /** An answer with one of these statuses; undefined when it is 404. Throws `RegistryError`, or the abort. */
  async ask(url: URL, request: RegistryRequest, statuses: readonly number[]): Promise<GuardedAnswer | undefined> {
    const answer = await this.#signedIn(url, request, attempts)
    if (statuses.includes(answer.status)) return answer
    if (answer.status === 404) return void answer.body.destroy()
    const said = errorCode(await readText(answer.body, 64 * 1024).catch(() => ''))
    const asked = `${request.method ?? 'GET'} ${shown(url)}`
    throw new RegistryError(`${asked}: ${answer.status}${said}${this.#hint(answer.status)}`, answer.status)
  }

  async wait(milliseconds: number): Promise<void> {
    const { signal, wait = pause } = this.#options
    await wait(milliseconds, signal)
    signal.throwIfAborted()
  }

  async #ping(tries: number): Promise<void> {
    const answer = await this.#signedIn(this.#root, {}, tries)
    answer.body.destroy()
    if (answer.status === 200) return
    const hint = answer.status === 404 ? ', so no registry is there' : this.#hint(answer.status)
    throw new RegistryError(`GET ${shown(this.#root)}: ${answer.status}${hint}`, answer.status)
  }

  #hint(status: number): string {
    if (status === 429) return ': it limits requests; sign in, or try again later'
    if (status !== 401 && status !== 403) return ''
    const problems = this.#problems.length > 0 ? ` (${this.#problems.join('; ')})` : ''
    return `: sign in by \`docker login ${this.#root.host}\`, or check that the image is there${problems}`
  }

  async #signedIn(url: URL, ask: Ask, tries: number): Promise<GuardedAnswer> {
    const { answer, at } = await this.#followed(url, ask, tries)
    const challenge = answer.headers['www-authenticate']
    // Nobody but the registry itself is told who the user is.
    if (answer.status !== 401 || challenge === undefined || at.origin !== this.#root.origin) return answer
    answer.body.destroy()
    const before = this.#authorization
    this.#authorization = await this.#signIn(challenge, answer)
    // A token that has run out is replaced by a new one; the same password would be refused again.
    if (this.#authorization === undefined || this.#authorization === before) {
      throw new RegistryError(`GET ${shown(url)}: 401${this.#hint(401)}`, 401)
    }
    return (await this.#followed(url, ask, tries)).answer
  }

  async #signIn(challenge: string, { reach: from }: GuardedAnswer): Promise<string | undefined> {
    const { credential, problems } = await (this.#known ??= this.#options.credential())
    this.#problems = problems
    const send = (url: URL, ask: Ask): Promise<GuardedAnswer> => this.#attempt(url, ask, attempts)
    try {
      return await answerChallenge(challenge, { repository: this.#repository, credential, send, from })
    } catch (error) {
      this.#options.signal.throwIfAborted()
      if (error instanceof RegistryError) throw error
      throw new RegistryError(`${this.#root.host}: ${(error as Error).message}${this.#hint(401)}`, 401)
    }
  }

  /** Blob stores are on other hosts: their addresses carry a sign-in of their own, and are not given ours. */
  async #followed(url: URL, ask: Ask, tries: number): Promise<{ answer: GuardedAnswer; at: URL }> {
    let at = url
    let from = ask.from
    for (let hop = 0; hop <= redirects; hop++) {
      const own = at.origin === this.#root.origin && this.#authorization !== undefined
      const headers = { ...ask.headers, ...(own ? { authorization: this.#authorization! } : {}) }
      const answer = await this.#attempt(at, { ...ask, headers, ...(from ? { from } : {}) }, tries)
      const location = isRedirect(answer.status) ? answer.headers.location : undefined
      if (location === undefined) return { answer, at }
      answer.body.destroy()
      const next = URL.parse(location, at.href)
      if (next === null) throw new RegistryError(`GET ${shown(at)}: it leads to an address that is none`)
      if (at.protocol === 'https:' && next.protocol !== 'https:') {
        throw new RegistryError(`GET ${shown(at)}: it leads to ${next.host} without TLS`)
      }
      at = next
      from = answer.reach
    }
    throw new RegistryError(`GET ${shown(url)}: it leads on more than ${redirects} times`)
  }

  /** Again after a pause when the server is busy or the connection was cut. */
  async #attempt(url: URL, { time = documentTime, ...ask }: Ask, tries: number): Promise<GuardedAnswer> {
    const { client, signal } = this.#options
    for (let attempt = 1; ; attempt++) {
      let milliseconds = 500 * 2 ** (attempt - 1) * (0.5 + Math.random())
      try {
        const answer = await client.request(url, { ...ask, ...time, signal })
        if (attempt >= tries || !isBusy(answer.status)) return answer
        const wanted = retryAfter(answer.headers['retry-after'])
        if (wanted !== undefined && wanted > longestWait) return answer
        answer.body.destroy()
        milliseconds = wanted ?? milliseconds
      } catch (error) {
        signal.throwIfAborted()
        if (attempt >= tries || !isPassing(error)) throw failure(url, error)
      }
      await this.wait(milliseconds)
    }
  }
}

export function failure(url: URL, error: unknown): RegistryError {
  return new RegistryError(`GET ${shown(url)}: ${networkProblem(error)}`, undefined, error)
}

/** Without the query, in which addresses of blob stores carry their sign-in. */
export function shown(url: URL): string {
  return `${url.origin}${url.pathname}`
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await delay(milliseconds, undefined, { signal }).catch(() => {})
}

export function isBusy(status: number): boolean {
  return status === 429 || (status >= 500 && status !== 501)
}

export function isRedirect(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status)
}

/** Milliseconds, from seconds or a date: https://www.rfc-editor.org/rfc/rfc9110#field.retry-after */
export function retryAfter(header: string | undefined): number | undefined {
  if (header === undefined) return undefined
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1000
  const date = Date.parse(header)
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now())
}

const errorsSchema = z.object({ errors: z.array(z.object({ code: z.string().regex(/^[A-Z_]{1,40}$/) })).min(1) })

/** Only the code, in words: in its message a server could send back what it was sent. */
function errorCode(text: string): string {
  try {
    return ` ${errorsSchema.parse(JSON.parse(text)).errors[0]!.code.toLowerCase().replaceAll('_', ' ')}`
  } catch {
    return ''
  }
}
