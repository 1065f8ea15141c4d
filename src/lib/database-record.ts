/** One record of a database file, or, in one clause, why it or what comes after it cannot be read. */
export type DatabaseRecord = { bytes: Uint8Array } | { problem: string }
