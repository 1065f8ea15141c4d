// The whole way: a real store, the real catalogue and matrix, a listening server, and a browser's steps over HTTP.

import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { z } from 'zod'
import { systemClock } from '../io/clock.ts'
import { createLog } from '../io/log.ts'
import { imageId } from '../model/resource.ts'
import { loadCatalog } from '../run/catalog.ts'
import { coverage } from '../run/coverage.ts'
import { openStore, type Store } from '../store/store.ts'
import { assessment, container, debian, digest, image, report, ruleFinding, vulnerability } from '../store/testing.ts'
import { createApp } from './app.ts'
import { startServer, type Listening } from './server.ts'
import { createSignInLink } from './sign-in-link.ts'
import { testApp } from './testing.ts'
import { cellDetailView, coverageRowView, matrixView } from './views/coverage.ts'
import { findingsView } from './views/findings.ts'
import { imageView, imagesView } from './views/images.ts'
import { inventoryView, workloadView } from './views/inventory.ts'
import { sessionView } from './views/session.ts'
import { sourcesView } from './views/sources.ts'

let folder: string
let store: Store
let listening: Listening
let written = ''

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plimsoll-serve-'))
  store = await openStore({ folder })
  await record(store)
  const catalog = await loadCatalog()
  const log = createLog('info', { write: (line) => void (written += line) })
  const app = createApp({
    ...testApp().deps, // sources, progress and looks: those of the unit tests
    store,
    signIn: store.signIn,
    catalog,
    ...coverage(catalog, (scope) => store.estate(scope), systemClock),
    localAdministrator: 'ada',
    clock: systemClock,
    log,
  })
  listening = await startServer({ app, host: '127.0.0.1', port: 0, socketPath: join(folder, 'serve.sock') })
})

after(async () => {
  await listening?.close()
  await store?.close()
  await rm(folder, { recursive: true, force: true })
})

/** Two containers of one image; the second one belongs to another team. */
async function record(to: Store): Promise<void> {
  const at = systemClock()
  await to.recordSource(report('docker', at, { resources: 2 }), [container('web', 1), container('db', 1)])
  const libssl = debian('libssl3', '3.0.1')
  await to.recordImage(image(1, [libssl]))
  const id = imageId(digest(1))
  await to.recordAssessment(assessment(id, at, [vulnerability(id, libssl, 'DSA-1')]))
  await to.recordAssessment(assessment('docker/web', at, [ruleFinding('docker/web', 'privileged')]))
  await to.recordAssessment(assessment('docker/db', at, [ruleFinding('docker/db', 'root')]))
  await to.createTeam('data', 'Data')
  await to.giveToTeam('docker/db', 'data')
  await to.createPerson({ id: 'ada', name: 'Ada', role: 'admin' })
  await to.createPerson({ id: 'dan', name: 'Dan', role: 'viewer', team: 'data' })
}

async function signIn(person: string): Promise<string> {
  const { url } = await createSignInLink(store.signIn, person, listening.url)
  const answer = await fetch(url, { redirect: 'manual' })
  assert.equal(answer.status, 303)
  return answer.headers.getSetCookie()[0]!.split(';')[0]!
}

async function read<S extends z.ZodType>(cookie: string, path: string, view: S): Promise<z.infer<S>> {
  const answer = await fetch(`${listening.url}${path}`, { headers: { cookie } })
  const body = await answer.json()
  assert.equal(answer.status, 200, `${path}: ${JSON.stringify(body)}`)
  return view.parse(body)
}

test('every page of the console gets its data', async () => {
  const cookie = await signIn('ada')
  const session = await read(cookie, '/api/session', sessionView)
  assert.deepEqual(session.person, { id: 'ada', name: 'Ada', role: 'admin', team: 'default' })
  assert.deepEqual([session.counts.resources, session.counts.images], [1, 1])

  const { rows } = await read(cookie, '/api/coverage', matrixView)
  assert.ok(rows.some(({ service, found }) => service === 'self.docker' && found))
  assert.equal((await read(cookie, '/api/coverage?all=1', matrixView)).rows.length, 85)
  assert.equal((await read(cookie, '/api/coverage/rows?all=1', coverageRowView.array())).length, 85 * 9)
  const cell = await read(cookie, '/api/coverage/self.docker/application/vulnerabilities', cellDetailView)
  assert.ok(cell.evidence.length > 0)
  assert.deepEqual(
    cell.worst.map(({ rule }) => rule),
    ['DSA-1'],
  )
  const workload = await read(cookie, '/api/workloads?id=docker/web', workloadView)
  assert.deepEqual(workload.findingList.map(({ rule }) => rule).toSorted(), ['DSA-1', 'privileged'])
  assert.equal(workload.cells.length, 9)
  const { images } = await read(cookie, '/api/images?search=app', imagesView)
  assert.equal(images[0]?.findings?.high, 1)
  const detail = await read(cookie, `/api/images/detail?id=${imageId(digest(1))}`, imageView)
  assert.deepEqual(
    detail.packages.map(({ name }) => name),
    ['libssl3'],
  )
  assert.equal((await read(cookie, '/api/sources', sourcesView)).sources[0]?.state, 'answered')
  assert.equal((await read(cookie, '/api/findings?severity=high', findingsView)).total, 1)
})

test('each team sees its own container, and what it runs, and nothing of the other', async () => {
  const [ada, dan] = [await signIn('ada'), await signIn('dan')]
  const names = async (cookie: string) =>
    (await read(cookie, '/api/inventory', inventoryView)).resources.map(({ name }) => name)
  assert.deepEqual([await names(ada), await names(dan)], [['web'], ['db']])
  const rules = async (cookie: string) =>
    (await read(cookie, '/api/findings', findingsView)).groups.map(({ rule }) => rule).toSorted()
  assert.deepEqual(
    [await rules(ada), await rules(dan)],
    [
      ['DSA-1', 'privileged'],
      ['DSA-1', 'root'],
    ],
  )
  const evidence = (await read(dan, '/api/coverage/rows', coverageRowView.array())).flatMap((row) => row.evidence)
  assert.ok(evidence.length > 0)
  assert.ok(!evidence.some(({ resource }) => resource === 'docker/web'), 'the matrix too is of the own team only')
  const detail = await read(dan, `/api/images/detail?id=${imageId(digest(1))}`, imageView)
  assert.deepEqual(
    detail.usedBy.map(({ id }) => id),
    ['docker/db'],
  )
  const foreign = await fetch(`${listening.url}/api/workloads?id=docker/web`, { headers: { cookie: dan } })
  assert.equal(foreign.status, 404)
})

test('text that would be SQL or a pattern is only text', async () => {
  const cookie = await signIn('ada')
  for (const search of ["' or 1=1 --", '%', '_', '\\', '\u{1F6A2}', '"; drop table resources; --']) {
    const found = await read(cookie, `/api/inventory?search=${encodeURIComponent(search)}`, inventoryView)
    assert.equal(found.total, 0, search)
    await read(cookie, `/api/findings?search=${encodeURIComponent(search)}`, findingsView)
    await read(cookie, `/api/images?search=${encodeURIComponent(search)}`, imagesView)
  }
})

test('the log names requests and persons, and no token or cookie', async () => {
  const cookie = await signIn('ada')
  await read(cookie, '/api/session', sessionView)
  const token = cookie.split('=')[1]!
  assert.ok(!written.includes(token) && !written.includes('token='))
  const last = JSON.parse(written.trimEnd().split('\n').at(-1)!) as Record<string, unknown>
  assert.deepEqual([last['path'], last['status'], last['person']], ['/api/session', 200, 'ada'])
})
