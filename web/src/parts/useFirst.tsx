// A long list: its first entries, and the others when they are asked for.

import { type ReactNode, useState } from 'react'
import { counted, figure } from '../figures.ts'

/** `more`: the button that shows the others; null where all are shown. `noun`: what the entries are. */
export function useFirst<T>(list: readonly T[], most: number, noun?: string): { shown: readonly T[]; more: ReactNode } {
  const [all, setAll] = useState(false)
  if (all || list.length <= most) return { shown: list, more: null }
  const more = (
    <button type="button" className="link-button" onClick={() => setAll(true)}>
      Show all {noun === undefined ? figure(list.length) : counted(list.length, noun)}
    </button>
  )
  return { shown: list.slice(0, most), more }
}
