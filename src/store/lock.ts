// PGlite lets two processes open one folder, which ends in a damaged database. A lock of the kernel guards it: SQLite
// takes one on a file of its own (https://www.sqlite.org/lockingv3.html), and the kernel gives it back when the process
// ends, in whatever way. So there is no stale lock, and of two that come at the same time exactly one gets it.

import { closeSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { z } from 'zod'

/** Another process has the folder open. */
export class StoreInUse extends Error {
  override readonly name = 'StoreInUse'
}

export interface StoreLock {
  release(): void
}

/** `as`: what this process is, for the message that a second one gets: `plimsoll serve`. Throws `StoreInUse`. */
export function lockStore(folder: string, as: string, since: string): StoreLock {
  const file = `${folder}/store.lock`
  makePrivate(file)
  const lock = new DatabaseSync(file, { timeout: 0 })
  try {
    lock.exec('BEGIN IMMEDIATE')
  } catch (error) {
    lock.close()
    if (isBusy(error)) throw new StoreInUse(whoHolds(folder))
    throw error
  }
  const holder = holderFile(folder)
  writeFileSync(holder, JSON.stringify({ pid: process.pid, as, since } satisfies Holder), { mode: 0o600 })
  return {
    release: () => {
      rmSync(holder, { force: true })
      lock.close()
    },
  }
}

/**
 * Whoever may read the file may lock it, and keep the owner out; SQLite gives its journal the same rights. One that is
 * there is not opened: closing it would give back a lock that this process has on it.
 */
function makePrivate(file: string): void {
  try {
    closeSync(openSync(file, 'wx', 0o600))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}

const holderSchema = z.object({ pid: z.int(), as: z.string(), since: z.string() })
type Holder = z.infer<typeof holderSchema>

// Not in the locked file itself: closing any other handle of that file in this process would give the lock back.
function holderFile(folder: string): string {
  return `${folder}/store.holder.json`
}

function whoHolds(folder: string): string {
  const way = 'stop it, or give another folder with --data'
  try {
    const { pid, as, since } = holderSchema.parse(JSON.parse(readFileSync(holderFile(folder), 'utf8')))
    return `${folder} is in use by ${as}, process ${pid}, since ${since}: ${way}`
  } catch {
    return `${folder} is in use by another process, which is just starting: ${way}` // it has not written its name yet
  }
}

// https://www.sqlite.org/rescode.html#busy
function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === 5
}
