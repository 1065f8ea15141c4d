// The index of real advisories, real systems matched with it, and a build that is killed.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, suite, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { setTimeout as sleep } from 'node:timers/promises'
import { inspectRootfs } from '../inspect/rootfs/inspect-rootfs.ts'
import { matchPackages } from '../match/match.ts'
import { shared, withoutShared } from '../testing/shared.ts'
import { buildFrom, openAdvisories } from './advisories.ts'

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-advisories-'))
after(() => rmSync(folder, { recursive: true }))

suite('with real advisories and real systems', { skip: withoutShared('osv') || withoutShared('rootfs') }, () => {
  const matchRootfs = async (name: string) => {
    const root = shared(`rootfs/${name}`)!
    const { packages, distribution } = await inspectRootfs(root, {
      signal: new AbortController().signal,
      packageFiles: 'operating-system',
    })
    const index = await openAdvisories(folder)
    const matched = matchPackages(packages, distribution, index)
    index.close()
    return { packages, matched }
  }

  test('all of them are in the index, in little memory', async () => {
    const before = process.memoryUsage.rss()
    let peak = before
    const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 20)
    const { advisories, ecosystems, exploited, gaps } = await buildFrom(shared('osv')!, folder)
    clearInterval(watch)
    // 42,143 records, five of which stand in two archives.
    assert.deepEqual([advisories, exploited, gaps], [42_138, 1404, []])
    assert.equal(ecosystems['Debian:11'], 410)
    assert.equal(ecosystems['Debian:12'], undefined)
    assert.ok(peak - before < 250 * 2 ** 20, `${peak - before} bytes`)
  })

  test('alpine 3.10.9 is matched with Alpine:v3.10', async () => {
    const { packages, matched } = await matchRootfs('alpine-3.10.9')
    assert.equal(packages.length, 14)
    assert.deepEqual(matched.judged, { done: 14, of: 14, unit: 'packages judged' })
    assert.deepEqual(matched.gaps, [])
    // By hand: the records of Alpine:v3.10 name no fix above what is installed (musl 1.1.22-r3, busybox 1.30.1-r2, openssl 1.1.1d-r0).
    assert.deepEqual(matched.vulnerabilities, [])
  })

  test('the same system before its updates has what they fixed', async () => {
    const { packages } = await matchRootfs('alpine-3.10.9')
    const index = await openAdvisories(folder)
    const distribution = { id: 'alpine', name: 'Alpine', ecosystem: 'Alpine:v3.10' }
    const before = packages.map((found) => (found.name === 'libcrypto1.1' ? downgraded(found, '1.1.1b-r1') : found))
    const { vulnerabilities } = matchPackages(before, distribution, index)
    index.close()
    // By hand: of the six records of openssl in Alpine:v3.10 one is fixed in 1.1.1b-r1, two before it, these later.
    assert.deepEqual(vulnerabilities.map(({ advisory, fixedIn }) => `${advisory.id} ${fixedIn}`).toSorted(), [
      'ALPINE-CVE-2019-1547 1.1.1d-r0',
      'ALPINE-CVE-2019-1549 1.1.1d-r0',
      'ALPINE-CVE-2019-1563 1.1.1d-r0',
    ])
  })

  test('alpine 3.20.3 shows its packages and a gap, never 0', async () => {
    const { packages, matched } = await matchRootfs('alpine-3.20.3')
    assert.equal(packages.length, 14)
    assert.deepEqual(matched.judged, { done: 0, of: 14, unit: 'packages judged' })
    assert.deepEqual(matched.gaps, [{ why: 'no advisories for this release (Alpine:v3.20)' }])
  })

  function downgraded(found: Parameters<typeof matchPackages>[0][number], version: string) {
    return { ...found, version, ...(found.source ? { source: { ...found.source, version } } : {}) }
  }
})

test('a build that is killed is never used, and the next one clears it away', async () => {
  const feed = mkdtempSync(join(folder, 'feed-'))
  const data = mkdtempSync(join(folder, 'data-'))
  const records = Array.from({ length: 40_000 }, (_, n) =>
    JSON.stringify({
      id: `T-${n}`,
      modified: '2026-01-01T00:00:00Z',
      affected: [{ package: { ecosystem: 'npm', name: `p${n}` }, versions: ['1.0.0'] }],
    }),
  )
  writeFileSync(join(feed, 'a.ndjson'), records.join('\n'))
  const module = fileURLToPath(new URL('advisories.ts', import.meta.url))
  const build = spawn(process.execPath, [
    '--input-type=module',
    '-e',
    `
    const { buildFrom } = await import(${JSON.stringify(module)})
    await buildFrom(${JSON.stringify(feed)}, ${JSON.stringify(data)})`,
  ])
  const ended = new Promise((resolve) => build.once('exit', resolve))
  while (readdirSync(data).length === 0) await sleep(5)
  build.kill('SIGKILL')
  await ended
  assert.match(readdirSync(data).join(), /^advisories\.sqlite\..*\.tmp$/)

  const starter = await openAdvisories(data)
  assert.equal(starter.age().origin, 'starter')
  starter.close()

  const { advisories } = await buildFrom(feed, data)
  assert.equal(advisories, 40_000)
  assert.deepEqual(readdirSync(data), ['advisories.sqlite'])
  assert.ok(readFileSync(join(data, 'advisories.sqlite')).length > 0)
})
