// Signing in: one-time links become sessions. Both are 256-bit random tokens of which only the SHA-256 is stored: a
// fast hash is enough, because a token that cannot be guessed needs no slow one.

import { createHash, randomBytes } from 'node:crypto'
import { sql, type Kysely, type Transaction } from 'kysely'
import type { Clock } from '../io/clock.ts'

export interface SignInTables {
  sign_in_links: {
    token_hash: string
    person_id: string
    made_at: string
    expires_at: string
    used_at: string | null
  }
  sessions: {
    token_hash: string
    person_id: string
    began_at: string
    seen_at: string
    expires_at: string
  }
}

/** How long each lives, in seconds. A session is prolonged by use, but never beyond `longestSession`. */
export const lifetimes = { link: 15 * 60, session: 12 * 3600, longestSession: 7 * 24 * 3600 } as const

/** A session in use is prolonged at most this often, in seconds: not every request is a write. */
const prolongEvery = 60

export type Redeemed =
  | { session: string; person: string }
  /** `unknown`: no such link, or one that expired so long ago that it is forgotten. */
  | { refused: 'used' | 'expired' | 'unknown' }

export interface SignIn {
  /** A token for one sign-in of the person, for a link. */
  createLink(person: string): Promise<{ token: string; expiresAt: string }>
  /** Turns a link's token into a session's, once: of two at the same moment, one gets it. */
  redeemLink(token: string): Promise<Redeemed>
  /** Who holds the session; undefined when it has ended. `prolonged`: its cookie may live on. */
  session(token: string): Promise<{ person: string; prolonged: boolean } | undefined>
  endSession(token: string): Promise<void>
}

export function createSignIn(db: Kysely<SignInTables>, clock: Clock): SignIn {
  return {
    async createLink(person) {
      const token = newToken()
      const now = clock()
      const expiresAt = later(now, lifetimes.link)
      await forgetEnded(db, now)
      await db
        .insertInto('sign_in_links')
        .values({ token_hash: hash(token), person_id: person, made_at: now, expires_at: expiresAt, used_at: null })
        .execute()
      return { token, expiresAt }
    },

    redeemLink: (token) => db.transaction().execute((transaction) => redeem(transaction, hash(token), clock())),

    async session(token) {
      const now = clock()
      const found = await db
        .selectFrom('sessions')
        .select(['person_id', sql<boolean>`seen_at <= ${later(now, -prolongEvery)}::timestamptz`.as('due')])
        .where('token_hash', '=', hash(token))
        .where('expires_at', '>', now)
        .executeTakeFirst()
      if (!found) return undefined
      if (found.due) await prolong(db, hash(token), now)
      return { person: found.person_id, prolonged: found.due }
    },

    async endSession(token) {
      await db.deleteFrom('sessions').where('token_hash', '=', hash(token)).execute()
    },
  }
}

async function redeem(db: Transaction<SignInTables>, tokenHash: string, now: string): Promise<Redeemed> {
  // One statement decides, so that two requests with the same link cannot both pass.
  const used = await db
    .updateTable('sign_in_links')
    .set({ used_at: now })
    .where('token_hash', '=', tokenHash)
    .where('used_at', 'is', null)
    .where('expires_at', '>', now)
    .returning('person_id')
    .executeTakeFirst()
  if (!used) return { refused: await whyRefused(db, tokenHash) }
  const session = newToken()
  await db
    .insertInto('sessions')
    .values({
      token_hash: hash(session),
      person_id: used.person_id,
      began_at: now,
      seen_at: now,
      expires_at: later(now, lifetimes.session),
    })
    .execute()
  return { session, person: used.person_id }
}

async function whyRefused(db: Transaction<SignInTables>, tokenHash: string): Promise<'used' | 'expired' | 'unknown'> {
  const link = await db
    .selectFrom('sign_in_links')
    .select(sql<boolean>`used_at is not null`.as('used'))
    .where('token_hash', '=', tokenHash)
    .executeTakeFirst()
  if (!link) return 'unknown'
  return link.used ? 'used' : 'expired'
}

async function prolong(db: Kysely<SignInTables>, tokenHash: string, now: string): Promise<void> {
  const longest = sql`began_at + make_interval(secs => ${lifetimes.longestSession}::int)`
  await db
    .updateTable('sessions')
    .set({
      seen_at: now,
      expires_at: sql<string>`least(${later(now, lifetimes.session)}::timestamptz, ${longest})`,
    })
    .where('token_hash', '=', tokenHash)
    .execute()
}

/** Links are kept for a day after they end, so that a late click is told why it did not work. */
async function forgetEnded(db: Kysely<SignInTables>, now: string): Promise<void> {
  await db
    .deleteFrom('sign_in_links')
    .where('expires_at', '<', later(now, -24 * 3600))
    .execute()
  await db.deleteFrom('sessions').where('expires_at', '<', now).execute()
}

function newToken(): string {
  return randomBytes(32).toString('base64url')
}

function hash(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}

function later(time: string, seconds: number): string {
  return new Date(Date.parse(time) + seconds * 1000).toISOString()
}
