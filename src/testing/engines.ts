// The same tests on both engines. PostgreSQL: PLIMSOLL_TEST_DATABASE names one in which databases may be made.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { after, before, describe } from 'node:test'
import pg from 'pg'
import { testAll } from './shared.ts'
import { openStore, type Store } from '../store/store.ts'

/** `behaves` opens the store itself, as often as it wants; `what`: a word for the names of folder and database. */
export function onBothEngines(what: string, clock: () => string, behaves: (open: () => Promise<Store>) => void): void {
  const server = process.env['PLIMSOLL_TEST_DATABASE']
  if (testAll && !server) throw new Error('PLIMSOLL_TEST_ALL is set and PLIMSOLL_TEST_DATABASE is not')

  describe('on PGlite', () => {
    const folder = mkdtempSync(`${tmpdir()}/plimsoll-${what}-`)
    behaves(() => openStore({ folder }, { clock }))
    after(() => rmSync(folder, { recursive: true }))
  })

  describe('on PostgreSQL', { skip: server ? false : 'PLIMSOLL_TEST_DATABASE is not set' }, () => {
    const name = `plimsoll_${what}_${process.pid}`
    const url = new URL(server ?? 'postgres://none')
    before(() => onServer(`create database ${name}`))
    url.pathname = `/${name}`
    behaves(() => openStore({ database: url.href }, { clock }))
    after(() => onServer(`drop database ${name} with (force)`))
  })

  async function onServer(statement: string): Promise<void> {
    const client = new pg.Client({ connectionString: server })
    await client.connect()
    await client.query(statement)
    await client.end()
  }
}
