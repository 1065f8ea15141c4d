import { useSyncExternalStore } from 'react'

const query = matchMedia('(max-width: 720px)')

function subscribe(onChange: () => void): () => void {
  query.addEventListener('change', onChange)
  return () => query.removeEventListener('change', onChange)
}

/** Whether the screen is as narrow as a telephone's. */
export function useNarrow(): boolean {
  return useSyncExternalStore(subscribe, () => query.matches)
}
