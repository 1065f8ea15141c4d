import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { crc32, deflateRawSync } from 'node:zlib'
import { zipEntries, type ZipEntry, type ZipLimits } from './zip.ts'

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-zip-'))
after(() => rmSync(folder, { recursive: true }))

interface Member {
  name: string
  content: Buffer
  /** What the headers say instead of the truth. */
  claims?: { size?: number; crc?: number; method?: number; flags?: number }
}

/** A zip by hand, so that it can lie. */
function zip(members: readonly Member[]): Buffer {
  const local: Buffer[] = []
  const central: Buffer[] = []
  let offset = 0
  for (const { name, content, claims = {} } of members) {
    const packed = deflateRawSync(content)
    const fields = Buffer.alloc(26)
    fields.writeUInt16LE(20, 0)
    fields.writeUInt16LE(claims.flags ?? 0, 2)
    fields.writeUInt16LE(claims.method ?? 8, 4)
    fields.writeUInt32LE(claims.crc ?? crc32(content), 10)
    fields.writeUInt32LE(packed.length, 14)
    fields.writeUInt32LE(claims.size ?? content.length, 18)
    fields.writeUInt16LE(Buffer.byteLength(name), 22)
    const entry = Buffer.concat([Buffer.from('PK\x03\x04'), fields, Buffer.from(name), packed])
    const rest = Buffer.alloc(14)
    rest.writeUInt32LE(offset, 10)
    central.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\0'), fields, rest, Buffer.from(name)]))
    local.push(entry)
    offset += entry.length
  }
  const directory = Buffer.concat(central)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06')
  end.writeUInt16LE(members.length, 8)
  end.writeUInt16LE(members.length, 10)
  end.writeUInt32LE(directory.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...local, directory, end])
}

async function read(bytes: Buffer, limits: Partial<ZipLimits> = {}): Promise<ZipEntry[]> {
  const file = join(folder, 'a.zip')
  writeFileSync(file, bytes)
  const entries: ZipEntry[] = []
  for await (const entry of zipEntries(file, limits)) {
    entries.push('bytes' in entry ? { ...entry, bytes: new Uint8Array(entry.bytes) } : entry)
  }
  return entries
}

const text = (content: string): Buffer => Buffer.from(content)
const shown = (entries: readonly ZipEntry[]): unknown[] =>
  entries.map((entry) =>
    'bytes' in entry ? [entry.path, Buffer.from(entry.bytes).toString()] : [entry.path, entry.problem],
  )

test('all files in their order, without folders', async () => {
  const entries = await read(
    zip([
      { name: 'a/', content: text('') },
      { name: 'a/1.json', content: text('one') },
      { name: '2.json', content: text('') },
    ]),
  )
  assert.deepEqual(shown(entries), [
    ['a/1.json', 'one'],
    ['2.json', ''],
  ])
})

test('entries beyond one window of the reader, and larger than it', async () => {
  const noise = Buffer.from(Array.from({ length: 3 * 2 ** 20 }, (_, n) => (Math.imul(n, 2_654_435_761) >>> 13) & 255))
  const members = [noise, noise.subarray(0, 900_000), noise.subarray(5, 900_000), text('end')]
  const entries = await read(zip(members.map((content, n) => ({ name: `${n}`, content }))))
  assert.deepEqual(
    entries.map((entry) => 'bytes' in entry && Buffer.compare(entry.bytes, members[Number(entry.path)]!)),
    [0, 0, 0, 0],
  )
})

test('an entry that is not what its header says is a problem of its own; the others are read', async () => {
  const entries = await read(
    zip([
      { name: 'longer', content: Buffer.alloc(1000), claims: { size: 10 } },
      { name: 'shorter', content: text('x'), claims: { size: 10 } },
      { name: 'checksum', content: text('x'), claims: { crc: 1 } },
      { name: 'method', content: text('x'), claims: { method: 93 } },
      { name: 'encrypted', content: text('x'), claims: { flags: 1 } },
      { name: 'large', content: Buffer.alloc(5000) },
      { name: 'good', content: text('good') },
    ]),
    { entry: 4096 },
  )
  const problems = Object.fromEntries(entries.map((entry) => [entry.path, 'problem' in entry ? entry.problem : '']))
  assert.match(problems['longer']!, /^damaged: /)
  assert.equal(problems['shorter'], 'not as long as its header says')
  assert.equal(problems['checksum'], 'damaged: its checksum differs')
  assert.equal(problems['method'], 'packed by method 93')
  assert.equal(problems['encrypted'], 'encrypted')
  assert.match(problems['large']!, /^larger than /)
  assert.deepEqual(shown(entries.slice(-1)), [['good', 'good']])
})

test('a zip bomb is stopped before it is unpacked, by its size and by its ratio', async () => {
  const zeros = { name: 'zeros', content: Buffer.alloc(8 * 2 ** 20) }
  const bomb = zip([zeros, { ...zeros, name: 'b' }, { ...zeros, name: 'c' }])
  await assert.rejects(read(bomb), /a\.zip is not a zip that can be read: it unpacks to more than 16 MB/)
  await assert.rejects(read(bomb, { total: 2 ** 20 }), /it unpacks to more than 1 MB/)
})

test('a cut or damaged zip is an error that names the file', async () => {
  const whole = zip([{ name: 'a', content: text('one') }])
  for (const cut of [0, 1, 10, whole.length - 1, whole.length - 30]) {
    await assert.rejects(read(whole.subarray(0, cut)), /a\.zip is not a zip that can be read: /)
  }
  const inside = Buffer.from(whole)
  inside.fill(255, 30, 36)
  assert.ok((await read(inside)).every((entry) => 'problem' in entry))
})
