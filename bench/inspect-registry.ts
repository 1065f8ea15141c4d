// The image of a layout in a registry: Debian's, a process of its own, so that what it takes is not counted.

import { linkSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { withoutPrograms } from '../src/testing/shared.ts'

/** For a line that it is not measured: the reason when there is no registry, else false. */
export const withoutRegistry = (): string | false => withoutPrograms('docker-registry')

/** `use` is given what `inspect-child` is to read; the registry runs as long as that. */
export async function inRegistry<T>(layout: string, use: (target: string) => T): Promise<T> {
  // Here, since a process that starts another lends it, for the most memory that it had, its own.
  const { startRegistry } = await import('../src/inspect/image/testing.ts')
  const storage = `${layout}-registry`
  const afterwards: (() => unknown)[] = [() => rmSync(storage, { recursive: true, force: true })]
  try {
    const digest = fillStorage(storage, layout)
    const sections = { storage: { filesystem: { rootdirectory: storage } } }
    const { host } = await startRegistry({ after: (then) => void afterwards.push(then) }, sections)
    return use(`registry:${host}/${repository}@${digest}`)
  } finally {
    for (const then of afterwards.toReversed()) await then()
  }
}

const repository = 'bench/image'

/**
 * Blobs are linked into it: to push them would write a gigabyte. Returns the digest of the manifest.
 * https://github.com/distribution/distribution/blob/v2.8.2/registry/storage/paths.go
 */
function fillStorage(storage: string, layout: string): string {
  const root = join(storage, 'docker/registry/v2')
  rmSync(storage, { recursive: true, force: true })
  const named = (kind: string, hex: string): void => {
    const folder = join(root, 'repositories', repository, kind, 'sha256', hex)
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'link'), `sha256:${hex}`)
  }
  for (const hex of readdirSync(join(layout, 'blobs/sha256'))) {
    const folder = join(root, 'blobs/sha256', hex.slice(0, 2), hex)
    mkdirSync(folder, { recursive: true })
    linkSync(join(layout, 'blobs/sha256', hex), join(folder, 'data'))
    named('_layers', hex)
  }
  const index = JSON.parse(readFileSync(join(layout, 'index.json'), 'utf8')) as { manifests: [{ digest: string }] }
  const [{ digest }] = index.manifests
  named('_manifests/revisions', digest.slice('sha256:'.length))
  return digest
}
