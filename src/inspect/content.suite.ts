// Contents against the real thing: how much is found that is none, and how long hostile bytes take.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { deepEqual, ok } from 'node:assert/strict'
import { test } from 'node:test'
import type { FoundContent } from '../model/image.ts'
import { contentScanners } from './content-scanners.ts'
import { ContentSearch } from './content-search.ts'
import { defaultLimits } from './limits.ts'
import { findIn } from './secrets/testing.ts'
import { never } from './testing.ts'

/** Bytes of one place that are searched. */
const most = 400 * 1024 * 1024

/** What a search of a folder finds, as if it lay at `as` in an image. */
async function foundBelow(
  folder: string,
  as: string,
): Promise<{ found: FoundContent[]; files: number; bytes: number }> {
  const search = new ContentSearch(never, defaultLimits)
  let files = 0
  let bytes = 0
  const folders = ['']
  for (let at = folders.pop(); at !== undefined && bytes < most; at = folders.pop()) {
    for (const entry of readdirSync(join(folder, at), { withFileTypes: true })) {
      const path = join(at, entry.name)
      if (entry.isDirectory()) folders.push(path)
      if (!entry.isFile()) continue
      const contents = readFileSync(join(folder, path))
      const file = search.file(join(as, path), contents.length)
      file?.push(contents)
      file?.end()
      await search.searchWaiting()
      files++
      bytes += contents.length
    }
  }
  return { found: [...search.found.values()].flat(), files, bytes }
}

test('an installation of npm packages holds no secret and no malware', async (t) => {
  const folder = fileURLToPath(new URL('../../node_modules', import.meta.url))
  const { found, files, bytes } = await foundBelow(folder, 'srv/app/node_modules')
  t.diagnostic(`${files} files, ${Math.round(bytes / 1e6)} MB, ${found.length} found`)
  ok(files > 1000)
  deepEqual(found, [])
})

for (const place of ['usr/share', 'usr/lib/python3', 'usr/bin', 'usr/sbin']) {
  const skip = existsSync(`/${place}`) ? false : `no /${place} on this machine`
  test(`what the distribution brings in /${place} is no secret and no malware`, { skip }, async (t) => {
    const { found, files, bytes } = await foundBelow(`/${place}`, place)
    t.diagnostic(`${files} files, ${Math.round(bytes / 1e6)} MB, ${found.length} found`)
    deepEqual(
      found.map(({ rule, place: { path } }) => `${rule} ${path}`),
      [],
    )
  })
}

// No pattern may take longer the more there is of what begins it: a megabyte of each keyword, alone and with what a pattern
// goes on with, in files that all scanners want.
const continued = ['', 'x', 'A1b2', ' ', '=', '-', '"', '\n', '.eyJ', '=x '.repeat(20), 'A'.repeat(100)]

/** For 64 kB; what takes longer must at least not take longer the more there is, up to `slowest`. */
const mostMilliseconds = 62
const slowest = 250
/** What takes as long as its length grows sixteen times for four times as much, when it tries all over again at each place. */
const mostGrowth = 8

/** Milliseconds of the processor, since other suites run beside this one; tried again when it is more than `enough`. */
async function quickest(tries: number, enough: number, work: () => Promise<unknown>): Promise<number> {
  const begin = process.threadCpuUsage()
  await work()
  const milliseconds = process.threadCpuUsage(begin).user / 1000
  if (tries === 1 || milliseconds <= enough) return milliseconds
  return Math.min(milliseconds, await quickest(tries - 1, enough, work))
}

/** Milliseconds when it takes too long; another machine, or a busy one, is slower, and its shorter texts are as well. */
async function tooLong(path: string, bytes: Buffer): Promise<number | undefined> {
  const whole = await quickest(3, mostMilliseconds, () => findIn(path, bytes))
  if (whole <= mostMilliseconds) return undefined
  const quarter = await quickest(3, 0, () => findIn(path, bytes.subarray(0, bytes.length / 4)))
  return whole > slowest || whole > mostGrowth * quarter ? whole : undefined
}

/** For the hundreds of keywords to which it makes no difference. */
const anyPath = ['root/.npmrc']

for (const { id, looks } of contentScanners) {
  test(`${id}: any of its keywords over and over takes no longer for being many`, async () => {
    const slow: string[] = []
    for (const keyword of new Set(looks.map(([word]) => word))) {
      for (const more of continued) {
        const bytes = Buffer.from((keyword + more).repeat(Math.ceil(65_536 / (keyword + more).length)), 'latin1')
        for (const path of id === 'secret-tokens' ? anyPath : ['root/.npmrc', 'etc/shadow', 'var/www/a.php']) {
          const milliseconds = await tooLong(path, bytes)
          if (milliseconds !== undefined) slow.push(`${keyword}${more} ${Math.round(milliseconds)} ms`)
        }
      }
    }
    deepEqual(slow, [])
  })
}
