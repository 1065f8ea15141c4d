#!/usr/bin/env node
// Starts the command line under the pinned Node 24: this file must also run under older ones.

import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { fileURLToPath } from 'node:url'

const major = Number(process.versions.node.split('.')[0])
const pinned = fileURLToPath(new URL('../node_modules/.bin/node', import.meta.url))
const source = new URL('../src/cli/main.ts', import.meta.url)

if (major >= 24) {
  await import(existsSync(source) ? source.href : new URL('../dist/cli/main.js', import.meta.url).href)
} else if (existsSync(pinned)) {
  const child = spawn(pinned, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]))
} else {
  console.error(
    `Plimsoll needs Node 24 or newer, and this is ${process.versions.node}: run npm start in a checkout, which brings it.`,
  )
  process.exit(2)
}
