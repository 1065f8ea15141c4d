// How much is read of one archive with those inside it.

export interface ArchiveLimits {
  /** Archives above one another. */
  depth: number
  /** Archives in one file, and entries of all of them. */
  archives: number
  entries: number
  /**
   * Bytes of an archive inside another that is unpacked in memory, half as many for each one further in; a larger one is unpacked to
   * the disk.
   */
  inMemory: number
  /** Bytes unpacked from one file in all: what stops a bomb of many small steps. */
  total: number
  /** Bytes of a manifest or a properties file. */
  text: number
}

export const defaultArchiveLimits: ArchiveLimits = {
  depth: 32,
  archives: 20_000,
  entries: 5_000_000,
  inMemory: 8 * 2 ** 20,
  total: 2 * 2 ** 30,
  text: 2 ** 20,
}
