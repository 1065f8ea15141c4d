// PGlite does not flush to the disk, so a power cut can damage the embedded store. Therefore a copy of it is kept each
// day, three in all, each checked before the oldest one goes. A killed process damages nothing: this is for power cuts.

import { mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { createReadStream, readdirSync } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { Writable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import type { PGlite } from '@electric-sql/pglite'
import { messageOf } from './database.ts'

export type KeptCopy = { kept: string } | { skipped: string } | { failed: string }

const copiesKept = 3
const day = 24 * 3600 * 1000
/** Bytes: the copy is made in memory, so a larger store belongs into a PostgreSQL. */
const largestStore = 1024 ** 3

const unchecked = '.unchecked'

/** `folder`: the data folder. `now`: ISO 8601, UTC. Never throws: a copy that fails must not keep the store from closing. */
export async function keepCopy(pglite: PGlite, folder: string, now: string): Promise<KeptCopy> {
  try {
    await mkdir(`${folder}/copies`, { recursive: true, mode: 0o700 })
    await removeUnchecked(folder)
    const newest = (await copiesIn(folder, now)).at(-1)
    if (newest !== undefined && isRecent(newest, now)) return { skipped: 'the last is not a day old' }
    const { rows } = await pglite.query<{ size: number }>('select pg_database_size(current_database()) as size')
    if (rows[0]!.size > largestStore)
      return { skipped: 'the store is larger than 1 GB: use --database with a PostgreSQL' }
    const copy = `${folder}/copies/${nameAt(now)}`
    await writeChecked(copy, await pglite.dumpDataDir('gzip'))
    for (const old of (await copiesIn(folder, now)).slice(0, -copiesKept)) await rm(`${folder}/copies/${old}`)
    return { kept: copy }
  } catch (error) {
    return { failed: messageOf(error) }
  }
}

/** What a person can do when the store does not open. */
export function howToRestore(folder: string): string {
  const newest = namesOf(folder).filter(isCopy).toSorted().at(-1)
  if (newest === undefined) return `there is no copy of it yet: move ${folder}/store away to begin with an empty one`
  return [
    `the newest copy is of ${new Date(timeOf(newest)).toISOString()}; to go back to it:`,
    `  mv '${folder}/store' '${folder}/store.damaged' && mkdir -m 700 '${folder}/store'`,
    `  tar -xzf '${folder}/copies/${newest}' -C '${folder}/store'`,
  ].join('\n')
}

/** Under its own name only when it is whole and on the disk. */
async function writeChecked(path: string, dump: Blob): Promise<void> {
  const beside = `${path}${unchecked}`
  try {
    const file = await open(beside, 'w', 0o600)
    try {
      await file.writeFile(dump.stream())
      await file.sync()
    } finally {
      await file.close()
    }
    // Reading it through the end checks gzip's own checksum.
    await pipeline(createReadStream(beside), createGunzip(), new Writable({ write: (_, __, done) => done() }))
    await rename(beside, path)
  } catch (error) {
    await rm(beside, { force: true }) // on a full disk it would only keep it full
    throw error
  }
}

/** What a killed process, or a full disk, left behind. */
async function removeUnchecked(folder: string): Promise<void> {
  for (const name of await readdir(`${folder}/copies`)) {
    if (name.endsWith(unchecked)) await rm(`${folder}/copies/${name}`, { force: true })
  }
}

/** The newest last. A time to come is one of a clock that was wrong: such a copy counts as the oldest. */
async function copiesIn(folder: string, now: string): Promise<string[]> {
  const names = (await readdir(`${folder}/copies`)).filter(isCopy).toSorted()
  const isToCome = (name: string): boolean => timeOf(name) > Date.parse(now)
  return [...names.filter(isToCome), ...names.filter((name) => !isToCome(name))]
}

function isRecent(name: string, now: string): boolean {
  const age = Date.parse(now) - timeOf(name)
  return age >= 0 && age < day
}

function namesOf(folder: string): string[] {
  try {
    return readdirSync(`${folder}/copies`)
  } catch {
    return [] // no copy was ever made
  }
}

// store-2026-11-21T23-00-00Z.tar.gz: sorts by time, and a colon is no good in a file name.
const copyName = /^store-(?<date>\d{4}-\d\d-\d\d)T(?<hour>\d\d)-(?<minute>\d\d)-(?<second>\d\d)Z\.tar\.gz$/

function nameAt(now: string): string {
  return `store-${now.slice(0, 19).replaceAll(':', '-')}Z.tar.gz`
}

function isCopy(name: string): boolean {
  return copyName.test(name)
}

function timeOf(name: string): number {
  const { date, hour, minute, second } = copyName.exec(name)!.groups!
  return Date.parse(`${date}T${hour}:${minute}:${second}Z`)
}
