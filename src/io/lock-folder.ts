// One process at a time in a folder. The lock is the kernel's, which SQLite takes on a file of its own, and ends with the
// process in whatever way it does: https://www.sqlite.org/lockingv3.html

import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** Gives what releases it. Throws when another process has it. */
export function lockFolder(folder: string): () => void {
  const lock = new DatabaseSync(join(folder, '.lock'), { timeout: 0 })
  try {
    lock.exec('BEGIN IMMEDIATE')
  } catch (error) {
    lock.close()
    throw new Error(`another process is writing in ${folder}: wait until it has ended`, { cause: error })
  }
  return () => lock.close()
}
