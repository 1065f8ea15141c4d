// The advisory index of a data folder, opened anew when another process, or this one, has put another in its place.

import { stat } from 'node:fs/promises'
import type { AdvisoryIndex } from '../store/advisory-reader.ts'
import { indexFile, openAdvisories } from './advisories.ts'
import { knownEnds, loadEndOfLife, type EndOfLife } from './end-of-life.ts'
import type { CurrentAdvisories } from './rematch.ts'

export interface IndexHolder {
  /** Of a broken index its problem: it costs what it would have judged, and nothing else. */
  current(): Promise<CurrentAdvisories>
  /** When the updates of distributions end, by the index and by what comes with the product. */
  ends(): Promise<EndOfLife>
  /** Whether there is another index than `current` gave last. */
  hasChanged(): Promise<boolean>
  close(): void
}

export function holdAdvisories(dataFolder: string): IndexHolder {
  let opened: { index: AdvisoryIndex; mark: string } | { problem: CurrentAdvisories; mark: string } | undefined
  const close = (): void => {
    if (opened && 'index' in opened) opened.index.close()
    opened = undefined
  }
  const current = async (): Promise<CurrentAdvisories & Partial<Pick<AdvisoryIndex, 'ends'>>> => {
    const mark = await markOf(dataFolder)
    if (opened?.mark !== mark) {
      // Before it is opened: what comes in its place meanwhile is seen as another one.
      const next = await open(dataFolder, mark)
      close()
      opened = next
    }
    return 'index' in opened ? opened.index : opened.problem
  }
  return {
    current,
    async ends() {
      const { ends } = await current()
      return ends ? knownEnds({ ends }) : loadEndOfLife()
    },
    hasChanged: async () => opened?.mark !== (await markOf(dataFolder)),
    close,
  }
}

async function open(dataFolder: string, mark: string) {
  try {
    return { index: await openAdvisories(dataFolder), mark }
  } catch (error) {
    return { problem: unreadable((error as Error).message), mark }
  }
}

/** An index is replaced whole, never written in place. */
async function markOf(dataFolder: string): Promise<string> {
  const found = await stat(indexFile(dataFolder), { bigint: true }).catch(() => undefined)
  return found ? `${found.dev} ${found.ino} ${found.mtimeNs} ${found.size}` : 'none'
}

function unreadable(problem: string): CurrentAdvisories {
  return {
    problem,
    generation: '',
    changedSince: () => undefined,
    judges: () => undefined,
    find: () => [],
    exploited: () => false,
    epss: () => undefined,
  }
}
