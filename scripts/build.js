// Makes dist/, what the published package runs: the program (Node refuses to strip types inside node_modules), and the
// built console beside it. Data files stay in catalog/.

import { spawnSync } from 'node:child_process'
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildProgram } from './program.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const dist = join(root, 'dist')

rmSync(dist, { recursive: true, force: true }) // what a former build left would be published
console.error('Building the program …')
await buildProgram(join(dist, 'program'))

console.error('Building the console …')
const vite = [join(root, 'node_modules/vite/bin/vite.js'), 'build', '--config', 'web/vite.config.ts']
const toDist = ['--outDir', join(dist, 'console'), '--logLevel', 'warn']
const { status } = spawnSync(process.execPath, [...vite, ...toDist], { cwd: root, stdio: 'inherit' })

const missing = ['program/main.js', 'console/index.html'].filter((path) => !existsSync(join(dist, path)))
if (status !== 0 || missing.length > 0) {
  const what = missing.length > 0 ? `without ${missing.join(' and ')}` : 'not whole'
  console.error(`the build failed, and dist/ is ${what}; mend what is said above`)
  process.exit(1)
}
