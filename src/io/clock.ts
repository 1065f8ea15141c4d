/** The time as ISO 8601 in UTC, whole seconds; tests hand in one of their own. */
export type Clock = () => string

export const systemClock: Clock = () => `${new Date().toISOString().slice(0, 19)}Z`
