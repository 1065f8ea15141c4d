import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { z } from 'zod'
import { origin } from './estate.testing.ts'
import { testApp } from './testing.ts'
import { cellDetailView, coverageRowView, matrixView } from './views/coverage.ts'
import { errorView } from './views/error.ts'
import { exceptionsView } from './views/exceptions.ts'
import { findingsView } from './views/findings.ts'
import { imageView, imagesView } from './views/images.ts'
import { inventoryView, workloadView } from './views/inventory.ts'
import { sourcesView } from './views/sources.ts'

async function read<S extends z.ZodType>(path: string, view: S): Promise<z.infer<S>> {
  const served = testApp()
  const answer = await served.ask(path, { as: await served.signedIn('viewer') })
  assert.equal(answer.status, 200, path)
  return view.parse(await answer.json())
}

test('the matrix: rows found, all rows, what is open and what nobody looked at', async () => {
  const found = await read('/api/coverage', matrixView)
  assert.deepEqual(
    found.rows.map(({ service }) => service),
    ['self.docker'],
  )
  assert.equal(found.found.open.high, 9)
  assert.equal(found.found.notLookedAt, 0)
  assert.deepEqual(found.sources, { answered: 0, of: 1 })
  const all = await read('/api/coverage?all=1', matrixView)
  assert.equal(all.rows.length, 3)
  assert.equal(all.found.open.high, 9, 'services that were not found add nothing')
})

test('the rows are those of the command line: one for each cell', async () => {
  const rows = await read('/api/coverage/rows?all=1', coverageRowView.array())
  assert.equal(rows.length, 27)
  assert.deepEqual(rows[0], {
    service: 'self.docker',
    layer: 'application',
    task: 'hardening',
    state: 'proven',
    reason: 'proven because of the test',
    evidence: [],
  })
})

test('a cell: parts, tools by name, the worst findings; a cell where nobody looked has null, not zero', async () => {
  const cell = await read('/api/coverage/self.docker/application/hardening', cellDetailView)
  assert.equal(cell.open, 1)
  assert.equal(cell.worst[0]?.rule, 'privileged')
  assert.deepEqual(cell.tools, [
    { id: 'plimsoll', name: 'Plimsoll', sure: 'read' },
    { id: 'another', name: 'another', sure: 'gk' },
  ])
  assert.equal((await read('/api/coverage/aws.ecs/platform/threats', cellDetailView)).findings, null)
})

test('inventory, workload, findings, images and sources have their published shape', async () => {
  const inventory = await read('/api/inventory?search=&limit=10', inventoryView)
  assert.equal(inventory.resources[0]?.serviceName, 'SELF.DOCKER')
  assert.equal(inventory.resources[0]?.findings?.high, 9)
  const workload = await read('/api/workloads?id=host/a/containers/1', workloadView)
  assert.equal(workload.detail.length, 9)
  assert.deepEqual(
    workload.detail.map(({ worst }) => worst.length),
    [1, 0, 0, 0, 0, 0, 0, 0, 0],
    'a finding stands in the cell that it belongs to',
  )
  const [past] = workload.history
  assert.deepEqual([past?.state, past?.changes[0]?.cause], ['fixed', 'image replaced'])
  assert.equal(past?.changes[0]?.image?.digest, 'sha256:2')
  const findings = await read('/api/findings?severity=high&state=open', findingsView)
  assert.deepEqual([findings.total, findings.counts.high, findings.notLookedAt], [1, 1, 0])
  const excepted = await read('/api/exceptions', exceptionsView)
  assert.deepEqual(
    excepted.exceptions.map(({ file, line, until, reason }) => [file, line, until, reason]),
    [['ci/.trivyignore', 12, '2026-12-31', 'the protocol is switched off']],
  )
  assert.equal((await read('/api/exceptions?state=ended', exceptionsView)).total, 0)
  assert.deepEqual(excepted.gaps, [{ why: 'not JSON', place: { path: 'vex/broken.json' } }])
  assert.equal((await read('/api/images', imagesView)).images[0]?.findings, null)
  const image = await read('/api/images/detail?id=image/sha256:a', imageView)
  assert.deepEqual(image.layers, [{ digest: 'sha256:aa', size: 10, packages: 1, hidden: 0 }])
  assert.deepEqual(image.origin, { ...origin, attestations: [] })
  const { sources } = await read('/api/sources', sourcesView)
  assert.deepEqual(
    sources.map(({ id, state, cells }) => [id, state, cells.length]),
    [
      ['docker', 'unreachable', 3],
      ['podman', 'absent', 0],
    ],
  )
})

test('what does not fit is a 400 that names it, and what does not exist a 404, in the one body', async () => {
  const served = testApp()
  const as = await served.signedIn('admin')
  const refusals: readonly [string, number, RegExp][] = [
    ['/api/inventory?limit=1001', 400, /^limit: /],
    ['/api/inventory?offset=-1', 400, /^offset: /],
    ['/api/findings?severity=dire', 400, /^severity: /],
    ['/api/workloads', 400, /^id: /],
    ['/api/workloads?id=a%00b', 400, /^id: holds a null/],
    ['/api/findings?search=%00', 400, /^search: holds a null/],
    ['/api/coverage/self.docker/kitchen/hardening', 400, /^layer: /],
    ['/api/coverage/no.such/application/hardening', 404, /no cell no\.such/],
    ['/api/workloads?id=nothing', 404, /no resource nothing/],
    ['/api/images/detail?id=nothing', 404, /no image nothing/],
    ['/api/nothing', 404, /no such address/],
    ['/api', 404, /no such address/],
  ]
  for (const [path, status, message] of refusals) {
    const answer = await served.ask(path, { as })
    assert.equal(answer.status, status, path)
    assert.match(errorView.parse(await answer.json()).message, message)
  }
})

test('a fault inside is a 500 that says nothing of the inside; the log has it', async () => {
  const failing = testApp()
  const store = { ...failing.deps.store, counts: () => Promise.reject(new Error('password=hunter2 at db:5432')) }
  const served = testApp({ store })
  const answer = await served.ask('/api/session', { as: await served.signedIn('viewer') })
  assert.equal(answer.status, 500)
  const text = await answer.text()
  assert.doesNotMatch(text, /hunter2|db:5432|stack|\.ts/)
  assert.equal(errorView.parse(JSON.parse(text)).code, 'failed')
  assert.ok(served.logged.some(({ message }) => message === 'request failed'))
})

test('the log has method, path, status and person of a request, and no query', async () => {
  const served = testApp()
  await served.ask('/api/workloads?id=host/a/containers/1&token=hush', { as: await served.signedIn('viewer') })
  const { facts } = served.logged.at(-1)!
  const { ms, ...rest } = facts as { ms: number }
  assert.deepEqual(rest, { method: 'GET', path: '/api/workloads', status: 200, person: 'viewer' })
  assert.ok(ms >= 0)
})

test('the console: pages fall back to its index, hashed files are kept for long, nothing above its folder is served', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'plimsoll-console-'))
  t.after(() => rm(folder, { recursive: true }))
  await mkdir(join(folder, 'console/assets'), { recursive: true })
  await writeFile(join(folder, 'console/index.html'), '<!doctype html><title>Plimsoll</title>')
  await writeFile(join(folder, 'console/assets/main-1a2b.js'), 'export {}')
  await writeFile(join(folder, 'secret.txt'), 'hush')
  const served = testApp({ consoleFolder: join(folder, 'console') })

  for (const path of ['/', '/coverage', '/sign-in', '/inventory/host/a', '/..%2fsecret.txt', '/%2e%2e/secret.txt']) {
    const page = await served.ask(path)
    assert.equal(page.status, 200, path)
    assert.match(page.headers.get('content-type') ?? '', /^text\/html/)
    assert.equal(page.headers.get('cache-control'), 'no-cache')
    assert.match(await page.text(), /<title>Plimsoll/)
  }
  const asset = await served.ask('/assets/main-1a2b.js')
  assert.match(asset.headers.get('content-type') ?? '', /javascript/)
  assert.equal(asset.headers.get('cache-control'), 'public, max-age=31536000, immutable')
  const again = await served.ask('/', {
    headers: { 'if-none-match': (await served.ask('/')).headers.get('etag') ?? '' },
  })
  assert.equal(again.status, 304)
  assert.equal((await served.ask('/assets/gone-1a2b.js')).status, 404)
  assert.equal((await served.ask('/coverage', { method: 'POST' })).status, 404)
})

test('a console that is not built says so', async () => {
  const answer = await testApp().ask('/')
  assert.equal(answer.status, 503)
  assert.match(await answer.text(), /npm run build/)
})
