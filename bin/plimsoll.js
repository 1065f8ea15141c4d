#!/usr/bin/env node
// Starts the command line under Node 24 or newer. Where the machine's own is older, the pinned one takes over: this file
// must also run under Node 20.

import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import module from 'node:module'
import { constants } from 'node:os'
import { fileURLToPath } from 'node:url'

// A reader that has gone (`plimsoll scan … | head`) is no failure of ours to print a stack for.
process.stdout.on('error', ({ code, message }) => {
  if (code !== 'EPIPE') console.error(`plimsoll: the output could not be written: ${message}`)
  process.exit(2)
})

const at = (path) => new URL(path, import.meta.url)
const inCheckout = existsSync(at('../src/cli/main.ts'))
const pinned = [at('../node_modules/.bin/node'), at('../../.bin/node')].map(fileURLToPath).find(existsSync)

// npm writes this file last: without it nothing, or only a part, is installed.
if (inCheckout && !existsSync(at('../node_modules/.package-lock.json'))) {
  refuse('this checkout is not installed yet: run `node scripts/setup.js --console` in it, then the same command again')
} else if (Number(process.versions.node.split('.')[0]) >= 24) {
  // Halves the time to the first output. Beside the program, never in the shared temporary folder, where another user
  // of the machine could leave code for us; where this folder cannot be written, nothing is kept.
  module.enableCompileCache(fileURLToPath(at('../.cache/compiled')))
  takeDoubleSignalsAsOne()
  await import(at(inCheckout ? '../src/cli/main.ts' : '../dist/program/main.js').href)
} else if (pinned !== undefined) {
  handOver(pinned)
} else {
  refuse(
    `it needs Node 24 or newer, and this is ${process.versions.node}. It brings its own only for Linux with glibc on ` +
      'x64 and arm64, as an optional dependency: install Node 24, or install again with optional dependencies',
  )
}

function handOver(node) {
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', ({ message }) => refuse(`its own Node does not run here (${message}): install Node 24 or newer`))
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]))
}

/**
 * A terminal sends Ctrl-C to every process of the group, and npm and handOver() pass it on once more. Taken as a second
 * Ctrl-C, that would end a command in the middle of its clean stop. Without a handler of the command's own, it ends here.
 */
function takeDoubleSignalsAsOne() {
  const first = new Map()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      const isStopping = performance.now() - (first.get(signal) ?? -Infinity) < 1000
      if (process.listenerCount(signal) === 1 && !isStopping) process.exit(128 + constants.signals[signal])
      if (!first.has(signal)) first.set(signal, performance.now())
    })
  }
}

function refuse(why) {
  console.error(`plimsoll: ${why}`)
  process.exitCode = 2
}
