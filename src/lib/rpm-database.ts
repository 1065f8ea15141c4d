// The database of rpm: a table of package headers, in one of three kinds of file, told by its first bytes.

import { berkeleyRecords, isBerkeleyHash } from './berkeley-db.ts'
import type { DatabaseRecord } from './database-record.ts'
import { isNdb, ndbRecords } from './ndb.ts'
import { isSqlite, sqliteRows } from './sqlite-file.ts'

/** Headers, to be read by `readRpmHeader`. Throws where records overlap: what a file holds is never more than the file. */
export function* rpmRecords(bytes: Uint8Array): Generator<DatabaseRecord> {
  if (isSqlite(bytes)) {
    for (const row of sqliteRows(bytes, 'Packages')) {
      const header = 'values' in row ? row.values[1] : undefined
      if ('problem' in row) yield row
      else yield header instanceof Uint8Array ? { bytes: header } : { problem: 'a row without a header' }
    }
  } else if (isNdb(bytes)) yield* ndbRecords(bytes)
  else if (isBerkeleyHash(bytes)) {
    // Under the key 0 lies the number that the next package gets.
    for (const { key, ...record } of berkeleyRecords(bytes)) if ('problem' in record || key.some(Boolean)) yield record
  } else yield { problem: 'it is no database of a kind that rpm writes' }
}
