// What tests need of the machine: real data beside the checkout, and programs of the system.

import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const folder = process.env['PLIMSOLL_SHARED'] ?? fileURLToPath(new URL('../../../shared', import.meta.url))

/** Whether every suite must run: a missing program is then a failure, not a reason to skip. */
export const testAll = process.env['PLIMSOLL_TEST_ALL'] === '1'

/** The path of real data, `osv` or `rootfs/alpine-3.10.9`; undefined where this machine has none. */
export function shared(path: string): string | undefined {
  const full = `${folder}/${path}`
  return existsSync(full) ? full : undefined
}

/** For `{ skip }`: the reason when the data is not there, else false. */
export function withoutShared(path: string): string | false {
  return shared(path) === undefined ? `no ${path} beside the checkout (PLIMSOLL_SHARED)` : false
}

/** For `{ skip }`: the reason when one of the programs is not installed, else false; throws when all suites must run. */
export function withoutPrograms(...programs: readonly string[]): string | false {
  const missing = programs.filter((program) => spawnSync('which', [program]).status !== 0)
  if (missing.length === 0) return false
  if (testAll) throw new Error(`PLIMSOLL_TEST_ALL is set and ${missing.join(', ')} is not installed`)
  return `${missing.join(', ')} not installed`
}

/** For `{ skip }`: the reason when YARA-X cannot be loaded from where `resolve` looks; throws when all suites must run. */
export function withoutYara(resolve: (name: string) => string): string | false {
  try {
    resolve('@litko/yara-x')
    return false
  } catch {
    if (testAll) throw new Error('PLIMSOLL_TEST_ALL is set and @litko/yara-x is not installed')
    return '@litko/yara-x not installed'
  }
}
