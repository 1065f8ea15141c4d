// One matrix in three places: `plimsoll coverage`, the API and the console say the same, also when an engine falls silent.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, openSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { chromium, type Browser, type Page } from 'playwright-core'
import { engineClient } from '../io/engine.ts'
import { cellStates, type CoverageRow } from '../model/coverage.ts'
import type { MatrixView } from '../serve/views/coverage.ts'
import type { SourcesView } from '../serve/views/sources.ts'
import { testAll, withoutPrograms } from '../testing/shared.ts'
import {
  advisoryFeed,
  alpineImage,
  ask,
  eventually,
  sandbox,
  standInEngine,
  type Engine,
  type Running,
} from './testing.ts'

const box = sandbox()
const socket = join(box.data, 'serve.sock')
const skip = withoutPrograms('chromium') || withoutConsole()
let engine: Engine
let server: Running
let browser: Browser | undefined
let page: Page

/** `service layer task` → state. */
type States = Record<string, string>

before(async () => {
  const image = await alpineImage({ musl: '1.1.22-r4' })
  engine = (await realEngine(image.archive)) ?? (await standInEngine(box, [image]))
  await box.run(['db', 'build', '--from', advisoryFeed(box.folder), '--data', box.data])
  server = box.start(['serve', '--data', box.data, '--port', '0', '--every', '1'], { DOCKER_HOST: engine.address })
  await server.says(/listens on/)
  await eventually(60_000, async () =>
    assert.equal((await fromApi())['self.docker application vulnerabilities'], 'proven'),
  )
  if (skip) return
  const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking']
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args })
  page = await browser.newPage({ viewport: { width: 1600, height: 1200 } })
  const [, link] = await server.says(/Sign in once[^:]*: (\S+)/)
  await page.goto(link!)
})
after(() => browser?.close())

test('terminal, API and console show the same matrix', { skip }, async () => {
  const states = await agreed()
  assert.ok(Object.keys(states).length >= 9)
  assert.equal(states['self.docker platform hardening'], 'unknown', 'no registry was asked')
})

test('an engine that stops answering turns exactly its cells to unknown, and back', { skip }, async (t) => {
  const before = await agreed()
  const known = (state: string): boolean => !['unknown', 'provider, assumed', 'provider', 'n/a'].includes(state)
  const turning = Object.keys(before).filter(
    (cell) => /^self\.docker (application|platform) /.test(cell) && known(before[cell]!),
  )
  t.diagnostic(`turning: ${turning.join('; ')}`)
  assert.ok(turning.includes('self.docker application vulnerabilities'))
  const expected = { ...before, ...Object.fromEntries(turning.map((cell) => [cell, 'unknown'])) }

  await engine.stop()
  await eventually(15_000, async () => {
    const { sources } = await ask<SourcesView>(socket, '/api/sources')
    assert.equal(sources.find(({ id }) => id === 'docker')!.state, 'unreachable')
  })
  assert.deepEqual(await agreed(), expected)

  await engine.start()
  await eventually(15_000, async () => assert.deepEqual(await fromApi(), before))
  assert.deepEqual(await agreed(), before)
})

test('--all has a row for every service and task, in the vocabulary', async () => {
  const { code, stdout, stderr } = await box.run(['coverage', '--all', '--format', 'json', '--data', box.data])
  assert.equal(code, 0, stderr)
  const rows = JSON.parse(stdout) as CoverageRow[]
  assert.equal(rows.length, 85 * 9)
  assert.equal(new Set(rows.map(keyOf)).size, rows.length)
  for (const row of rows) {
    assert.deepEqual(Object.keys(row), ['service', 'layer', 'task', 'state', 'reason', 'evidence'])
    assert.ok(cellStates.includes(row.state), row.state)
    assert.ok(row.reason.length > 0 && Array.isArray(row.evidence))
  }
})

test('without the server, the store answers', async () => {
  const before = await fromApi()
  server.kill('SIGTERM')
  assert.equal((await server.ended).code, 0)
  assert.ok(!existsSync(socket))
  assert.deepEqual(await fromTerminal(), before)
})

test('without a store it looks once and writes nothing', async () => {
  const data = join(box.folder, 'empty')
  mkdirSync(data)
  const contents = box.contents()
  const args = ['coverage', '--format', 'json', '--data', data]
  const { code, stdout, stderr } = await box.run(args, { DOCKER_HOST: engine.address })
  assert.equal(code, 0, stderr)
  const rows = JSON.parse(stdout) as CoverageRow[]
  const hardening = rows.find((row) => keyOf(row) === 'self.docker application hardening')
  assert.ok(hardening!.evidence.length > 0)
  assert.ok(!existsSync(join(data, 'store')))
  assert.deepEqual(box.contents(), contents)
})

/** What all three show; they are asked one after another, so a cycle may end in between: then once more. */
function agreed(): Promise<States> {
  return eventually(20_000, async () => {
    const terminal = await fromTerminal()
    assert.deepEqual(await fromApi(), terminal)
    assert.deepEqual(await fromConsole(), terminal)
    return terminal
  })
}

async function fromTerminal(): Promise<States> {
  const { code, stdout, stderr } = await box.run(['coverage', '--format', 'json', '--data', box.data])
  assert.equal(code, 0, stderr)
  return Object.fromEntries((JSON.parse(stdout) as CoverageRow[]).map((row) => [keyOf(row), row.state]))
}

async function fromApi(): Promise<States> {
  const { rows } = await ask<MatrixView>(socket, '/api/coverage')
  const cells = rows.flatMap(({ service, cells }) => cells.map((cell) => ({ ...cell, service })))
  return Object.fromEntries(cells.map((cell) => [keyOf(cell), cell.state]))
}

/** From the accessible names of the cells: `Docker Engine, application, hardening: proven. 2 high open`. */
async function fromConsole(): Promise<States> {
  const { rows } = await ask<MatrixView>(socket, '/api/coverage')
  const ids = new Map(rows.map(({ service, name }) => [name, service]))
  const tree = await page.getByRole('grid', { name: 'Coverage matrix' }).ariaSnapshot()
  const cells = [...tree.matchAll(/link "(.+), (\w+), (\w+): ([^."]+)\./g)]
  return Object.fromEntries(
    cells.map(([, service, layer, task, shown]) => [
      `${ids.get(service!)} ${layer} ${task}`,
      shown === 'does not apply' ? 'n/a' : shown!,
    ]),
  )
}

function keyOf({ service, layer, task }: Pick<CoverageRow, 'service' | 'layer' | 'task'>): string {
  return `${service} ${layer} ${task}`
}

/** Debian's own engine with folders of its own and one container; undefined where it is missing or does not start. */
async function realEngine(archive: Uint8Array): Promise<Engine | undefined> {
  if (withoutPrograms('dockerd', 'docker')) return undefined
  const [path, at] = [join(box.folder, 'docker.sock'), join(box.folder, 'engine')]
  const own = ['--data-root', `${at}/data`, '--exec-root', `${at}/exec`, '-p', `${at}.pid`, '-H', `unix://${path}`]
  // Nothing of the machine's network is changed.
  const network = ['--iptables=false', '--ip6tables=false', '--ip-forward=false', '--bridge=none']
  let stop = async (): Promise<void> => {}
  const start = async (): Promise<void> => {
    const log = openSync(`${at}.log`, 'a')
    const process = spawn('dockerd', [...own, '--storage-driver=vfs', ...network], { stdio: ['ignore', log, log] })
    const ended = new Promise<void>((resolve) => process.on('exit', () => resolve()).on('error', () => resolve()))
    stop = () => (process.kill('SIGTERM'), ended)
    const answers = eventually(30_000, () => engineClient(path).json('/info'))
    if (await Promise.race([answers.then(() => false), ended.then(() => true)])) {
      answers.catch(() => {})
      throw new Error(`dockerd does not start here: ${at}.log`)
    }
  }
  box.atEnd(() => stop())
  try {
    await start()
  } catch {
    await stop()
    return undefined
  }
  writeFileSync(`${at}.tar`, archive)
  const docker = (...args: string[]): Promise<void> =>
    new Promise((resolve, reject) => {
      const command = spawn('docker', ['-H', `unix://${path}`, ...args], { stdio: 'ignore' })
      command.on('error', reject).on('exit', (code) => (code === 0 ? resolve() : reject(new Error(args.join(' ')))))
    })
  await docker('load', '-i', `${at}.tar`)
  await docker('create', '--name', 'app', '--network=host', 'app:0', '/app')
  return { address: `unix://${path}`, start, stop: () => stop() }
}

function withoutConsole(): string | false {
  if (existsSync(fileURLToPath(new URL('../../web/dist/index.html', import.meta.url)))) return false
  if (testAll) throw new Error('PLIMSOLL_TEST_ALL is set and the console is not built')
  return 'the console is not built (npm start builds it)'
}
