import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { buildFrom, openAdvisories } from './advisories.ts'
import { dataFolder } from './data-folder.ts'

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-advisories-'))
after(() => rmSync(folder, { recursive: true }))

const record = (id: string): string =>
  JSON.stringify({
    id,
    modified: '2026-01-01T00:00:00Z',
    affected: [{ package: { ecosystem: 'npm', name: 'x' }, versions: ['1.0.0'] }],
  })

test('without an index the starter set is open, whole, quick, and never enough to judge by', async () => {
  const index = await openAdvisories(folder)
  const { origin, builtAt, advisories } = index.age()
  assert.equal(origin, 'starter')
  assert.match(builtAt, /^20\d\d-/)
  assert.ok(advisories > 100 && advisories <= 500)
  assert.equal(index.judges('Debian:11')?.starter, true)
  const ofKernel = index.find('Debian:11', 'linux')
  assert.ok(ofKernel.length > 0)
  assert.ok(ofKernel.every(({ id, upstream = [] }) => [id, ...upstream].some((name) => index.exploited(name))))
  index.close()
})

test('the starter set has its sources beside it', () => {
  const catalogue = fileURLToPath(new URL('../../catalog/advisories/', import.meta.url))
  const sources = readFileSync(join(catalogue, 'SOURCES.md'), 'utf8')
  for (const file of ['Alpine', 'Debian', 'Go', 'PyPI', 'crates.io']) assert.ok(sources.includes(`\`${file}.ndjson\``))
})

test('a folder becomes the index that is opened from then on; what is broken in it is named', async () => {
  const feed = join(folder, 'feed')
  const data = dataFolder(join(folder, 'new', 'data'))
  const lastWeek = new Date('2026-11-23T00:00:00Z')
  mkdirSync(join(feed, 'npm'), { recursive: true })
  writeFileSync(join(feed, 'npm', 'GOOD.json'), record('GOOD'))
  writeFileSync(join(feed, 'npm', 'BAD.json'), '{"id":')
  // Newer, but nothing of it could be read: it does not make the part fresh.
  utimesSync(join(feed, 'npm', 'GOOD.json'), lastWeek, lastWeek)
  writeFileSync(join(feed, 'npm', 'all.zip'), 'PK\u0003\u0004 cut')
  writeFileSync(join(feed, 'README.md'), 'not a document')
  symlinkSync(feed, join(feed, 'loop'))
  symlinkSync('/nowhere', join(feed, 'dangling.json'))
  const told: string[] = []
  const report = await buildFrom(feed, data, {
    progress: (name, count, done) => void (done && told.push(`${name} ${count}`)),
  })
  assert.equal(report.advisories, 1)
  const whys = Object.fromEntries(report.gaps.map(({ why, place }) => [place?.path, why]))
  assert.equal(whys['npm/BAD.json'], 'not JSON')
  assert.match(whys['npm/all.zip']!, /^npm\/all\.zip is not a zip that can be read/)
  assert.match(whys['dangling.json']!, /^ENOENT/)
  assert.ok(report.gaps.some(({ why }) => why.endsWith('folders deep')))
  assert.ok(told.includes('npm 3'))
  assert.equal(statSync(data).mode & 0o777, 0o700)

  const index = await openAdvisories(data)
  const { feeds = [], ...judges } = index.judges('npm')!
  assert.deepEqual(judges, { advisories: 1, starter: false })
  assert.deepEqual(
    feeds.map(({ feed: id, part, asOf }) => [id, part, asOf]),
    [['osv', 'npm', lastWeek.toISOString()]],
  )
  assert.equal(index.age().origin, feed)
  index.close()
})

test('a folder without an advisory is an error that names it, and no index', async () => {
  const data = dataFolder(join(folder, 'data2'))
  const feed = join(folder, 'empty')
  mkdirSync(feed)
  await assert.rejects(buildFrom(feed, data), /empty holds no advisory that can be read\. It must be laid out/)
  writeFileSync(join(feed, 'x.json'), '[]')
  await assert.rejects(buildFrom(feed, data), /that can be read; x\.json: not an OSV record/)
  await assert.rejects(buildFrom(join(folder, 'none'), data), /none/)
  const index = await openAdvisories(data)
  assert.equal(index.age().origin, 'starter')
  index.close()
})

test('more gaps than anybody reads are counted', async () => {
  const feed = join(folder, 'many')
  mkdirSync(feed)
  writeFileSync(join(feed, 'a.ndjson'), `${record('A')}\n${'{}\n'.repeat(1500)}`)
  const { gaps } = await buildFrom(feed, dataFolder(join(folder, 'data3')))
  assert.equal(gaps.length, 1001)
  assert.deepEqual(gaps.at(-1), { why: '500 more could not be read' })
})

test('a build that is stopped leaves nothing', async () => {
  const feed = join(folder, 'stopped')
  mkdirSync(feed)
  writeFileSync(join(feed, 'a.json'), record('A'))
  const data = dataFolder(join(folder, 'data4'))
  await assert.rejects(buildFrom(feed, data, { signal: AbortSignal.abort(new Error('stopped')) }), /stopped/)
  const index = await openAdvisories(data)
  assert.equal(index.age().origin, 'starter')
  index.close()
})
