import fs, {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { deepEqual, equal, rejects, throws } from 'node:assert/strict'
import {
  FileUnreadable,
  openPlainFile,
  readDescriptor,
  readPart,
  readWhole,
  resolveInside,
  writeWhole,
} from './files.ts'

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-files-'))
after(() => rmSync(folder, { recursive: true }))
const root = join(folder, 'root')
mkdirSync(join(root, 'usr/lib'), { recursive: true })
writeFileSync(join(root, 'usr/lib/file'), '0123456789')
const links = { lib: 'usr/lib', absolute: '/usr/lib', up: '../../../usr', loop: 'loop', gone: 'nowhere' }
for (const [name, target] of Object.entries(links)) symlinkSync(target, join(root, name))

const paths: [path: string, real: string | undefined][] = [
  ['usr/lib/file', 'usr/lib/file'],
  ['lib/file', 'usr/lib/file'],
  ['absolute/file', 'usr/lib/file'],
  ['up/lib/file', 'usr/lib/file'],
  ['../../usr/./lib/../lib/file', 'usr/lib/file'],
  ['gone', undefined],
  ['usr/lib/file/below', undefined],
  ['none', undefined],
]
for (const [path, real] of paths) {
  test(`${path} is ${real} inside the root`, async () => equal(await resolveInside(root, path), real))
}

test('a loop of links is unreadable', async () => {
  await rejects(resolveInside(root, 'loop/a'), (error) => error instanceof FileUnreadable && error.code === 'ELOOP')
})

test('links, folders and devices are no plain files', async () => {
  await rejects(openPlainFile(join(root, 'lib')), /is a symbolic link/)
  await rejects(openPlainFile(join(root, 'usr')), /is no plain file/)
  await rejects(openPlainFile('/dev/zero'), /is no plain file/)
  await rejects(openPlainFile(join(root, 'none')), /is not there/)
})

test('a part of a file, and a limit', async () => {
  const { handle, size } = await openPlainFile(join(root, 'usr/lib/file'))
  try {
    equal(size, 10)
    equal((await readWhole(readPart(handle, 2, 3), 100))?.toString(), '234')
    equal((await readWhole(readPart(handle, 8), 100))?.toString(), '89')
    equal(await readWhole(readPart(handle), 9), undefined)
  } finally {
    await handle.close()
  }
})

test('a descriptor that gives fewer bytes at a time than it is asked for is read to its end', async (t) => {
  const { handle, size } = await openPlainFile(join(root, 'usr/lib/file'))
  const real = fs.read
  const short = (fd: number, memory: Buffer, offset: number, length: number, at: number, then: () => void): void =>
    real(fd, memory, offset, Math.min(length, 3), at, then)
  t.mock.method(fs, 'read', short as typeof fs.read)
  syncBuiltinESMExports()
  try {
    equal((await readWhole(copied(readDescriptor(handle.fd, 0, size)), 100))?.toString(), '0123456789')
    equal((await readWhole(copied(readDescriptor(handle.fd, 4, 5)), 100))?.toString(), '45678')
    equal((await readWhole(copied(readDescriptor(handle.fd, 4, 50)), 100))?.toString(), '456789')
  } finally {
    t.mock.restoreAll()
    syncBuiltinESMExports()
    await handle.close()
  }
})

async function* copied(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) yield new Uint8Array(piece)
}

test('a file is written whole or not at all', () => {
  const path = join(folder, 'out')
  writeWhole(path, ['a', 'ü', 'b'])
  equal(readFileSync(path, 'utf8'), 'aüb')
  function* failing() {
    yield 'half'
    throw new Error('stop')
  }
  throws(() => writeWhole(path, failing()), /stop/)
  equal(readFileSync(path, 'utf8'), 'aüb')
  deepEqual(readdirSync(folder).toSorted(), ['out', 'root'])
  throws(() => writeWhole(join(folder, 'none/out'), ['a']), /ENOENT/)
  equal(existsSync(join(folder, 'none')), false)
})
