// Run by npm before start, test, lint and bench, on whatever Node (20 or newer) the machine has:
// installs what package-lock.json pins, the Node that everything else runs on included, and builds the console
// when `--console` is given. Does nothing when neither has changed.

import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

/** SHA-256 over the names and bytes of files and folders, in their order. */
function fingerprint(paths) {
  const hash = createHash('sha256')
  const add = (path) => {
    const full = join(root, path)
    const entries = existsSync(full) ? readdirSync(full, { withFileTypes: true }) : []
    for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      if (entry.name === 'dist') continue
      const name = join(path, entry.name)
      if (entry.isDirectory()) add(name)
      else
        hash
          .update(name)
          .update('\0')
          .update(readFileSync(join(root, name)))
    }
  }
  for (const path of paths) {
    if (path.endsWith('/')) add(path)
    else if (existsSync(join(root, path)))
      hash
        .update(path)
        .update('\0')
        .update(readFileSync(join(root, path)))
  }
  return hash.digest('hex')
}

/** Runs the command unless the marker already holds the fingerprint; writes the marker only when it succeeded. */
function once(marker, print, message, command, args) {
  const file = join(root, marker)
  if (existsSync(file) && readFileSync(file, 'utf8') === print) return
  console.error(message)
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] })
  if (status !== 0) {
    console.error(
      `${command} ${args[0]} failed${error ? `: ${error.message}` : ''}; mend what it says and run the same command again`,
    )
    process.exit(status ?? 2)
  }
  writeFileSync(file, print)
}

once('node_modules/.installed', fingerprint(['package-lock.json']), 'Installing dependencies …', 'npm', [
  'ci',
  '--ignore-scripts',
  '--include=dev',
  '--include=optional',
  '--loglevel=error',
])
if (process.argv.includes('--console') && existsSync(join(root, 'web/vite.config.ts'))) {
  const pinned = join(root, 'node_modules/.bin/node')
  once(
    'node_modules/.console',
    fingerprint(['package-lock.json', 'web/', 'src/serve/views.ts', 'src/model/']),
    'Building the console …',
    existsSync(pinned) ? pinned : process.execPath,
    ['node_modules/vite/bin/vite.js', 'build', '--config', 'web/vite.config.ts', '--logLevel', 'warn'],
  )
}
