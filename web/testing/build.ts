// Builds the console when a file of it is newer than what was built.

import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { dist } from './server.ts'

const web = fileURLToPath(new URL('..', import.meta.url))

export async function ensureBuilt(): Promise<void> {
  const built = statSync(join(dist, 'index.html'), { throwIfNoEntry: false })?.mtimeMs ?? 0
  const sources = ['index.html', 'vite.config.ts', ...filesOf('src'), ...filesOf('public')]
  const newest = Math.max(...sources.map((path) => statSync(join(web, path)).mtimeMs))
  if (newest > built) await build({ configFile: join(web, 'vite.config.ts'), logLevel: 'warn' })
}

function filesOf(folder: string): string[] {
  const names = readdirSync(join(web, folder), { recursive: true, encoding: 'utf8' })
  return names.map((name) => join(folder, name)).filter((path) => statSync(join(web, path)).isFile())
}
