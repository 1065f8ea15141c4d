// What the server is looking at now, as it happens; when a look ends, everything shown is read again.

import { useQueryClient } from '@tanstack/react-query'
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react'
import type { ProgressView } from '../../src/serve/views/looks.ts'
import { readJson } from './printable.ts'

export const steps = ['sources', 'images', 'matching', 'hardening', 'coverage'] as const satisfies readonly Step[]
export type Step = ProgressView['step']

export interface Look {
  cycle: string
  running: boolean
  /** The newest word of each step that has begun. */
  steps: Partial<Record<Step, ProgressView>>
}

const paintMs = 100
const LookContext = createContext<Look | undefined>(undefined)

/** The look that is running or was the last; undefined before the server has spoken of one. */
export function useLook(): Look | undefined {
  return useContext(LookContext)
}

export function LookProvider({ children }: { children: ReactNode }) {
  const [look, setLook] = useState<Look>()
  const client = useQueryClient()
  useEffect(() => {
    const events = new EventSource('/api/looks/progress')
    let latest: Look | undefined
    let shown: Look | undefined
    let timer: ReturnType<typeof setTimeout> | undefined
    const show = () => {
      timer = undefined
      // A look that had ended before this page was opened has nothing new: the page has just been read.
      if (shown?.running && shown.cycle === latest?.cycle && !latest.running) void client.invalidateQueries()
      shown = latest
      setLook(latest)
    }
    events.addEventListener('message', (event: MessageEvent<string>) => {
      latest = withProgress(latest, readJson(event.data) as ProgressView)
      timer ??= setTimeout(show, paintMs)
    })
    return () => {
      clearTimeout(timer)
      events.close()
    }
  }, [client])
  return <LookContext value={look}>{children}</LookContext>
}

function withProgress(before: Look | undefined, progress: ProgressView): Look {
  const same = before?.cycle === progress.cycle
  return {
    cycle: progress.cycle,
    running: !progress.finished && (!same || before.running),
    steps: { ...(same ? before.steps : {}), [progress.step]: progress },
  }
}
