// One-time links and sessions. Only the SHA-256 of a token is ever stored, so that reading the database signs nobody in.

import { sql, type Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

export const signIn: Migration = {
  async up(db: Kysely<unknown>) {
    await sql`
      create table sign_in_links (
        token_hash text primary key,
        person_id text not null references people (id) on delete cascade,
        made_at timestamptz not null,
        expires_at timestamptz not null,
        used_at timestamptz
      )`.execute(db)
    await sql`
      create table sessions (
        token_hash text primary key,
        person_id text not null references people (id) on delete cascade,
        began_at timestamptz not null,
        seen_at timestamptz not null,
        expires_at timestamptz not null
      )`.execute(db)
    await sql`create index sessions_person on sessions (person_id)`.execute(db)
  },
}
