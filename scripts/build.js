// Makes dist/, what the published package runs: the sources compiled (Node refuses to strip types inside node_modules),
// and the built console beside them. Data files stay in catalog/, at the same distance from dist/ as from src/.

import { spawnSync } from 'node:child_process'
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const dist = join(root, 'dist')

function run(what, script, ...args) {
  console.error(`Building ${what} …`)
  const { status } = spawnSync(process.execPath, [join(root, script), ...args], { cwd: root, stdio: 'inherit' })
  if (status === 0) return
  console.error(`${what}: the build failed, and dist/ is not whole; mend what is said above`)
  process.exit(1)
}

rmSync(dist, { recursive: true, force: true }) // what a former build left would be published
run('the server', 'node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json')
const toDist = ['--outDir', join(dist, 'console'), '--logLevel', 'warn']
run('the console', 'node_modules/vite/bin/vite.js', 'build', '--config', 'web/vite.config.ts', ...toDist)
for (const path of ['cli/main.js', 'console/index.html']) {
  if (existsSync(join(dist, path))) continue
  console.error(`the build made no dist/${path}`)
  process.exit(1)
}
