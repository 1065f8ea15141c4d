// Where Plimsoll keeps what it knows: the store, the advisory index, the socket of a running server.

import { mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { resolve } from 'node:path'

/** The absolute path of the folder, made when it is not there; only its owner can read it. */
export function dataFolder(option?: string): string {
  const folder = option === undefined ? `${homedir()}/.plimsoll` : resolve(option)
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw new Error(`cannot make the data folder ${folder} (${code ?? message}): give another one with --data DIR`, {
      cause: error,
    })
  }
  return folder
}
