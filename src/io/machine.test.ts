import { deepEqual, equal, ok } from 'node:assert/strict'
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { after, before, test } from 'node:test'
import { folderMachine, localMachine, type Machine } from './machine.ts'

let root: string
let machine: Machine

before(async () => {
  root = await mkdtemp(`${tmpdir()}/machine-`)
  machine = folderMachine(root, { HOME: '/home/ada' }, 'web-1')
  await mkdir(`${root}/etc`)
  await writeFile(`${root}/etc/text`, 'grüße\n')
  await writeFile(`${root}/etc/exact`, 'x'.repeat(1024 * 1024))
  await writeFile(`${root}/etc/large`, 'x'.repeat(1024 * 1024 + 1))
  await symlink('text', `${root}/etc/link`)
  await symlink('loop', `${root}/etc/loop`)
})
after(() => rm(root, { recursive: true }))

test('a file is read whole up to 1 MB, and refused beyond', async () => {
  equal(await machine.text('/etc/text'), 'grüße\n')
  equal(await machine.text('/etc/link'), 'grüße\n')
  equal((await machine.text('/etc/exact'))?.length, 1024 * 1024)
  equal(await machine.text('/etc/large'), undefined)
  equal(await machine.refusal('/etc/large'), 'larger than 1 MB')
})

test('what is absent is no refusal, and neither is what can be read', async () => {
  for (const path of ['/etc/none', '/none/none', '/etc/text/none', '/etc/text', '/etc']) {
    equal(await machine.refusal(path), undefined, path)
  }
  equal(await machine.text('/etc/none'), undefined)
  deepEqual(await machine.names('/etc/none'), [])
})

test('a link that leads to itself is refused', async () => {
  equal(await machine.text('/etc/loop'), undefined)
  equal(await machine.refusal('/etc/loop'), 'it could not be read (ELOOP)')
})

test('names are sorted', async () => {
  deepEqual(await machine.names('/etc'), ['exact', 'large', 'link', 'loop', 'text'])
})

test(
  'a file without permission says so',
  { skip: process.getuid?.() === 0 && 'root may read everything' },
  async () => {
    await writeFile(`${root}/secret`, 'x', { mode: 0o000 })
    equal(await machine.text('/secret'), undefined)
    equal(await machine.refusal('/secret'), 'no permission to read it')
  },
)

test('kinds and permission bits are told; a folder or socket has no text', async () => {
  await chmod(`${root}/etc`, 0o1755)
  const socket = createServer().listen(`${root}/socket`)
  await new Promise((resolve) => socket.on('listening', resolve))
  try {
    equal((await machine.stat('/socket'))?.kind, 'socket')
    equal(await machine.text('/socket'), undefined)
  } finally {
    await new Promise((resolve) => socket.close(resolve))
  }
  const { kind, mode } = (await machine.stat('/etc'))!
  deepEqual([kind, mode], ['folder', 0o1755])
  equal(await machine.text('/etc'), undefined)
  equal((await machine.stat('/etc/text'))?.kind, 'file')
})

test('files of the kernel, which say that they are empty, are read', async () => {
  const local = localMachine()
  ok(local.hostname !== '')
  if (process.platform === 'linux') ok((await local.text('/proc/self/status'))?.startsWith('Name:'))
})
