// `dir:/proc/PID/root`: the file system of a process that runs, with a root and mounts that only it has, as those of a
// container. Where the kernel refuses to make them the suite is skipped with its words.

import { deepEqual, equal, ok } from 'node:assert/strict'
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, existsSync, mkdirSync, readlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { withoutPrograms } from '../testing/shared.ts'
import { inspectTarget, parseTarget } from './inspect.ts'
import { never, workFolder } from './testing.ts'

const busybox = ['/bin/busybox', '/usr/bin/busybox'].find((path) => existsSync(path)) ?? 'busybox'
const skip = withoutPrograms('unshare', 'mount', 'pivot_root', 'busybox') || withoutNamespaces()

function withoutNamespaces(): string | false {
  const { status, stderr } = spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'none', '/mnt'], { encoding: 'utf8' })
  return status === 0 ? false : `no mount namespace can be made here: ${stderr.trim()}`
}

/** A volume and the kernel's file systems are mounted where nobody else sees them; then the old root is left behind. */
const script = `
mount --bind "$1" "$1"
mount -t proc proc "$1/proc"
mount -t tmpfs volume "$1/volume"
mkdir -p "$1/volume/node_modules/late"
echo '{"name":"late","version":"2.0.0"}' >"$1/volume/node_modules/late/package.json"
ln -s /etc/real "$1/volume/link"
cd "$1"
pivot_root . old
exec /busybox sh -c '/busybox umount -l /old; echo ready; exec /busybox sleep 100'
`

async function start(t: TestContext, packages = 1): Promise<ChildProcess & { pid: number }> {
  const root = workFolder(t)
  const modules = join(root, 'srv/node_modules')
  for (const folder of ['proc', 'old', 'volume', 'etc', 'lib/apk/db'])
    mkdirSync(join(root, folder), { recursive: true })
  copyFileSync(busybox, join(root, 'busybox'))
  writeFileSync(join(root, 'etc/real'), 'ID=alpine\nVERSION_ID=3.20.3\n')
  writeFileSync(join(root, 'lib/apk/db/installed'), 'P:musl\nV:1.2.5-r0\nA:x86_64\n\n')
  for (let number = 0; number < packages; number++) {
    mkdirSync(join(modules, `m${number}`), { recursive: true })
    writeFileSync(join(modules, `m${number}/package.json`), `{"name":"m${number}","version":"1.0.0"}`)
  }
  // An absolute link starts at the root of the process, not at that of this machine.
  spawnSync('ln', ['-s', '/volume/link', join(root, 'etc/os-release')])
  const child = spawn('unshare', ['-m', '-p', '-f', '--kill-child', 'sh', '-e', '-c', script, 'sh', root])
  const ended = once(child, 'exit')
  t.after(() => {
    child.kill('SIGKILL')
    return ended
  })
  await Promise.race([once(child.stdout, 'data'), ended.then(() => Promise.reject(new Error('it did not start')))])
  return child as ChildProcess & { pid: number }
}

/** `unshare` waits for the process in its own namespaces. */
function childOf(pid: number): number {
  const { stdout } = spawnSync('cat', [`/proc/${pid}/task/${pid}/children`], { encoding: 'utf8' })
  return Number(stdout.trim())
}

test('its packages, those on its mounts, and nothing of this machine', { skip }, async (t) => {
  const pid = childOf((await start(t)).pid)
  equal(readlinkSync(`/proc/${pid}/root`), '/') // which is why the link is followed, and never read
  const { packages, distribution, gaps } = await inspectTarget(parseTarget(`dir:/proc/${pid}/root`), { signal: never })
  deepEqual(packages.map(({ name, place: { path } }) => `${name} ${path}`).toSorted(), [
    'busybox busybox', // the program that keeps it alive
    'late volume/node_modules/late/package.json',
    'm0 srv/node_modules/m0/package.json',
    'musl lib/apk/db/installed',
  ])
  deepEqual([distribution?.ecosystem, gaps], ['Alpine:v3.20', []])
})

test('a process that ends meanwhile costs a gap', { skip }, async (t) => {
  const unshare = await start(t, 2000)
  const pid = childOf(unshare.pid)
  const reading = inspectTarget(parseTarget(`dir:/proc/${pid}/root`), { signal: never })
  await wait(50)
  process.kill(pid, 'SIGKILL')
  const { packages, gaps } = await reading
  ok(packages.length < 2003, 'all was read before the process ended')
  const why = 'it was another or no folder any more at the end: what came last was perhaps not read'
  ok(gaps.some((gap) => gap.why === why))
})
