// Types, lint with the layer table, dead code, format, and whether the generated pages are fresh. All run, also after
// one has failed, so that one run shows everything.

import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

const steps = [
  ['types', 'tsc', '-p', '.'],
  ['types of the console', 'tsc', '-p', 'web'],
  ['lint', 'oxlint', '--deny-warnings'],
  ['dead code', 'knip', '--no-progress'],
  ['format (npm run format mends it)', 'oxfmt', '--check'],
  ['generated pages (npm run generate mends it)', 'node', 'scripts/generate.ts', '--check'],
].filter(([, , , path]) => path !== 'web' || existsSync('web/tsconfig.json'))

const failed = steps.filter(([, command, ...args]) => {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' })
  if (status !== 0) process.stdout.write(stdout + stderr)
  return status !== 0
})
for (const [name] of failed) console.log(`failed: ${name}`)
if (failed.length === 0) console.log('lint: clean')
process.exit(failed.length === 0 ? 0 : 1)
