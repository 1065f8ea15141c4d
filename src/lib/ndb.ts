// Packages.db, rpm's own kind of database ("ndb"): openSUSE and SLE since 15.3. All numbers are little-endian.
//
//   header (32 bytes)   'RpmP'  version  generation  pages of slots  …
//   slots (16 each)     'Slot'  package index  first block of 16 bytes  blocks
//   blobs               'BlbS'  package index  generation  bytes   then these bytes, and a checksum
//
// The slots fill the first pages, of 4096 bytes. A slot whose package index is 0 is free.
// https://github.com/rpm-software-management/rpm/blob/master/lib/backend/ndb/rpmpkg.c

import { budget } from './budget.ts'
import type { DatabaseRecord } from './database-record.ts'

const magic = { file: fourBytes('RpmP'), slot: fourBytes('Slot'), blob: fourBytes('BlbS') }
const headerSize = 32
const slotSize = 16
const blobHeaderSize = 16
const blockSize = 16
const pageSize = 4096

export function isNdb(bytes: Uint8Array): boolean {
  return bytes.length >= 4 && viewOf(bytes).getUint32(0, true) === magic.file
}

/** The headers of packages, in the order of their slots. */
export function* ndbRecords(bytes: Uint8Array): Generator<DatabaseRecord> {
  const view = viewOf(bytes)
  if (bytes.length < headerSize) return yield { problem: 'the database is cut' }
  const version = view.getUint32(4, true)
  if (version !== 0) return yield { problem: `the database is of version ${version}, which is not known` }
  const spend = budget(bytes.length)
  const end = view.getUint32(12, true) * pageSize
  if (end > bytes.length) yield { problem: 'the database is cut' }
  for (let at = headerSize; at < Math.min(end, bytes.length - slotSize + 1); at += slotSize) {
    if (view.getUint32(at, true) !== magic.slot) return yield { problem: 'the list of packages is damaged' }
    const index = view.getUint32(at + 4, true)
    const blob = view.getUint32(at + 8, true) * blockSize
    const size = view.getUint32(at + 12, true) * blockSize
    if (index === 0) continue
    yield blobAt(bytes, { index, blob, size }, spend)
  }
}

function blobAt(
  bytes: Uint8Array,
  { index, blob, size }: { index: number; blob: number; size: number },
  spend: (bytes: number) => void,
): DatabaseRecord {
  if (blob + size > bytes.length || size < blobHeaderSize) return { problem: `package ${index} is cut` }
  const view = viewOf(bytes.subarray(blob, blob + size))
  const length = view.getUint32(12, true)
  const isIntact = view.getUint32(0, true) === magic.blob && view.getUint32(4, true) === index
  if (!isIntact || blobHeaderSize + length > size) return { problem: `package ${index} is damaged` }
  spend(length)
  return { bytes: bytes.subarray(blob + blobHeaderSize, blob + blobHeaderSize + length) }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function fourBytes(text: string): number {
  return [...text].reduce((number, character, index) => number + character.charCodeAt(0) * 256 ** index, 0)
}
