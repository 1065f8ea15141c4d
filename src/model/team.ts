/** What a person may do, each role including those before it. */
export const roles = ['viewer', 'editor', 'admin'] as const
export type Role = (typeof roles)[number]

/** Every resource belongs to one team; this is the one that is there from the start. */
export const defaultTeam = 'default'

export interface Person {
  id: string
  name: string
  memberships: readonly { team: string; role: Role }[]
}

/** Whose rows may be seen. */
export interface Scope {
  teams: readonly string[] | 'all'
}
