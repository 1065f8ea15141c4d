// `plimsoll db` as a user starts it.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('../../bin/plimsoll.js', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'plimsoll-db-'))
after(() => rmSync(folder, { recursive: true }))

function plimsoll(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [program, 'db', ...args], {
    encoding: 'utf8',
    env: { ...process.env, HOME: folder },
  })
}

test('build tells what it read and what it could not, info shows the result', () => {
  const feed = join(folder, 'feed')
  mkdirSync(join(feed, 'npm'), { recursive: true })
  const affected = [{ package: { ecosystem: 'npm', name: 'x' }, versions: ['1.0.0'] }]
  writeFileSync(join(feed, 'npm', 'A.json'), JSON.stringify({ id: 'A', modified: '2026-01-01T00:00:00Z', affected }))
  writeFileSync(join(feed, 'npm', 'B.json'), '{')
  const build = plimsoll('build', '--from', feed)
  assert.equal(build.status, 0, build.stderr)
  assert.match(build.stdout, /^npm +1$/m)
  assert.match(build.stdout, /^ {2}npm\/B\.json {2}not JSON$/m)
  assert.match(build.stdout, /\.plimsoll\/advisories\.sqlite: 1 advisories in \d+\.\d s\n$/)
  assert.equal(build.stderr, 'npm: 2 documents\n')

  const info = plimsoll('info', '--format', 'json')
  assert.equal(info.status, 0, info.stderr)
  const { builtAt, generation, feeds, ...rest } = JSON.parse(info.stdout) as Record<string, unknown>
  assert.match(String(builtAt), /^20\d\d-\d\d-\d\dT/)
  assert.match(String(generation), /^[0-9a-f-]{36}$/)
  assert.equal((feeds as object[]).length, 1)
  assert.match(
    plimsoll('info').stdout,
    /^Feeds:\nosv\/npm +1 {2}fetched (?:just now|\d+ min ago) {2}newest 2026-01-01$/m,
  )
  assert.deepEqual(rest, { origin: feed, advisories: 1, unnamed: 0, exploited: 0, ecosystems: { npm: 1 } })
})

test('a folder that holds nothing readable ends with 2 and says what is expected', () => {
  const data = join(folder, 'data')
  for (const from of [join(folder, 'none'), mkdtempSync(join(folder, 'empty-'))]) {
    const { status, stdout, stderr } = plimsoll('build', '--from', from, '--data', data)
    assert.deepEqual([status, stdout], [2, ''])
    assert.ok(stderr.includes(from), stderr)
  }
  assert.equal(plimsoll('build').status, 2, 'without --from')
  assert.match(plimsoll('info', '--data', data).stdout, /the starter set that comes with Plimsoll/)
})

test('update tells which feeds could not be fetched; without any there is no index', () => {
  const data = join(folder, 'update')
  const { status, stderr } = plimsoll('update', '--data', data, '--mirror', 'http://127.0.0.1:1', '--only', 'kev')
  assert.equal(status, 2)
  assert.match(stderr, /holds no advisory that can be read/)
  assert.match(plimsoll('update', '--mirror', 'nothing').stderr, /--mirror: expected an address/)
  assert.match(plimsoll('update', '--only', 'none').stderr, /there is no feed none/)
})

test('push and pull say what they need', () => {
  assert.match(plimsoll('push', 'registry.example/a').stderr, /expected oci:\/\/HOST\/NAME:TAG/)
  const { status, stderr } = plimsoll('pull', 'oci://127.0.0.1:1/a:1', '--data', join(folder, 'pull'))
  assert.equal(status, 2)
  assert.match(stderr, /--trusted-key FILE, or take it from anybody by --insecure-unsigned/)
  assert.match(
    plimsoll('push', 'oci://127.0.0.1:1/a:1', '--key', join(folder, 'none')).stderr,
    /--key .*none: could not be read \(ENOENT\)/,
  )
})
