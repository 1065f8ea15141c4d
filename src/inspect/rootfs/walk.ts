// Which files of a root file system are looked at: all of them, or the programs in the folders that platforms use.

import { lstat, statfs } from 'node:fs/promises'
import { FileUnreadable, folderEntries, resolveInside } from '../../io/files.ts'
import { GlobIndex } from '../../lib/glob.ts'
import { platformFiles } from '../../lib/platform-programs.ts'
import { languageExtractors } from '../extractors.ts'
import { isPlatformFile } from '../programs/known.ts'
import { reasonOf } from '../unreadable.ts'
import { type Reading, namesIn, extractFrom, extractExecutable, searchContents } from './reading.ts'

/** Every folder once. Memory: the folders that are still to be entered, and the wanted paths of one folder. */
export async function walk(reading: Reading): Promise<void> {
  const { root, scan, limits } = reading
  const wanted = new GlobIndex(languageExtractors.flatMap((one) => one.files.map((glob) => [glob, one] as const)))
  const folders = ['']
  const device = await deviceOf(`${root}/`)
  let entries = 0
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    scan.signal.throwIfAborted()
    if (!(await isEntered(folder, device, reading))) continue
    try {
      for await (const { name, kind } of folderEntries(`${root}/${folder}`)) {
        if (++entries > limits.entries)
          return scan.gap(`the walk ended after ${limits.entries} entries`, { path: folder })
        const path = folder === '' ? name : `${folder}/${name}`
        if (kind === 'folder') folders.push(path)
        else if (kind === 'file') {
          const extractors = wanted.match(path)
          if (extractors.length > 0) await extractFrom(path, path, extractors, reading)
          else if (!namedLikeData.test(name)) await extractExecutable(path, reading)
          if (reading.contents) await searchContents(path, reading.contents, reading)
        }
      }
    } catch (error) {
      scan.signal.throwIfAborted()
      if (!(error instanceof FileUnreadable)) throw error
      scan.gap(error.message, { path: folder })
    }
  }
}

/** Saves looking at files that are never executables. */
const namedLikeData =
  /\.(?:c|cc|class|conf|cpp|css|d|gif|go|gz|h|hpp|html?|jar|jpe?g|js|json|list|lua|map|md|md5sums|mjs|mo|p[lmoy]|png|pyc|pyi|rb|rs|rst|sh|svg|tcl|toml|ts|txt|xml|xz|ya?ml|zip)$/i

/** Where machines have kubelet, runc and their like; each file once, whatever links lead to it. */
export async function readPlatformPrograms(reading: Reading): Promise<void> {
  const read = new Set<string>()
  for (const folder of programFolders) {
    for (const name of await namesIn(folder, reading)) {
      if (!platformFiles.has(name) && !isPlatformFile(name)) continue
      const path = `${folder}/${name}`
      const real = await resolveInside(reading.root, path).catch((error: unknown) => {
        reading.scan.gap(reasonOf(error), { path })
      })
      if (real === undefined || read.has(real)) continue
      read.add(real)
      await extractExecutable(real, reading)
    }
  }
}

/** Of packages, of what is installed by hand, and of systems whose /usr cannot be written to. */
const programFolders = [
  'usr/bin',
  'usr/sbin',
  'usr/lib',
  'usr/libexec',
  'usr/local/bin',
  'usr/local/sbin',
  'usr/local/lib',
  'opt/bin',
  'home/kubernetes/bin',
]

/** Too deep is a gap; the kernel's own file systems (/proc, /sys) hold no packages. */
async function isEntered(
  folder: string,
  device: number | undefined,
  { root, scan, limits }: Reading,
): Promise<boolean> {
  if (folder.length > limits.path || folder.split('/').length > limits.depth) {
    scan.gap(`lies deeper than ${limits.depth} folders or ${limits.path} characters`, { path: folder.slice(0, 100) })
    return false
  }
  const own = await deviceOf(`${root}/${folder}`)
  if (own === undefined || own === device) return true
  const { type } = await statfs(`${root}/${folder}`).catch(() => ({ type: 0 }))
  return !kernelFileSystems.has(type)
}

async function deviceOf(path: string): Promise<number | undefined> {
  return (await lstat(path).catch(() => undefined))?.dev
}

/** proc, sysfs, cgroup, cgroup2, debugfs, tracefs, securityfs, bpf: linux/magic.h. */
const kernelFileSystems = new Set([
  0x9fa0, 0x62656572, 0x27e0eb, 0x63677270, 0x64626720, 0x74726163, 0x73636673, 0xcafe4a11,
])
