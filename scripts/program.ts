// The program as it is published: the sources in few files instead of several hundred. Loading each small module costs
// half a millisecond of the processor, in every thread that reads layers: for a small image more than reading it.

import { rolldown } from 'rolldown'
import { fileURLToPath } from 'node:url'

const source = (path: string): string => fileURLToPath(new URL(`../src/${path}`, import.meta.url))

/** Each runs in a process or thread of its own, which finds its file beside the one that starts it. */
const entries = {
  main: source('cli/main.ts'),
  'layer-worker': source('inspect/image/layer-worker.ts'),
  'yara-process': source('inspect/malware/yara-process.ts'),
}

/**
 * All files lie in one folder, two levels below the package as `src/run` is: the catalogue is found from there. What is
 * a dependency stays one. `more`: further entries, their paths below `src/` by name.
 */
export async function buildProgram(folder: string, more: Readonly<Record<string, string>> = {}): Promise<void> {
  const further = Object.entries(more).map(([name, path]) => [name, source(path)])
  const bundle = await rolldown({
    input: { ...entries, ...Object.fromEntries(further) },
    platform: 'node',
    external: /^(?!\.|\/)/,
    preserveEntrySignatures: 'allow-extension',
  })
  await bundle.write({ dir: folder, format: 'esm', chunkFileNames: '[name]-[hash].js' })
  await bundle.close()
}
