import { test } from 'node:test'
import { deepEqual, equal, throws } from 'node:assert/strict'
import { TarReader, type TarEntry } from './tar.ts'
import { tarOf } from '../inspect/testing.ts'

function read(tar: Uint8Array, pieceSize = tar.length): { entries: TarEntry[]; contents: Map<string, string> } {
  const entries: TarEntry[] = []
  const contents = new Map<string, string>()
  const reader = new TarReader({
    entry: (entry) => entries.push(entry) > 0,
    data(piece) {
      const { path } = entries.at(-1)!
      contents.set(path, (contents.get(path) ?? '') + Buffer.from(piece).toString('latin1'))
    },
    end() {},
  })
  for (let at = 0; at < tar.length; at += pieceSize) reader.write(tar.subarray(at, at + pieceSize))
  reader.end()
  return { entries, contents }
}

/** A header with a right checksum, made by hand. */
function header(fields: Record<number, string | Uint8Array>): Buffer {
  const bytes = Buffer.alloc(512)
  bytes.write('00000000000\0', 124, 'latin1')
  for (const [offset, value] of Object.entries(fields)) Buffer.from(value as string).copy(bytes, Number(offset))
  bytes.fill(0x20, 148, 156)
  const sum = bytes.reduce((total, byte) => total + byte, 0)
  bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return bytes
}

const ends = Buffer.alloc(1024)

test('files, folders and links, however the bytes are cut into pieces', async () => {
  const long = `${'folder/'.repeat(40)}file-with-ü`
  const tar = await tarOf([
    { path: 'a', contents: 'x'.repeat(700) },
    { path: 'empty' },
    { path: long, contents: 'long' },
    { path: 'etc/', folder: true },
    { path: 'link', symlink: '../a' },
    { path: 'hard', hardlink: 'a' },
  ])
  for (const size of [tar.length, 1, 7, 511, 512, 513, 1024]) {
    const { entries, contents } = read(tar, size)
    deepEqual(
      entries.map(({ path, kind, size: bytes, target }) => [path, kind, bytes, target]),
      [
        ['a', 'file', 700, ''],
        ['empty', 'file', 0, ''],
        [long, 'file', 4, ''],
        ['etc/', 'folder', 0, ''],
        ['link', 'symlink', 0, '../a'],
        ['hard', 'hardlink', 0, 'a'],
      ],
    )
    deepEqual([...contents.values()], ['x'.repeat(700), 'long'])
    for (const { offset, size: bytes, path } of entries) {
      if (bytes > 0) equal(tar.toString('latin1', offset, offset + bytes), contents.get(path))
    }
  }
})

test('a size in base 256', () => {
  const size = Buffer.alloc(12)
  size[0] = 0x80
  size[11] = 5
  const tar = Buffer.concat([header({ 0: 'big', 124: size }), Buffer.from('12345'.padEnd(512, '\0')), ends])
  deepEqual(read(tar).contents.get('big'), '12345')
})

test('a negative size is an error', () => {
  throws(() => read(Buffer.concat([header({ 0: 'a', 124: Buffer.alloc(12, 0xff) }), ends])), /size that is no number/)
})

test('the map of GNU sparse files that goes on in blocks of its own is passed over', () => {
  const first = header({ 0: 'sparse', 124: '00000000004\0', 156: 'S', 482: Buffer.from([1]) })
  const more = Buffer.alloc(512)
  more[504] = 1
  const contents = Buffer.from('data'.padEnd(512, '\0'))
  const tar = Buffer.concat([first, more, Buffer.alloc(512), contents, header({ 0: 'next' }), ends])
  const { entries } = read(tar)
  deepEqual(
    entries.map(({ path, sparse, offset }) => [path, sparse, offset]),
    [
      ['sparse', true, 1536],
      ['next', false, 2560],
    ],
  )
})

test('a ustar prefix stands before the name', () => {
  const tar = Buffer.concat([header({ 0: 'name', 257: 'ustar\x0000', 345: 'a/prefix' }), ends])
  equal(read(tar).entries[0]?.path, 'a/prefix/name')
})

test('old tars mark a folder by a slash', () => {
  equal(read(Buffer.concat([header({ 0: 'folder/' }), ends])).entries[0]?.kind, 'folder')
})

test('what is wrong is an error that says where', async () => {
  const tar = await tarOf([{ path: 'a', contents: 'x'.repeat(2000) }])
  throws(() => read(tar.subarray(0, 1000)), /the archive is cut \(near byte 1000/)
  throws(() => read(tar.subarray(0, 100)), /the archive is cut/)
  throws(() => read(Buffer.alloc(512, 1)), /wrong checksum \(near byte 0/)
  const pax = header({ 0: 'x', 124: '00000000010\0', 156: 'x' })
  throws(() => read(Buffer.concat([pax, Buffer.alloc(512, '9'), ends])), /pax header is malformed/)
  throws(() => read(header({ 0: 'x', 124: '77777777777\0', 156: 'L' })), /extended header is larger than/)
})

test('an archive without its last blocks of zeros, and without the last padding, is read', async () => {
  const tar = await tarOf([{ path: 'a', contents: 'abc' }])
  equal(read(tar.subarray(0, 1024)).contents.get('a'), 'abc')
  equal(read(tar.subarray(0, 515)).contents.get('a'), 'abc')
})

test('unwanted contents can be jumped over', async () => {
  const tar = await tarOf([{ path: 'a', contents: 'x'.repeat(5000) }, { path: 'b' }])
  const paths: string[] = []
  const reader = new TarReader({ entry: ({ path }) => paths.push(path) < 0, data() {}, end() {} })
  let at = 0
  while (at < tar.length) {
    reader.write(tar.subarray(at, at + 512))
    at += 512
    while (reader.unwanted > 0) {
      at += reader.unwanted
      reader.skip()
    }
  }
  reader.end()
  deepEqual(paths, ['a', 'b'])
})
