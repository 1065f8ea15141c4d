// What a registry wants to see before it answers: nothing, a user name and password, or a token that another server hands out.
//
// Tokens: https://distribution.github.io/distribution/spec/auth/token/, and with an identity token
// https://distribution.github.io/distribution/spec/auth/oauth/

import { z } from 'zod'
import { parseChallenges, type Challenge } from '../lib/challenge.ts'
import type { Reach } from './address-reach.ts'
import type { GuardedAnswer, GuardedRequest } from './guarded-http.ts'
import { readText } from './http.ts'
import type { Credential } from './registry-credentials.ts'

export interface SignInOptions {
  repository: string
  credential: Credential | undefined
  /** Asks with retries; the answer's status is still to be looked at. */
  send: (url: URL, request: Pick<GuardedRequest, 'method' | 'headers' | 'body' | 'from'>) => Promise<GuardedAnswer>
  /** Of the registry that challenges. */
  from: Reach
}

/** The value of `Authorization` that answers a challenge; undefined when nothing that is at hand does. Throws a clause. */
export async function answerChallenge(header: string, options: SignInOptions): Promise<string | undefined> {
  const { credential } = options
  const challenges = parseChallenges(header)
  const bearer = challenges.find(({ scheme }) => scheme === 'bearer')
  if (bearer) {
    if (credential?.kind === 'registry-token') return `Bearer ${credential.token}`
    return `Bearer ${await fetchToken(bearer, options)}`
  }
  const takesBasic = challenges.some(({ scheme }) => scheme === 'basic')
  return takesBasic && credential?.kind === 'password' ? basic(credential) : undefined
}

const tokenLimit = 1024 * 1024
const answerSchema = z.object({ token: z.string().optional(), access_token: z.string().optional() })

async function fetchToken(challenge: Challenge, options: SignInOptions): Promise<string> {
  const { repository, credential, send, from } = options
  const realm = URL.parse(challenge.parameters.get('realm') ?? '')
  if (realm === null) throw new Error('it asks for a token and does not say where to get one')
  const fields = new URLSearchParams({
    service: challenge.parameters.get('service') ?? '',
    scope: challenge.parameters.get('scope') ?? `repository:${repository}:pull`,
  })
  const answer =
    credential?.kind === 'identity-token'
      ? await send(realm, { ...oauthRequest(fields, credential.token), from })
      : await send(withFields(realm, fields), { headers: headersOf(credential), from })
  const text = await readText(answer.body, tokenLimit)
  const at = `${realm.host}${realm.pathname}`
  if (answer.status === 401 || answer.status === 403) {
    throw new Error(`${at} refused the sign-in (${answer.status})`)
  }
  if (answer.status !== 200) throw new Error(`${at} gave no token (${answer.status})`)
  const token = tokenIn(text)
  if (token === undefined) throw new Error(`${at} answered without a token`)
  return token
}

function withFields(realm: URL, fields: URLSearchParams): URL {
  const url = new URL(realm)
  for (const [name, value] of fields) if (value !== '') url.searchParams.set(name, value)
  return url
}

function oauthRequest(fields: URLSearchParams, token: string): Pick<GuardedRequest, 'method' | 'headers' | 'body'> {
  const body = new URLSearchParams({ grant_type: 'refresh_token', client_id: 'plimsoll', refresh_token: token })
  for (const [name, value] of fields) body.set(name, value)
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  return { method: 'POST', headers, body: body.toString() }
}

function headersOf(credential: Credential | undefined): Record<string, string> {
  return credential?.kind === 'password' ? { authorization: basic(credential) } : {}
}

function basic({ username, password }: Credential & { kind: 'password' }): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
}

/** One that is no plain text would end the header. */
function tokenIn(text: string): string | undefined {
  try {
    const { token, access_token: other } = answerSchema.parse(JSON.parse(text))
    const found = token ?? other
    return found !== undefined && /^[\x21-\x7e]+$/.test(found) ? found : undefined
  } catch {
    return undefined
  }
}
