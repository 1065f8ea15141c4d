/** What a person may do, each role including those before it. */
export const roles = ['viewer', 'editor', 'admin'] as const
export type Role = (typeof roles)[number]

/** Every resource belongs to one team; this is the one that is there from the start. */
export const defaultTeam = 'default'
