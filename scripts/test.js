// Runs every test that this machine can run: the units in one process, then the suites, each in its own.
// `npm test -- PATTERN` runs the files whose path contains the pattern.

import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'

const patterns = process.argv.slice(2)
const wanted = (path) => patterns.length === 0 || patterns.some((pattern) => path.includes(pattern))
const folders = '{src,bench,scripts,catalog,web}'
const units = globSync(`${folders}/**/*.test.ts`).filter(wanted).toSorted()
const suites = globSync(`${folders}/**/*.suite.ts`).filter(wanted).toSorted()

function run(title, files, options) {
  if (files.length === 0) return true
  console.log(`${title}: ${files.length} files`)
  const reporter = ['--test-reporter=./scripts/reporter.js', '--test-reporter-destination=stdout']
  return spawnSync(process.execPath, ['--test', ...options, ...reporter, ...files], { stdio: 'inherit' }).status === 0
}

const passed = [
  run('Units', units, ['--test-isolation=none']),
  run('Suites', suites, ['--test-concurrency=2', '--test-timeout=900000']),
]
process.exit(passed.every(Boolean) && units.length + suites.length > 0 ? 0 : 1)
