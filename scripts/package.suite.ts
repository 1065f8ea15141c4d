// The published package, as somebody gets it: packed, installed into an empty folder without development packages, and
// run by the machine's own Node.

import assert from 'node:assert/strict'
import { spawn, spawnSync, type ChildProcessWithoutNullStreams, type SpawnSyncReturns } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { testAll } from '../src/testing/shared.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'plimsoll-package-'))
// Without the checkout's node_modules/.bin, which npm puts first: the package must bring what it needs.
const path = (process.env['PATH'] ?? '').split(delimiter).filter((entry) => !entry.includes('node_modules'))
const env = { ...process.env, HOME: folder, PATH: path.join(delimiter), npm_config_cache: npmCache() }
let packed: string[] = []
let whyNot: string | undefined

before(buildPackAndInstall)
after(() => rmSync(folder, { recursive: true, force: true }))

/** Builds a copy, so that a build of the checkout that is in use stays as it is. */
function buildPackAndInstall(): void {
  const copy = join(folder, 'checkout')
  mkdirSync(copy)
  const needed = ['bin', 'catalog', 'scripts', 'src', 'web', 'CHANGELOG.md', 'LICENSE', 'README.md', 'package.json']
  for (const name of [...needed, 'tsconfig.json']) {
    cpSync(join(root, name), join(copy, name), { recursive: true })
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  succeed(spawnSync(process.execPath, ['scripts/build.js'], { cwd: copy, encoding: 'utf8' }))

  const pack = succeed(npm(copy, 'pack', '--json', '--ignore-scripts', '--pack-destination', folder))
  const [made] = JSON.parse(pack.stdout) as { filename: string; files: { path: string }[] }[]
  packed = made!.files.map((file) => file.path)

  writeFileSync(join(folder, 'package.json'), '{ "private": true }')
  const flags = ['--ignore-scripts', '--omit=dev', '--prefer-offline', '--fetch-retries=0', '--no-audit', '--no-fund']
  const install = npm(folder, 'install', ...flags, join(folder, made!.filename))
  const isUnreachable = /EAI_AGAIN|ENOTFOUND|ECONNREFUSED|ETIMEDOUT|ENETUNREACH/.test(install.stderr)
  if (install.status !== 0 && isUnreachable && !testAll) whyNot = 'no package registry can be reached'
  else succeed(install)
}

/** The real one, though HOME is a folder of the test: what is there need not be fetched again. */
function npmCache(): string {
  return spawnSync('npm', ['config', 'get', 'cache'], { encoding: 'utf8' }).stdout.trim()
}

function npm(cwd: string, ...args: readonly string[]): SpawnSyncReturns<string> {
  return spawnSync('npm', args, { cwd, env, encoding: 'utf8' })
}

function plimsoll(...args: readonly string[]): SpawnSyncReturns<string> {
  return spawnSync(join(folder, 'node_modules/.bin/plimsoll'), args, { cwd: folder, env, encoding: 'utf8' })
}

function succeed(ran: SpawnSyncReturns<string>): SpawnSyncReturns<string> {
  assert.equal(ran.status, 0, ran.error?.message ?? ran.stdout + ran.stderr)
  return ran
}

test('holds the program, the console and the catalogue, and nothing else', () => {
  const tops = new Set(packed.map((name) => name.split('/')[0]))
  const expected = ['CHANGELOG.md', 'LICENSE', 'README.md', 'bin', 'catalog', 'dist', 'package.json']
  assert.deepEqual([...tops].toSorted(), expected)
  for (const name of ['dist/program/main.js', 'dist/console/index.html', 'catalog/services.yaml']) {
    assert.ok(packed.includes(name), `${name} is missing`)
  }
  const foreign = /\.tsx?$|\.(test|suite)\.|[./]testing[./]|\/testdata\//
  assert.deepEqual(
    packed.filter((name) => foreign.test(name)),
    [],
  )
})

test('answers --help', (t) => {
  if (whyNot !== undefined) return t.skip(whyNot)
  assert.match(succeed(plimsoll('--help')).stdout, /^Usage: plimsoll/)
})

test('scans a root file system: what dpkg wrote, and that it cannot be judged', (t) => {
  if (whyNot !== undefined) return t.skip(whyNot)
  const system = join(folder, 'system')
  mkdirSync(join(system, 'etc'), { recursive: true })
  mkdirSync(join(system, 'var/lib/dpkg'), { recursive: true })
  writeFileSync(join(system, 'etc/os-release'), 'ID=debian\nVERSION_ID="12"\n')
  const record = 'Package: tiny\nStatus: install ok installed\nVersion: 1:2.0-3\nArchitecture: all\n\n'
  writeFileSync(join(system, 'var/lib/dpkg/status'), record)
  const { status, stdout, stderr } = plimsoll('scan', `dir:${system}`, '--format', 'cyclonedx')
  assert.equal(status, 2, stderr)
  const { components } = JSON.parse(stdout) as { components: { name: string; version: string }[] }
  const tiny = components.filter(({ name }) => name === 'tiny')
  assert.deepEqual(
    tiny.map(({ version }) => version),
    ['1:2.0-3'],
  )
})

test('shows every service of the catalogue that it carries', (t) => {
  if (whyNot !== undefined) return t.skip(whyNot)
  const { stdout } = succeed(plimsoll('coverage', '--all', '--format', 'json'))
  const services = new Set((JSON.parse(stdout) as { service: string }[]).map(({ service }) => service))
  const ids = readFileSync(join(root, 'catalog/services.yaml'), 'utf8').match(/^ *- id: /gm) ?? []
  assert.ok(services.size > 0)
  assert.equal(services.size, ids.length)
})

test('serves its console, and stops when it is told to', { timeout: 120_000 }, async (t) => {
  if (whyNot !== undefined) return t.skip(whyNot)
  const args = ['serve', '--port', '0', '--data', join(folder, 'data')]
  const server = spawn(join(folder, 'node_modules/.bin/plimsoll'), args, { cwd: folder, env })
  t.after(() => server.kill('SIGKILL'))
  const ended = once(server, 'exit')
  const page = await fetch(await address(server))
  assert.equal(page.status, 200)
  assert.equal(await page.text(), readFileSync(join(folder, 'checkout/dist/console/index.html'), 'utf8'))
  server.kill('SIGTERM')
  assert.deepEqual(await ended, [0, null])
})

/** What `serve` says that it listens on. Goes on reading what it prints: a server whose reader has gone ends. */
function address(server: ChildProcessWithoutNullStreams): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = ''
    const read = (piece: string): void => {
      said += piece
      const [, url] = /listens on (http:\S+)\n/.exec(said) ?? []
      if (url !== undefined) resolve(url)
    }
    server.stdout.setEncoding('utf8').on('data', read)
    server.stderr.setEncoding('utf8').on('data', read)
    server.on('error', reject)
    server.on('exit', () => reject(new Error(`serve ended without an address: ${said}`)))
  })
}
