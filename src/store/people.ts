// People, the teams that they belong to, and who did what.

import { randomUUID } from 'node:crypto'
import type { Clock } from '../io/clock.ts'
import { defaultTeam, type Person, type Role } from '../model/team.ts'
import type { Database } from './database.ts'
import { storableText } from './storable.ts'

export interface NewPerson {
  /** Made up when it is not given; giving one that is there changes that person's name and nothing else. */
  id?: string
  name: string
  email?: string
  role: Role
  team?: string
}

export async function person(db: Database, id: string): Promise<Person | undefined> {
  const found = await db.selectFrom('people').select(['id', 'name']).where('id', '=', id).executeTakeFirst()
  if (!found) return undefined
  const memberships = await db
    .selectFrom('memberships')
    .select(['team', 'role'])
    .where('person', '=', id)
    .orderBy('team')
    .execute()
  return { ...found, memberships }
}

export async function createPerson(db: Database, clock: Clock, given: NewPerson): Promise<Person> {
  const { id = randomUUID(), email, role, team = defaultTeam } = given
  const name = storableText(given.name)
  await db.transaction().execute(async (transaction) => {
    await transaction
      .insertInto('people')
      .values({ id, name, email: email ?? null, created_at: clock() })
      .onConflict((conflict) => conflict.column('id').doUpdateSet({ name }))
      .execute()
    await transaction
      .insertInto('memberships')
      .values({ person: id, team, role })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  })
  return (await person(db, id))!
}

export async function createTeam(db: Database, id: string, name: string): Promise<void> {
  await db
    .insertInto('teams')
    .values({ id, name: storableText(name) })
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ name: storableText(name) }))
    .execute()
}

/** From then on only that team, and those who may see all, see the resource. */
export async function giveToTeam(db: Database, resource: string, team: string): Promise<void> {
  await db.updateTable('resources').set({ team }).where('id', '=', resource).execute()
}

export interface AuditEntry {
  who: string
  what: string
  about?: string
}

export async function audit(db: Database, clock: Clock, { who, what, about }: AuditEntry): Promise<void> {
  const entry = { person: storableText(who), action: storableText(what), subject: about ? storableText(about) : null }
  await db
    .insertInto('audit_log')
    .values({ at: clock(), ...entry })
    .execute()
}
