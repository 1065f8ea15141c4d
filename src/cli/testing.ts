// `plimsoll` as a user starts it, in folders of its own; and a Docker Engine for it to look at.

import { spawn, type ChildProcess } from 'node:child_process'
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { dockerVersion, fakeEngine, type Answer, type FakeEngine } from '../discover/docker/testing.ts'
import { sha256, tarOf } from '../inspect/testing.ts'
import { get, readText } from '../io/http.ts'

const program = fileURLToPath(new URL('../../bin/plimsoll.js', import.meta.url))

/** Peak of the resident memory of this very program; what the kernel counts for a child begins with its parent's. */
const tellPeak = `import { readFileSync, writeSync } from 'node:fs'
process.on('exit', () => writeSync(3, /VmHWM:\\s+(\\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))[1]))`

export interface Ended {
  /** Null when a signal ended it. */
  code: number | null
  stdout: string
  stderr: string
  /** Peak of the resident memory in MB; NaN when a signal ended it. */
  peak: number
}

export interface Running {
  /** The first match in what it has written so far, on either stream; fails when it ends, or 60 s pass, without one. */
  says(pattern: RegExp): Promise<RegExpExecArray>
  kill(signal: NodeJS.Signals): void
  readonly ended: Promise<Ended>
}

export interface Sandbox {
  /** Holds the others, and is the place for what a test makes. */
  readonly folder: string
  readonly home: string
  readonly cwd: string
  /** `TMPDIR` of the commands. */
  readonly temp: string
  /** `--data`; not there until a command makes it. */
  readonly data: string
  start(args: readonly string[], env?: NodeJS.ProcessEnv): Running
  run(args: readonly string[], env?: NodeJS.ProcessEnv): Promise<Ended>
  /** Path, size and time of everything in the home, working and temporary folders. */
  contents(): string[]
  /** Does it when the suite ends. `after` of node:test, called in a hook, would do it when the hook ends. */
  atEnd(task: () => Promise<void>): void
}

/** For one suite: when it ends, its commands are killed and its folders are gone. */
export function sandbox(): Sandbox {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-cli-'))
  const [home, cwd, temp] = ['home', 'cwd', 'temp'].map((name) => join(folder, name)) as [string, string, string]
  for (const path of [home, cwd, temp]) mkdirSync(path)
  const children = new Set<ChildProcess>()
  const killAll = (): void => children.forEach((child) => child.kill('SIGKILL'))
  process.once('exit', killAll)
  const tasks: (() => Promise<void>)[] = []
  after(async () => {
    for (const task of tasks) await task()
    const ended = [...children].map((child) => new Promise((resolve) => child.once('close', resolve)))
    killAll()
    await Promise.all(ended)
    rmSync(folder, { recursive: true, force: true })
  })
  const start: Sandbox['start'] = (args, env = {}) => {
    const hooked = `--import=data:text/javascript,${encodeURIComponent(tellPeak)}`
    const child = spawn(process.execPath, [hooked, program, ...args], {
      cwd,
      env: { PATH: process.env['PATH'], HOME: home, TMPDIR: temp, ...env },
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    })
    children.add(child)
    child.once('close', () => children.delete(child))
    return runningOf(child, args)
  }
  return {
    folder,
    home,
    cwd,
    temp,
    data: join(folder, 'data'),
    start,
    run: (args, env) => start(args, env).ended,
    contents: () => [home, cwd, temp].flatMap(listing),
    atEnd: (task) => void tasks.push(task),
  }
}

function runningOf(child: ChildProcess, args: readonly string[]): Running {
  const written = { 1: '', 2: '', 3: '' }
  const wakes = new Set<() => void>()
  const wake = (): void => wakes.forEach((call) => call())
  for (const number of [1, 2, 3] as const) {
    const stream = child.stdio[number] as NodeJS.ReadableStream
    stream.setEncoding('utf8').on('data', (text: string) => {
      written[number] += text
      wake()
    })
  }
  let over = false
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => {
      over = true
      wake()
      const peak = written[3] === '' ? Number.NaN : Number(written[3]) / 1024
      resolve({ code, stdout: written[1], stderr: written[2], peak })
    })
  })
  return {
    ended,
    kill: (signal) => void child.kill(signal),
    async says(pattern) {
      const deadline = performance.now() + 60_000
      for (;;) {
        const match = pattern.exec(written[1]) ?? pattern.exec(written[2])
        if (match) return match
        if (over || performance.now() > deadline) {
          const said = `${written[1]}${written[2]}`.slice(-4000)
          throw new Error(`plimsoll ${args.join(' ')} ${over ? 'ended' : 'waited'} without ${pattern}:\n${said}`)
        }
        const { promise, resolve } = Promise.withResolvers<void>()
        wakes.add(resolve)
        await Promise.race([promise, wait(1000)])
        wakes.delete(resolve)
      }
    },
  }
}

function listing(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => {
    const { size, mtimeMs } = lstatSync(join(folder, path))
    return `${join(folder, path)} ${size} ${mtimeMs}`
  })
}

/** JSON of an answer over the local socket of a running server. */
export async function ask<T>(socketPath: string, path: string): Promise<T> {
  const response = await get({ socketPath }, path, { idle: 10_000, total: 60_000 })
  const text = await readText(response, 64 * 1024 * 1024)
  if (response.statusCode !== 200) throw new Error(`${path}: ${response.statusCode} ${text}`)
  return JSON.parse(text) as T
}

/** Tries again until it does not throw; after the given milliseconds the last error stands. */
export async function eventually<T>(within: number, check: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + within
  for (;;) {
    try {
      return await check()
    } catch (error) {
      if (performance.now() > deadline) throw error
      await wait(100)
    }
  }
}

/** The entries of a root file system of Alpine with these packages. */
export function alpineFiles(release: string, packages: Readonly<Record<string, string>>) {
  const records = Object.entries(packages).map(([name, version]) => `P:${name}\nV:${version}\nA:x86_64\n\n`)
  return [
    { path: 'etc/os-release', contents: `ID=alpine\nVERSION_ID=${release}\nPRETTY_NAME="Alpine ${release}"\n` },
    { path: 'lib/apk/db/installed', contents: records.join('') },
  ]
}

export interface TestImage {
  archive: Buffer
  /** `sha256:…`, as the engine lists it. */
  id: string
}

/** An image of one layer, as `docker save` writes it. */
export async function alpineImage(packages: Readonly<Record<string, string>>): Promise<TestImage> {
  const layer = await tarOf(alpineFiles('3.10.9', packages))
  const config = JSON.stringify({
    architecture: 'amd64',
    os: 'linux',
    config: { User: '1000', Cmd: ['/app'], Healthcheck: { Test: ['CMD', '/check'] } },
    history: [{ created: '2026-01-01T00:00:00Z', created_by: 'COPY rootfs /' }],
    rootfs: { type: 'layers', diff_ids: [sha256(layer)] },
  })
  const id = sha256(config)
  const Config = `${id.slice('sha256:'.length)}.json`
  const archive = await tarOf([
    { path: '0/layer.tar', contents: layer },
    { path: Config, contents: config },
    { path: 'manifest.json', contents: JSON.stringify([{ Config, RepoTags: ['app:0'], Layers: ['0/layer.tar'] }]) },
  ])
  return { archive, id }
}

/** Two packages of Alpine 3.10: musl has a critical and a low advisory, zlib a medium one. */
const advisories = [
  ['CVE-2026-0001', 'musl', '1.1.22-r5', 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H'],
  ['CVE-2026-0002', 'musl', '1.1.22-r6', 'CVSS:3.1/AV:L/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N'],
  ['CVE-2026-0003', 'zlib', '1.2.12-r0', 'CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:N/I:N/A:H'],
] as const

/** A folder for `db build --from`. */
export function advisoryFeed(folder: string): string {
  const feed = join(folder, 'feed')
  mkdirSync(join(feed, 'Alpine'), { recursive: true })
  for (const [id, name, fixed, score] of advisories) {
    const ranges = [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed }] }]
    const affected = [{ package: { ecosystem: 'Alpine:v3.10', name }, ranges }]
    const record = { id, modified: '2026-01-01T00:00:00Z', affected, severity: [{ type: 'CVSS_V3', score }] }
    writeFileSync(join(feed, 'Alpine', `${id}.json`), JSON.stringify(record))
  }
  return feed
}

export interface Engine {
  /** For `DOCKER_HOST`. */
  address: string
  /** Nobody answers at the address any more. */
  stop(): Promise<void>
  start(): Promise<void>
}

export interface StandInEngine extends Engine {
  /** How often an image was asked for, in all. */
  exports(): number
}

/** Answers as a Docker Engine with these images and a container of the first; `delay`: milliseconds for each image. */
export async function standInEngine(box: Sandbox, images: readonly TestImage[], delay = 0): Promise<StandInEngine> {
  const link = join(box.folder, 'engine.sock')
  let exports = 0
  const answers = engineAnswers(images, (response, archive) => {
    exports++
    setTimeout(() => response.end(archive), delay)
  })
  let engine: FakeEngine | undefined
  const start = async (): Promise<void> => {
    engine = await fakeEngine(answers)
    symlinkSync(engine.socket, link)
  }
  const stop = async (): Promise<void> => {
    rmSync(link, { force: true })
    await engine?.close()
    engine = undefined
  }
  box.atEnd(stop)
  await start()
  return { address: `unix://${link}`, start, stop, exports: () => exports }
}

function engineAnswers(
  images: readonly TestImage[],
  send: (response: ServerResponse, archive: Buffer) => void,
): Record<string, Answer> {
  const id = 'c'.repeat(64)
  const runs = { Image: 'app:0', Labels: {} }
  return {
    '/version': dockerVersion,
    '/info': { Driver: 'overlay2', LiveRestoreEnabled: false, SecurityOptions: [], Warnings: null },
    '/networks': [{ Name: 'bridge', Driver: 'bridge' }],
    '/containers/json?all=1': [{ Id: id, Names: ['/app'], ImageID: images[0]!.id, State: 'created', ...runs }],
    [`/containers/${id}/json`]: {
      Id: id,
      Name: '/app',
      Image: images[0]!.id,
      State: { Status: 'created' },
      Config: { User: '', Env: null, ...runs },
      HostConfig: { Privileged: false, ReadonlyRootfs: false, NetworkMode: 'bridge', CapAdd: null, SecurityOpt: null },
    },
    '/images/json': images.map(({ id: Id, archive }, index) => ({
      Id,
      RepoTags: [`app:${index}`],
      Size: archive.length,
      Created: 0,
    })),
    ...Object.fromEntries(
      images.map(({ id: image, archive }): [string, Answer] => [
        `/images/${image}/get`,
        (response) => send(response, archive),
      ]),
    ),
  }
}
