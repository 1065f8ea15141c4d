// Keys that work on every page. Letters do nothing while typing.

import { useEffect, useRef } from 'react'

const places: Record<string, string> = {
  c: '/coverage',
  i: '/inventory',
  f: '/findings',
  m: '/images',
  s: '/sources',
  a: '/affected',
}
const sequenceMs = 900

export function useKeys(actions: { go: (to: string) => void; flip: () => void; help: () => void }): void {
  const latest = useRef(actions)
  latest.current = actions
  useEffect(() => {
    let pressedG = -Infinity
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || event.defaultPrevented) return
      const { go, flip, help } = latest.current
      const place = event.timeStamp - pressedG < sequenceMs ? places[event.key] : undefined
      pressedG = event.key === 'g' ? event.timeStamp : -Infinity
      if (place !== undefined) go(place)
      else if (event.key === 't') flip()
      else if (event.key === '?') help()
      else if (event.key === '/') focusSearch(event)
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [])
}

export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof Element && target.closest('input, select, textarea, dialog[open], [contenteditable]') !== null
  )
}

function focusSearch(event: KeyboardEvent): void {
  event.preventDefault()
  document.querySelector<HTMLInputElement>('input[data-search]')?.focus()
}
