// The built console. Its files are read once into memory, so that no request ever becomes a path on the disk.

import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile, readdir } from 'node:fs/promises'
import { join, relative } from 'node:path'
import type { NotFoundHandler } from 'hono'
import { getMimeType } from 'hono/utils/mime'
import type { AppEnv } from './context.ts'
import { refuse } from './errors.ts'

interface ConsoleFile {
  bytes: Uint8Array<ArrayBuffer>
  type: string
  etag: string
}

/** Answers what no route does: addresses under `/api` are not found, all others are pages and files of the console. */
export function answerWithConsole(folder: string): NotFoundHandler<AppEnv> {
  let files: ReadonlyMap<string, ConsoleFile> | undefined
  return async (c) => {
    const { path, method } = c.req
    if (path === '/api' || path.startsWith('/api/'))
      return refuse(c, 404, 'no such address; /api/openapi.json lists them')
    if (method !== 'GET' && method !== 'HEAD') return refuse(c, 404, 'no such address')
    files ??= await readConsole(folder)
    // Names under assets/ hold a hash of their content; every other path is a page, which the console routes itself.
    const asset = path.startsWith('/assets/')
    const file = files?.get(path) ?? (asset ? undefined : files?.get('/index.html'))
    if (!file)
      return asset && files
        ? c.text('not found\n', 404)
        : c.text('the console is not built: run `npm run build`\n', 503)
    c.header('cache-control', asset ? 'public, max-age=31536000, immutable' : 'no-cache')
    c.header('etag', file.etag)
    if (c.req.header('if-none-match') === file.etag) return c.body(null, 304)
    return c.body(file.bytes, 200, { 'content-type': file.type, 'content-length': `${file.bytes.length}` })
  }
}

async function readConsole(folder: string): Promise<ReadonlyMap<string, ConsoleFile> | undefined> {
  if (!existsSync(join(folder, 'index.html'))) return undefined
  const files = new Map<string, ConsoleFile>()
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || entry.name.endsWith('.map')) continue
    const path = join(entry.parentPath, entry.name)
    const bytes = new Uint8Array(await readFile(path))
    const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`
    const type = getMimeType(path) ?? 'application/octet-stream'
    files.set(`/${relative(folder, path).replaceAll('\\', '/')}`, { bytes, type, etag })
  }
  return files
}
