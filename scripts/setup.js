// Run by npm before start, test, lint, check, bench and build, on whatever Node (20 or newer) the machine has: installs
// what package-lock.json pins, the Node that everything else runs on included, and builds the console when `--console`
// is given. Does nothing when neither has changed.

import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { homedir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const pinned = join(root, 'node_modules/.bin/node')
const oldest = 24

install()
requireNode()
if (process.argv.includes('--console') && existsSync(join(root, 'web/vite.config.ts'))) buildConsole()

function install() {
  const flags = ['--ignore-scripts', '--include=dev', '--include=optional', '--loglevel=error', '--no-progress']
  // Else npm is silent for 90 s where there is no network.
  flags.push('--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=5000')
  once({
    marker: 'node_modules/.installed',
    inputs: ['package-lock.json'],
    message: 'Installing what package-lock.json pins into node_modules (the first time about a minute) …',
    // ci removes node_modules first, and with it the markers. Scripts of packages are not run, whatever is configured;
    // development packages are installed also where NODE_ENV=production would leave them out.
    command: ['npm', 'ci', ...flags],
    env: npmEnvironment(),
    advice:
      'npm could not install. Without a network: set npm_config_registry to a registry that this machine reaches, or ' +
      'HTTPS_PROXY to its proxy',
  })
}

/** npm keeps its cache in the home folder; where there is none, or it cannot be written, ours is used. */
function npmEnvironment() {
  if (process.env.npm_config_cache !== undefined && isWritable(process.env.npm_config_cache)) return process.env
  if (isWritable(join(homedir(), '.npm'))) return process.env
  return { ...process.env, npm_config_cache: join(root, '.cache/npm') }
}

function isWritable(folder) {
  try {
    mkdirSync(folder, { recursive: true })
    accessSync(folder, constants.W_OK)
    return true
  } catch {
    return false
  }
}

/** Says so here, where it is known why, instead of letting what follows fail at a word that it cannot parse. */
function requireNode() {
  if (isNewEnough(pinned)) return
  // Installed, but it does not run here (musl): npm would still find it before the machine's own.
  rmSync(pinned, { force: true })
  if (isNewEnough(process.execPath)) return
  console.error(
    `Plimsoll needs Node ${oldest} or newer, and this is ${process.versions.node}. It brings its own only for Linux with ` +
      `glibc on x64 and arm64: on this machine, install Node ${oldest} and run the same command again`,
  )
  process.exit(2)
}

function isNewEnough(node) {
  const { stdout } = spawnSync(node, ['--version'], { encoding: 'utf8' })
  return Number(/^v(\d+)\./.exec(stdout ?? '')?.[1]) >= oldest
}

function buildConsole() {
  const vite = ['node_modules/vite/bin/vite.js', 'build', '--config', 'web/vite.config.ts', '--logLevel', 'warn']
  once({
    marker: 'node_modules/.console',
    inputs: ['package-lock.json', 'web', 'src/serve/views', 'src/model'],
    output: 'web/dist/index.html',
    message: 'Building the console …',
    command: [existsSync(pinned) ? pinned : process.execPath, ...vite],
    env: { ...process.env, NODE_ENV: 'production' },
    advice: 'the console could not be built',
  })
}

/** Runs the command unless the marker holds the fingerprint of its inputs; writes the marker only when it succeeded. */
function once({ marker, inputs, output = marker, message, command: [command, ...args], env, advice }) {
  const file = join(root, marker)
  const print = fingerprint(inputs)
  if (existsSync(join(root, output)) && existsSync(file) && readFileSync(file, 'utf8') === print) return
  console.error(message)
  // Standard output is shown only when it failed: on a terminal it would be progress bars and their escape codes.
  const { status, signal, error, stdout } = spawnSync(command, args, { cwd: root, env, stdio: ['ignore', 'pipe', 2] })
  if (signal === 'SIGINT' || status === 130) process.exit(130) // Ctrl-C: who pressed it knows why it stopped
  if (status !== 0) {
    process.stderr.write(stdout ?? '')
    console.error(
      `${advice}${error ? ` (${error.message})` : ''}; mend what is said above and run the same command again`,
    )
    process.exit(2)
  }
  writeFileSync(file, print)
}

/** SHA-256 over the names and bytes of files, and of those in folders, in their order. */
function fingerprint(paths) {
  const hash = createHash('sha256')
  for (const path of paths.flatMap((path) => [...filesOf(join(root, path))])) {
    hash.update(relative(root, path)).update('\0').update(readFileSync(path))
  }
  return hash.digest('hex')
}

function* filesOf(path) {
  if (statSync(path).isFile()) return yield path
  for (const name of readdirSync(path).toSorted()) {
    if (name !== 'dist') yield* filesOf(join(path, name))
  }
}
