// Feeds from a mirror: a real HTTP server that has a folder of them, laid out as the data folder's own is.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { DatabaseSync } from 'node:sqlite'
import { dirname, join } from 'node:path'
import { after, suite, test, type TestContext } from 'node:test'
import { guardedClient } from '../io/guarded-http.ts'
import { lockFolder } from '../io/lock-folder.ts'
import { shared, withoutPrograms, withoutShared } from '../testing/shared.ts'
import { openAdvisories } from './advisories.ts'
import { updateFeeds, type UpdateOptions, type UpdateReport } from './feeds-update.ts'

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-update-'))
after(() => rmSync(folder, { recursive: true }))

interface Setting {
  data: string
  /** What the mirror has. */
  root: string
  requests: string[]
  /** Paths that are answered with a status instead. */
  broken: Map<string, number>
  put(path: string, content: string | Uint8Array): void
  update(options?: Partial<UpdateOptions>): Promise<UpdateReport>
}

async function setting(t: TestContext): Promise<Setting> {
  const place = mkdtempSync(join(folder, 'of-'))
  const [data, root] = [join(place, 'data'), join(place, 'mirror')]
  const requests: string[] = []
  const broken = new Map<string, number>()
  const server = createServer(({ url = '', headers }, response) => {
    const path = decodeURIComponent(url.slice(1))
    const file = join(root, path)
    const status = broken.get(path) ?? (existsSync(file) ? 200 : 404)
    if (status !== 200) return void response.writeHead(status).end()
    const content = readFileSync(file)
    const etag = `"${createHash('sha1').update(content).digest('hex')}"`
    const same = headers['if-none-match'] === etag
    requests.push(`${same ? 304 : 200} ${path}`)
    response.writeHead(same ? 304 : 200, { etag }).end(same ? '' : content)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const client = guardedClient()
  t.after(() => {
    client.close()
    server.closeAllConnections()
    server.close()
  })
  const mirror = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  const put = (path: string, content: string | Uint8Array): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), content)
  }
  const signal = new AbortController().signal
  const update: Setting['update'] = (options = {}) =>
    updateFeeds(data, {
      client,
      signal,
      mirror,
      only: ['osv', 'kev', 'debian-tracker'],
      wait: async () => {},
      ...options,
    })
  return { data, root, requests, broken, put, update }
}

function zipOf(records: number, ecosystem: string, version = '1'): Buffer {
  const place = mkdtempSync(join(folder, 'zip-'))
  for (let n = 0; n < records; n++) {
    const affected = [{ package: { ecosystem, name: `p${n}` }, versions: [version] }]
    const record = { id: `${ecosystem}-${n}`, modified: '0001-01-01T00:00:00Z', affected }
    writeFileSync(join(place, `${n}.json`), JSON.stringify(record))
  }
  execFileSync('zip', ['-qrX', 'all.zip', '.'], { cwd: place })
  return readFileSync(join(place, 'all.zip'))
}

const catalogue = (count: number): string =>
  JSON.stringify({ vulnerabilities: Array.from({ length: count }, (_, n) => ({ cveID: `CVE-2026-${n}` })) })
const tracker = JSON.stringify({
  bash: { 'CVE-2026-1': { releases: { bookworm: { status: 'open', repositories: {}, urgency: 'low' } } } },
})

function full({ put }: Setting): void {
  put('osv/ecosystems.txt', 'npm\nAndroid\nDebian\nDebian:12\n../etc\n')
  put('osv/npm/all.zip', zipOf(60, 'npm'))
  put('osv/Debian/all.zip', zipOf(60, 'Debian:12'))
  put('kev/known_exploited_vulnerabilities.json', catalogue(30))
  put('debian-tracker/tracker.json', tracker)
}

suite('feeds from a mirror', { skip: withoutPrograms('zip') }, () => {
  test('all of them become an index; what has not changed is not fetched again and makes no new one', async (t) => {
    const s = await setting(t)
    full(s)
    const { built, problems } = await s.update()
    assert.deepEqual([...problems], [])
    assert.deepEqual(built?.gaps, [])
    assert.deepEqual(built?.ecosystems, { 'Debian:12': 61, npm: 60 })
    assert.ok(!s.requests.some((request) => /Android|etc|Debian:12/.test(request)))
    const first = await openAdvisories(s.data)
    first.close()

    s.requests.length = 0
    assert.deepEqual(await s.update(), { problems: new Map() })
    assert.equal(s.requests.length, 5)
    assert.ok(
      s.requests.every((request) => request.startsWith('304 ')),
      s.requests.join(),
    )
    const again = await openAdvisories(s.data)
    assert.equal(again.generation, first.generation)
    const ages = [first, again].map((index) => index.contents().feeds.find(({ part }) => part === 'npm')?.asOf ?? '')
    assert.ok(ages[0]! <= `${ages[1]!.slice(0, 19)}.999Z`, 'it is known to be new as of now')
    again.close()
  })

  test('one changed archive is one request more, and only what differs in it has changed', async (t) => {
    const s = await setting(t)
    full(s)
    await s.update()
    const first = await openAdvisories(s.data)
    first.close()
    s.put('osv/npm/all.zip', zipOf(61, 'npm'))
    await s.update()
    const next = await openAdvisories(s.data)
    assert.deepEqual([...(next.changedSince(first.generation) ?? [])], [{ ecosystem: 'npm', name: 'p60' }])
    next.close()
  })

  test('a feed that fails keeps what it had, says so, and the others go on', async (t) => {
    const s = await setting(t)
    full(s)
    await s.update()
    s.broken.set('osv/npm/all.zip', 500)
    s.broken.set('debian-tracker/tracker.json', 404)
    s.put('kev/known_exploited_vulnerabilities.json', catalogue(31))
    const { built, problems } = await s.update()
    assert.deepEqual([...problems.keys()], ['debian-tracker', 'osv'])
    assert.match(problems.get('osv')!, /could not be brought up to date: .*\/npm\/all\.zip: it answered 500/)
    assert.deepEqual([built?.exploited, built?.ecosystems['npm']], [31, 60])
    assert.match(built?.feeds.find(({ feed }) => feed === 'debian-tracker')?.problem ?? '', /it answered 404/)
    const unchanged = await s.update()
    assert.equal(unchanged.built, undefined)
    const index = await openAdvisories(s.data)
    assert.match(index.contents().feeds.find(({ feed }) => feed === 'debian-tracker')?.problem ?? '', /404/)
    index.close()
  })

  test('an archive that is damaged, and one that has shrunk, keep the records from before', async (t) => {
    const s = await setting(t)
    full(s)
    await s.update()
    s.put('osv/npm/all.zip', 'PK no zip')
    s.put('osv/Debian/all.zip', zipOf(3, 'Debian:12'))
    const { built } = await s.update()
    assert.deepEqual(built?.ecosystems, { 'Debian:12': 61, npm: 60 })
    const whys = built?.gaps.map(({ why }) => why) ?? []
    assert.ok(
      whys.some((why) =>
        /^feed osv\/Debian: it shrank from 60 records to 3, so .*--accept-shrunk osv\/Debian/.test(why),
      ),
      whys.join('\n'),
    )
    assert.ok(whys.some((why) => why.startsWith('feed osv/npm: nothing of it could be read')))
    const accepted = await s.update({ accepted: ['osv/Debian'] })
    assert.deepEqual(accepted.built?.ecosystems, { 'Debian:12': 4, npm: 60 })
  })

  test('a file that could not be read is read again, though it is the same', async (t) => {
    const s = await setting(t)
    full(s)
    await s.update()
    const archive = join(s.data, 'feeds/osv/npm/all.zip')
    const content = readFileSync(archive)
    writeFileSync(archive, content.subarray(0, 100))
    rmSync(join(s.data, 'advisories.sqlite'))
    const { built: without } = await s.update()
    assert.deepEqual(without?.ecosystems, { 'Debian:12': 61 })
    assert.match(without.gaps[0]?.why ?? '', /not a zip that can be read/)
    writeFileSync(archive, content)
    assert.deepEqual((await s.update()).built?.ecosystems, { 'Debian:12': 61, npm: 60 })
    assert.equal((await s.update()).built, undefined)
  })

  test('an index that is damaged is made anew from all that was fetched', async (t) => {
    const s = await setting(t)
    full(s)
    await s.update()
    const database = new DatabaseSync(join(s.data, 'advisories.sqlite'))
    database.exec("UPDATE advisories SET record = '{ cut'")
    database.close()
    s.put('osv/npm/all.zip', zipOf(60, 'npm', '2'))
    const { built } = await s.update()
    assert.deepEqual(built?.ecosystems, { 'Debian:12': 61, npm: 60 })
    const index = await openAdvisories(s.data)
    assert.equal(index.find('Debian:12', 'p59').length, 1)
    assert.deepEqual([...(index.find('npm', 'p59')[0]?.affected?.[0]?.versions ?? [])], ['2'])
    index.close()
  })

  test('two at a time: the second is told, and nothing is harmed', async (t) => {
    const s = await setting(t)
    full(s)
    const outcomes = await Promise.allSettled([s.update(), s.update()])
    assert.deepEqual(outcomes.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected'])
    const failed = outcomes.find((outcome) => outcome.status === 'rejected')
    assert.match(String(failed?.reason), /another process is writing in .*feeds: wait until it has ended/)
    const release = lockFolder(join(s.data, 'feeds'))
    release()
  })

  test('with nothing to fetch, there is no index, and the reason is told', async (t) => {
    const s = await setting(t)
    await assert.rejects(s.update(), /holds no advisory that can be read/)
    await assert.rejects(s.update({ only: ['none'] }), /there is no feed none: amazon, debian-tracker/)
  })

  test('real updateinfo by its mirror list and checksum', { skip: withoutShared('feeds') }, async (t) => {
    const s = await setting(t)
    const text = readFileSync(shared('feeds/amazon/updateinfo-al2023.xml')!)
    const sum = createHash('sha256').update(text).digest('hex')
    s.put('amazon/al2023/mirror.list', readFileSync(shared('feeds/amazon/mirrors_linux2023.txt')!))
    s.put('amazon/al2/mirror.list', readFileSync(shared('feeds/amazon/mirrors_linux2.txt')!))
    const index = readFileSync(shared('feeds/amazon/repomd.xml')!, 'utf8').replace(
      'updateinfo.xml.gz',
      'updateinfo.xml',
    )
    s.put(
      'amazon/al2023/repomd.xml',
      index.replace('e6f569f8ed2246a6b06c0fef7cfd71560df02781327e31c38396ed358d591d48', sum),
    )
    s.put('amazon/al2/repomd.xml', index)
    s.put('amazon/al2023/updateinfo.xml', text)
    copyFileSync(shared('feeds/amazon/updateinfo-al2-1.xml')!, join(s.root, 'amazon/al2/updateinfo.xml'))
    const { built, problems } = await s.update({ only: ['amazon'] })
    assert.deepEqual(Object.keys(built?.ecosystems ?? {}), ['Amazon Linux:2023'])
    assert.match(problems.get('amazon') ?? '', /al2\/updateinfo\.xml: its checksum is another than was told/)
  })
})
