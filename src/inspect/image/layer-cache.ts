// Layers that have been read, kept for as long as the same extractors read them: images share their bases.

import { mkdir, readdir, readFile, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { writeWhole } from '../../io/files.ts'
import { isReadBy } from './layer.ts'
import type { LayerCache, LayerIndex } from './layer-index.ts'

/** For one process: the layers that images of one run share. Holds at most `most` layers, the oldest going first. */
export function memoryLayerCache(most = 1000): LayerCache {
  const layers = new Map<string, LayerIndex>()
  return {
    get: async (digest) => layers.get(digest),
    put: async (layer) => {
      layers.set(layer.digest, layer)
      if (layers.size > most) layers.delete(layers.keys().next().value!)
    },
  }
}

/** Bytes of one kept layer, unpacked: what is larger is read again. */
const largest = 256 * 1024 * 1024

/**
 * In a folder, one file a layer, each written whole; those that were not used for the longest time go when there are more
 * than `most`. What cannot be read or written there is as if it were not kept.
 */
export function folderLayerCache(folder: string, most = 2000): LayerCache {
  const fileOf = (digest: string): string => join(folder, `${digest.replace(':', '-')}.json.gz`)
  return {
    get: async (digest) => {
      try {
        const text = gunzipSync(await readFile(fileOf(digest)), { maxOutputLength: largest }).toString()
        const layer = JSON.parse(text) as LayerIndex
        if (layer.digest !== digest || !(await isReadBy(layer.reader, false))) return undefined
        const now = new Date()
        await utimes(fileOf(digest), now, now)
        return layer
      } catch {
        return undefined
      }
    },
    put: async (layer) => {
      const text = JSON.stringify(layer)
      if (text.length > largest / 2) return
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 })
        writeWhole(fileOf(layer.digest), [gzipSync(text, { level: 1 })])
        await forgetOldest(folder, most)
      } catch {
        // A full disk costs time later, not this result.
      }
    },
  }
}

async function forgetOldest(folder: string, most: number): Promise<void> {
  const names = await readdir(folder)
  if (names.length <= most) return
  const used = await Promise.all(
    names.map(async (name) => ({ name, at: (await stat(join(folder, name)).catch(() => ({ mtimeMs: 0 }))).mtimeMs })),
  )
  // A tenth at once, so that not each layer has to look at all of them.
  for (const { name } of used.toSorted((a, b) => a.at - b.at).slice(0, names.length - most + most / 10)) {
    await rm(join(folder, name), { force: true })
  }
}
