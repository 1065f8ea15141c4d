// Databases of packages, and executables.

import { ExecutableCapture } from '../../src/inspect/executable-capture.ts'
import { watchedIn } from '../../src/inspect/extractors.ts'
import { isWhole, readKept } from '../../src/inspect/kept-file.ts'
import { defaultLimits } from '../../src/inspect/limits.ts'
import { elfWith, inlineBuildInfo, machOWith, peWith, pointerBuildInfo } from '../../src/inspect/programs/testing.ts'
import { berkeleyRecords, isBerkeleyHash } from '../../src/lib/berkeley-db.ts'
import type { DatabaseRecord } from '../../src/lib/database-record.ts'
import { elfSectionTable, endsWithSections } from '../../src/lib/elf.ts'
import { looksExecutable, parseExecutable } from '../../src/lib/executable.ts'
import { offsetOf, type ReadAt } from '../../src/lib/executable-format.ts'
import { GoBuildInfoError, readGoBuildInfo } from '../../src/lib/go-build-info.ts'
import { isNdb, ndbRecords } from '../../src/lib/ndb.ts'
import { rpmRecords } from '../../src/lib/rpm-database.ts'
import { readRpmFiles, readRpmHeader } from '../../src/lib/rpm-header.ts'
import { isSqlite, sqliteRows } from '../../src/lib/sqlite-file.ts'
import { hold, holdReason, orRefusal, type FuzzTarget } from '../target.ts'
import { realFiles } from './extractors.ts'

/** Databases of rpm, cut to what is quick to change. */
function databases(isOfKind: (bytes: Uint8Array) => boolean): Buffer[] {
  return realFiles('rpm').filter((bytes) => isOfKind(bytes))
}

function databaseTarget(
  id: string,
  isOfKind: (bytes: Uint8Array) => boolean,
  records: (bytes: Uint8Array) => Iterable<DatabaseRecord>,
): FuzzTarget {
  return {
    id,
    seeds: () => databases(isOfKind),
    run(input) {
      let bytes = 0
      const told: unknown[] = []
      const end = orRefusal(() => {
        for (const record of records(input)) {
          if ('problem' in record) {
            holdReason(record.problem)
            told.push(record.problem)
            continue
          }
          bytes += record.bytes.length
          told.push(headerOf(record.bytes))
        }
      }, Error)
      hold(bytes <= input.length, `records of ${bytes} bytes in a file of ${input.length}`)
      return { told, end }
    },
  }
}

function headerOf(bytes: Uint8Array): unknown {
  return [orRefusal(() => readRpmHeader(bytes), Error), orRefusal(() => [...readRpmFiles(bytes)], Error)]
}

const rpmHeader: FuzzTarget = {
  id: 'rpm-header',
  seeds: () => {
    const records = databases(isNdb).flatMap((bytes) => [...rpmRecords(bytes)])
    return records.flatMap((record) => ('bytes' in record ? [record.bytes] : []))
  },
  run: headerOf,
}

const sqlite: FuzzTarget = {
  id: 'sqlite-file',
  seeds: () => databases(isSqlite),
  words: ['SQLite format 3\0', 'table', 'Packages', '\x05', '\x0d'],
  run(input) {
    const told: unknown[] = []
    const end = orRefusal(() => {
      for (const row of sqliteRows(input, 'Packages')) {
        if ('problem' in row) holdReason(row.problem)
        told.push(
          'problem' in row
            ? row.problem
            : row.values.map((value) => (value instanceof Uint8Array ? value.length : value)),
        )
      }
    }, Error)
    return { told, end }
  },
}

const info = inlineBuildInfo('go1.22.3', 'path\ta\nmod\texample.org/a\tv1.0.0\ndep\tb\tv2\n=>\tc\tv3\n')
const programs: readonly Buffer[] = [
  elfWith('.go.buildinfo', info),
  elfWith('.data', pointerBuildInfo('go1.17', 'mod\ta\tv1\n')),
  peWith('.data', info),
  machOWith('__go_buildinfo', info),
  machOWith('__go_buildinfo', info, true),
]

function reading(bytes: Uint8Array): ReadAt {
  return (offset, length) => (offset < 0 || length < 0 ? new Uint8Array() : bytes.subarray(offset, offset + length))
}

const executable: FuzzTarget = {
  id: 'executable',
  seeds: () => programs,
  words: ['\x7fELF\x02\x01', 'MZ', 'PE\0\0', '\xff Go buildinf:', '.go.buildinfo\0', '\xca\xfe\xba\xbe'],
  run(input) {
    const read = reading(input)
    const parsed = parseExecutable(read)
    if (!parsed) return undefined
    return {
      parsed,
      place: offsetOf(0x400010, parsed),
      table: [elfSectionTable(read), endsWithSections(read, input.length)],
      go: orRefusal(() => readGoBuildInfo(parsed, read), GoBuildInfoError),
    }
  },
}

const small = { ...defaultLimits, executable: 600, executableParts: 4000 }

const capture: FuzzTarget = {
  id: 'executable-capture',
  seeds: () => [...programs, elfWith('.rodata', Buffer.from('\0node.js/v20.1.0\0'))],
  run: (input, split) =>
    [defaultLimits, small].map((limits) => {
      if (!looksExecutable(input)) return undefined
      const taking = new ExecutableCapture('usr/bin/node', input.length, limits, watchedIn('usr/bin/node'))
      for (const piece of split(input)) {
        const lent = new Uint8Array(piece)
        if (!taking.push(lent)) return 'refused'
        lent.fill(0xdd)
      }
      const kept = taking.finish()
      if (!kept) return 'nothing'
      for (const { offset, bytes } of kept.parts) {
        hold(input.subarray(offset, offset + bytes.length).equals(bytes), `the bytes kept of ${offset} are others`)
      }
      const held = kept.parts.reduce((sum, { bytes }) => sum + bytes.length, 0)
      hold(held <= input.length, 'more is held than there is')
      return limits === small ? [readKept(kept, 0, 64).length] : isWhole(kept)
    }),
}

export const binaryTargets: readonly FuzzTarget[] = [
  databaseTarget('berkeley-db', isBerkeleyHash, berkeleyRecords),
  databaseTarget('ndb', isNdb, ndbRecords),
  databaseTarget('rpm-database', () => true, rpmRecords),
  sqlite,
  rpmHeader,
  executable,
  capture,
]
