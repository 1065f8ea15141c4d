// `plimsoll scan` as a pipeline calls it: several outputs, only what can be fixed, only what is new, nobody asked.

import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { before, test } from 'node:test'
import type { Result } from '../model/result.ts'
import { advisoryFeed, alpineImage, sandbox, type Ended } from './testing.ts'

const box = sandbox()

before(async () => {
  const feed = advisoryFeed(box.folder)
  // One without a fix.
  const affected = [
    {
      package: { ecosystem: 'Alpine:v3.10', name: 'musl' },
      ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }] }],
    },
  ]
  const severity = [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' }]
  const record = { id: 'CVE-2026-0009', modified: '2026-01-01T00:00:00Z', affected, severity }
  writeFileSync(join(feed, 'Alpine', 'CVE-2026-0009.json'), JSON.stringify(record))
  const build = await box.run(['db', 'build', '--from', feed, '--data', box.data])
  assert.equal(build.code, 0, build.stderr)
})

async function image(name: string, packages: Record<string, string>): Promise<string> {
  const file = join(box.folder, name)
  writeFileSync(file, (await alpineImage(packages)).archive)
  return file
}

const scan = (...args: string[]): Promise<Ended> => box.run(['scan', ...args, '--data', box.data])
const inFolder = (name: string): string => join(box.folder, name)
const resultIn = (file: string): Result => JSON.parse(readFileSync(file, 'utf8')) as Result

test('one scan writes several formats, and the table to standard output', async () => {
  const target = await image('outputs.tar', { musl: '1.1.22-r4' })
  const [sarif, json, junit] = ['a.sarif', 'a.json', 'a.xml'].map(inFolder) as [string, string, string]
  const outputs = [`sarif=${sarif}`, `json=${json}`, `junit=${junit}`].flatMap((text) => ['--output', text])
  const { code, stdout, stderr } = await scan(target, ...outputs)
  assert.equal(code, 0, stderr)
  assert.match(stdout, /^Target +.*outputs\.tar/)
  const { runs } = JSON.parse(readFileSync(sarif, 'utf8')) as { runs: [{ results: unknown[] }] }
  assert.equal(runs[0].results.length, resultIn(json).findings.length)
  assert.match(readFileSync(junit, 'utf8'), /^<\?xml/)

  const both = await scan(target, '--format', 'json', '--output', json, '--output', `sarif=${sarif}`)
  assert.deepEqual([both.code, both.stdout], [0, ''])
  const twice = await scan(target, '--output', json, '--output', sarif)
  assert.deepEqual([twice.code, twice.stdout], [2, ''])
  assert.match(twice.stderr, /would both hold table; write FORMAT=FILE/)
})

test('--only-fixed: what has no fix fails nothing and is counted', async () => {
  const target = await image('fixed.tar', { musl: '1.1.22-r6' })
  const all = await scan(target, '--fail-on', 'critical')
  assert.equal(all.code, 1, all.stderr)
  const { code, stdout } = await scan(target, '--fail-on', 'critical', '--only-fixed')
  assert.equal(code, 0, stdout)
  assert.match(stdout, /^Vulnerabilities +none with a fix; 1 of 1 package judged$/m)
  assert.match(stdout, /^Without fix +1 without a fix is not shown \(1 critical\)$/m)
  assert.match(stdout, /^--fail-on +passes: no finding that counts is critical$/m)
  assert.doesNotMatch(stdout, /CVE-2026-0009/)
  assert.match(stdout, /out of support/, 'there is something to do about it')
})

test('--baseline: a rebuilt image with a version that is vulnerable still has nothing new', async () => {
  const old = await image('old.tar', { musl: '1.1.22-r4' })
  const rebuilt = await image('rebuilt.tar', { musl: '1.1.22-r5' })
  const worse = await image('worse.tar', { musl: '1.1.22-r5', zlib: '1.2.11-r1' })
  const main = inFolder('main.json')
  assert.equal((await scan(old, '--format', 'json', '--output', main)).code, 0)

  const same = await scan(rebuilt, '--fail-on', 'low', '--baseline', main)
  assert.equal(same.code, 0, same.stdout)
  assert.match(same.stdout, /^Vulnerabilities +none new; 1 of 1 package judged$/m)
  assert.match(same.stdout, /^Baseline +\d+ known from .*main\.json, made just now; 1 of it is gone$/m)
  assert.match(same.stdout, /^Known \(\d+: .*\)$/m)

  const { code, stdout } = await scan(worse, '--fail-on', 'medium', '--baseline', main, '--format', 'json')
  assert.equal(code, 1)
  const { findings, failOn } = JSON.parse(stdout) as Result
  assert.deepEqual(
    findings.filter(({ known }) => !known).map(({ rule }) => rule),
    ['CVE-2026-0003'],
  )
  assert.deepEqual(failOn, { severity: 'medium', over: 1 })
})

test('--baseline: a broken or foreign file is an error before anything is read', async () => {
  const target = await image('any.tar', { musl: '1.1.22-r4' })
  const sarif = inFolder('foreign.sarif')
  assert.equal((await scan(target, '--format', 'sarif', '--output', sarif)).code, 0)
  const broken = inFolder('broken.json')
  writeFileSync(broken, '{"target": ')
  mkdirSync(inFolder('folder'), { recursive: true })
  const wrong: [string, RegExp][] = [
    [sarif, /--baseline .*foreign\.sarif is SARIF, and not what plimsoll scan --format json wrote/],
    [broken, /--baseline .*broken\.json is no JSON, or was cut/],
    [inFolder('none.json'), /--baseline .*none\.json is not there/],
    [inFolder('folder'), /--baseline .*folder is no plain file/],
  ]
  for (const [file, why] of wrong) {
    const { code, stdout, stderr } = await scan(target, '--baseline', file)
    assert.deepEqual([code, stdout], [2, ''], file)
    assert.match(stderr, why)
  }
})

test('--offline: what lies here is judged, and a registry is not asked for the target or for a base', async (t) => {
  let connections = 0
  const server = createServer((_, response) => response.writeHead(404).end()).on('connection', () => connections++)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const host = `localhost:${(server.address() as AddressInfo).port}`
  const target = await image('offline.tar', { musl: '1.1.22-r4' })

  const here = await scan(target, '--offline')
  assert.equal(here.code, 0, here.stderr)
  const output = inFolder('never.json')
  for (const args of [[`registry:${host}/app`], [`${host}/app:1`], [target, '--rebase-on', `${host}/app:1`]]) {
    const { code, stdout, stderr } = await scan(...args, '--offline', '--format', 'json', '--output', output)
    assert.deepEqual([code, stdout], [2, ''])
    assert.match(stderr, /^plimsoll: \S*localhost:\d+\/app\S* is in a registry, and with --offline nobody is asked/)
  }
  assert.deepEqual([connections, existsSync(output)], [0, false])
  assert.equal((await scan(`${host}/app:1`)).code, 2)
  assert.ok(connections > 0, 'the same target without --offline asks')
})
