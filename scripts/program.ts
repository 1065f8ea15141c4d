// The program as it is published: the sources in few files instead of several hundred. Loading each small module costs
// half a millisecond of the processor, in every thread that reads layers: for a small image more than reading it.

import { rolldown, type Plugin } from 'rolldown'
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
  const { plugin, isNeeded } = neededBy(source('inspect/inspect.ts'))
  const bundle = await rolldown({
    input: { ...entries, ...Object.fromEntries(further) },
    platform: 'node',
    external: /^(?!\.|\/)/,
    preserveEntrySignatures: 'allow-extension',
    plugins: [plugin],
  })
  const groups = [{ name: 'images', test: isNeeded }]
  await bundle.write({ dir: folder, format: 'esm', chunkFileNames: '[name]-[hash].js', codeSplitting: { groups } })
  await bundle.close()
}

/** What a module imports in any case, which is put into one file: else what others share of it lies in thirty. */
function neededBy(module: string): { plugin: Plugin; isNeeded: (id: string) => boolean } {
  const needed = new Set<string>()
  const plugin: Plugin = {
    name: 'needed',
    buildEnd() {
      const waiting = [module]
      for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
        if (needed.has(id)) continue
        needed.add(id)
        waiting.push(...(this.getModuleInfo(id)?.importedIds ?? []))
      }
    },
  }
  return { plugin, isNeeded: (id) => needed.has(id) }
}
