// `plimsoll` as a user starts it, in folders of its own; and a Docker Engine for it to look at.

import { spawn, type ChildProcess } from 'node:child_process'
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { dockerVersion, fakeEngine, type Answer, type FakeEngine } from '../discover/docker/testing.ts'
import { dockerArchiveOf, tarOf } from '../inspect/testing.ts'
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
}

/** For one suite: when it ends, its commands are killed and its folders are gone. */
export function sandbox(): Sandbox {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-cli-'))
  const [home, cwd, temp] = ['home', 'cwd', 'temp'].map((name) => join(folder, name)) as [string, string, string]
  for (const path of [home, cwd, temp]) mkdirSync(path)
  const children = new Set<ChildProcess>()
  const killAll = (): void => children.forEach((child) => child.kill('SIGKILL'))
  process.once('exit', killAll)
  after(async () => {
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
  const ended = new Promise<Ended>((resolve) =>
    child.once('close', (code) => {
      over = true
      wake()
      const peak = written[3] === '' ? Number.NaN : Number(written[3]) / 1024
      resolve({ code, stdout: written[1], stderr: written[2], peak })
    }),
  )
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
  const response = await get({ socketPath }, path, { idle: 10_000 })
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
  const archive = await dockerArchiveOf([await tarOf(alpineFiles('3.10.9', packages))])
  const name = /([0-9a-f]{64})\.json/.exec(archive.toString('latin1'))![1]!
  return { archive, id: `sha256:${name}` }
}

export interface Engine {
  /** For `DOCKER_HOST`. */
  address: string
  /** Nobody answers at the address any more. */
  stop(): Promise<void>
  start(): Promise<void>
}

/** Answers as a Docker Engine with these images and a container of the first; `delay`: milliseconds for each image. */
export async function standInEngine(folder: string, images: readonly TestImage[], delay = 0): Promise<Engine> {
  const link = join(folder, 'engine.sock')
  const answers = engineAnswers(images, delay)
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
  after(stop)
  await start()
  return { address: `unix://${link}`, start, stop }
}

function engineAnswers(images: readonly TestImage[], delay: number): Record<string, Answer> {
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
        (response) => void setTimeout(() => response.end(archive), delay),
      ]),
    ),
  }
}
