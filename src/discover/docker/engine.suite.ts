// The source against Debian's own Docker Engine, with folders of its own. Some kernels refuse to run it: then the suite
// is skipped with what the engine says.

import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { engineClient } from '../../io/engine.ts'
import { localMachine } from '../../io/machine.ts'
import { withoutPrograms } from '../../testing/shared.ts'
import { docker } from '../docker.ts'
import { discovered } from './testing.ts'
import type { Ask } from '../source.ts'

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-dockerd-'))
const socket = join(folder, 'docker.sock')
const log = join(folder, 'log')
const skip = withoutPrograms('dockerd', 'docker') || (await startEngine())
const ask: Ask = { machine: { ...localMachine(), env: { DOCKER_HOST: `unix://${socket}` } }, engine: engineClient }

after(() => rmSync(folder, { recursive: true, force: true }))

/** False when it answers, else why it does not. */
async function startEngine(): Promise<string | false> {
  const own = ['--data-root', join(folder, 'data'), '--exec-root', join(folder, 'exec'), '-p', join(folder, 'pid')]
  // Nothing of the machine's network is changed.
  const network = ['--iptables=false', '--ip6tables=false', '--ip-forward=false', '--bridge=none']
  const output = openSync(log, 'w')
  const engine = spawn('dockerd', [...own, '-H', `unix://${socket}`, '--storage-driver=vfs', ...network], {
    stdio: ['ignore', output, output],
  })
  const ended = new Promise((resolve) => engine.on('exit', resolve).on('error', resolve))
  after(async () => {
    engine.kill('SIGTERM')
    await ended
  })
  for (let tries = 0; tries < 300 && (engine.exitCode ?? engine.signalCode) === null; tries++) {
    if (await answers()) return false
    await wait(100)
  }
  const lines = readFileSync(log, 'utf8').trim().split('\n')
  return `dockerd does not start here: ${lines.findLast((line) => /fail|error/i.test(line)) ?? lines.at(-1)}`
}

async function answers(): Promise<boolean> {
  return engineClient(socket)
    .json('/info')
    .then(() => true)
    .catch(() => false)
}

function dockerCommand(...args: string[]): string {
  return execFileSync('docker', ['-H', `unix://${socket}`, ...args], { encoding: 'utf8' }).trim()
}

/** An image of one file, as `docker import` makes it; its id as docker itself says it. */
function importImage(): string {
  mkdirSync(join(folder, 'root'), { recursive: true })
  writeFileSync(join(folder, 'root', 'hello'), 'hello')
  execFileSync('tar', ['-C', join(folder, 'root'), '-cf', join(folder, 'root.tar'), '.'])
  return dockerCommand('import', '--change', 'CMD ["/hello"]', join(folder, 'root.tar'), 'plimsoll-test:1')
}

test('the engine is what docker says it is', { skip }, async () => {
  const { resources, gaps } = await discovered(docker, ask)
  const engine = resources.get(`host/${hostname()}/docker`)!
  assert.deepEqual(gaps, [])
  assert.equal(engine.properties['version'], dockerCommand('version', '--format', '{{.Server.Version}}'))
  assert.equal(engine.properties['storageDriver'], 'vfs')
  assert.equal(String(engine.properties['liveRestore']), dockerCommand('info', '--format', '{{.LiveRestoreEnabled}}'))
  assert.deepEqual(engine.properties['insecureListeners'], [])
})

test('containers and images, with the settings that they were made with', { skip }, async () => {
  const image = importImage()
  const settings = ['--network=host', '--cap-add=SYS_ADMIN', '--pids-limit=50', '--memory=64m', '--read-only']
  const more = [
    '--env',
    'TOKEN=do-not-keep',
    '--user',
    '1000',
    '--security-opt',
    'no-new-privileges',
    '--label',
    'team=a',
  ]
  const id = dockerCommand('create', '--name', 'made', ...settings, ...more, '-v', '/etc:/host:ro', 'plimsoll-test:1')
  const { resources, gaps } = await discovered(docker, ask)
  assert.deepEqual(gaps, [])
  const { name, labels, runs, properties } = resources.get(`host/${hostname()}/containers/${id}`)!
  assert.deepEqual(
    { name, labels, runs },
    {
      name: 'made',
      labels: { team: 'a' },
      runs: {
        images: [{ reference: 'plimsoll-test:1', image: `image/${image}` }],
        exposure: 'unknown',
        state: 'stopped',
      },
    },
  )
  const told = {
    privileged: false,
    networkMode: 'host',
    capAdd: ['SYS_ADMIN'],
    pidsLimit: 50,
    memory: 64 * 1024 * 1024,
    readonlyRootfs: true,
    user: '1000',
    securityOpt: ['no-new-privileges'],
  }
  for (const [key, value] of Object.entries(told)) assert.deepEqual(properties[key], value, key)
  assert.deepEqual(properties['mounts'], [
    { type: 'bind', source: '/etc', destination: '/host', readOnly: true, propagation: 'rprivate' },
  ])
  assert.ok((properties['envNames'] as string[]).includes('TOKEN'))
  assert.ok(!JSON.stringify([...resources.values()]).includes('do-not-keep'))
  assert.deepEqual(resources.get(`host/${hostname()}/images/${image}`)!.properties['tags'], ['plimsoll-test:1'])
})

test('an exported image is a docker archive that names its configuration by the digest', { skip }, async () => {
  const image = dockerCommand('image', 'inspect', '--format', '{{.Id}}', 'plimsoll-test:1')
  const archive = join(folder, 'image.tar')
  await writeFile(archive, docker.image!(ask, image, AbortSignal.timeout(60_000)))
  const read = (path: string) => execFileSync('tar', ['-xOf', archive, path])
  const [{ Config }] = JSON.parse(read('manifest.json').toString()) as [{ Config: string }]
  assert.equal(`sha256:${createHash('sha256').update(read(Config)).digest('hex')}`, image)
})

test('a container that publishes a port: public on all addresses, local on loopback', { skip }, async (t) => {
  dockerCommand('network', 'create', 'shop')
  // The machine would keep its bridge.
  t.after(() => dockerCommand('network', 'rm', 'shop'))
  const publish = (name: string, port: string) =>
    dockerCommand('create', '--name', name, '--network', 'shop', '-p', port, 'plimsoll-test:1')
  const open = publish('open', '8080:80')
  const local = publish('local', '127.0.0.1:8081:80')
  const { resources } = await discovered(docker, ask)
  const exposureOf = (id: string) => resources.get(`host/${hostname()}/containers/${id}`)!.runs!.exposure
  assert.equal(exposureOf(open), 'public')
  assert.equal(exposureOf(local), 'local')
})
