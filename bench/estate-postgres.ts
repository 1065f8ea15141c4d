// A PostgreSQL for the bench of the estate alone.

import { execFileSync } from 'node:child_process'
import { chownSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'

export async function newDatabase(server: string, name: string): Promise<string> {
  const client = new pg.Client({ connectionString: server })
  await client.connect()
  await client.query(`create database ${name}`)
  await client.end()
  const url = new URL(server)
  url.pathname = `/${name}`
  return url.href
}

/** Debian's, in a folder of its own and on a free port; it does not run as root. */
export function startPostgres(): { url: string; stop(): void } {
  const versions = readdirSync('/usr/lib/postgresql').toSorted((a, b) => Number(b) - Number(a))
  const program = (name: string): string => `/usr/lib/postgresql/${versions[0]}/bin/${name}`
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-bench-postgres-'))
  const isRoot = process.getuid?.() === 0
  if (isRoot) chownSync(folder, Number(execFileSync('id', ['-u', 'postgres'])), -1)
  const run = (name: string, args: readonly string[]): void => {
    const command = [program(name), ...args]
    const [first, ...rest] = isRoot ? ['runuser', '-u', 'postgres', '--', ...command] : command
    execFileSync(first!, rest, { stdio: 'ignore', cwd: folder })
  }
  const port = 50_000 + (process.pid % 10_000)
  const settings = `-p ${port} -k ${folder} -c listen_addresses=127.0.0.1 -c fsync=off -c shared_buffers=512MB -c jit=off`
  run('initdb', ['-D', `${folder}/data`, '-A', 'trust', '-U', 'postgres', '-E', 'UTF8', '--locale', 'C.UTF-8'])
  run('pg_ctl', ['-D', `${folder}/data`, '-w', '-o', settings, '-l', `${folder}/log`, 'start'])
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    stop() {
      run('pg_ctl', ['-D', `${folder}/data`, '-m', 'immediate', 'stop'])
      rmSync(folder, { recursive: true })
    },
  }
}
