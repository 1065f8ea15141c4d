// A machine recorded in a folder, for tests.

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname } from 'node:path'
import { folderMachine, type Machine } from '../../io/machine.ts'
import type { Gap, Scan } from '../../model/scan.ts'

export interface Recording {
  machine: Machine
  scan: Scan
  gaps: Gap[]
}

/** Texts by path (`/etc/passwd`); a path that ends in `/` is an empty folder. */
export async function withRecording(
  files: Readonly<Record<string, string>>,
  use: (recording: Recording) => Promise<void>,
  options: { env?: Machine['env']; denied?: readonly string[] } = {},
): Promise<void> {
  const root = await mkdtemp(`${tmpdir()}/machine-`)
  try {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(path.endsWith('/') ? root + path : dirname(root + path), { recursive: true })
      if (!path.endsWith('/')) await writeFile(root + path, text)
    }
    const gaps: Gap[] = []
    const scan: Scan = {
      gap: (why, place) => void gaps.push({ why, ...(place === undefined ? {} : { place }) }),
      signal: new AbortController().signal,
    }
    const machine = denying(folderMachine(root, options.env, 'web-1'), options.denied ?? [])
    await use({ machine, scan, gaps })
  } finally {
    await rm(root, { recursive: true })
  }
}

/** Root may read everything, so that a test cannot rely on the permissions of a file. */
function denying(machine: Machine, denied: readonly string[]): Machine {
  const isDenied = (path: string): boolean => denied.includes(path)
  return {
    ...machine,
    text: async (path) => (isDenied(path) ? undefined : machine.text(path)),
    names: async (path) => (isDenied(path) ? [] : machine.names(path)),
    refusal: async (path) => (isDenied(path) ? 'no permission to read it' : machine.refusal(path)),
  }
}
