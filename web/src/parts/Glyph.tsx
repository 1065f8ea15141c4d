// The signs of the console, 16 × 16, drawn with the ink around them.

import type { ReactNode } from 'react'
import css from './Glyph.module.css'

const cloud = 'M4.9 11.6h6.3a2.5 2.5 0 0 0 .4-5 3.7 3.7 0 0 0-7-.5 2.8 2.8 0 0 0 .3 5.5z'

const shapes = {
  gap: <path d="M4.2 4.2l7.6 7.6M11.8 4.2l-7.6 7.6" strokeWidth="2.2" />,
  available: <path d="M8 3.6v8.8M3.6 8h8.8" strokeWidth="2" />,
  unknown: (
    <>
      <path d="M5.6 6a2.4 2.4 0 1 1 3.5 2.1c-.8.4-1.1.8-1.1 1.6" />
      <circle cx="8" cy="12.3" r=".6" fill="currentColor" />
    </>
  ),
  stale: (
    <>
      <circle cx="8" cy="8" r="5" />
      <path d="M8 5.2V8l2 1.4" />
    </>
  ),
  claimed: (
    <>
      <circle cx="8" cy="8" r="4.8" />
      <path d="M3.2 8a4.8 4.8 0 0 0 9.6 0z" fill="currentColor" />
    </>
  ),
  /** The load mark: a tick would say "clean". */
  proven: (
    <>
      <circle cx="8" cy="8" r="4.4" />
      <path d="M1.2 8h13.6" />
    </>
  ),
  provider: <path d={cloud} strokeWidth="1.4" />,
  'provider, assumed': <path d={cloud} strokeWidth="1.5" strokeDasharray="2 2" />,
  'n/a': <path d="M5.5 8h5" />,
  looking: (
    <>
      <circle cx="4" cy="8" r=".7" fill="currentColor" />
      <circle cx="8" cy="8" r=".7" fill="currentColor" />
      <circle cx="12" cy="8" r=".7" fill="currentColor" />
    </>
  ),
  coverage: (
    <path d="M2.5 2.5h3v3h-3zM2.5 10.5h3v3h-3zM10.5 2.5h3v3h-3zM10.5 10.5h3v3h-3zM8 3v10M3 8h10" strokeWidth="1.3" />
  ),
  inventory: <path d="M2.5 4.5h11v8h-11zM2.5 7.5h11M5.5 7.5v5" strokeWidth="1.4" />,
  findings: <path d="M3 4h10M3 8h7M3 12h4" strokeWidth="1.6" />,
  images: <path d="M8 2.5l6 3-6 3-6-3zM2 8.3l6 3 6-3M2 11l6 3 6-3" strokeWidth="1.3" />,
  sources: <path d="M3 13V9M6.3 13V6M9.7 13V8M13 13V3" strokeWidth="1.6" />,
  affected: (
    <>
      <circle cx="8" cy="8" r="5.2" strokeWidth="1.4" />
      <path d="M8 1v3.6M8 11.4V15M1 8h3.6M11.4 8H15" strokeWidth="1.4" />
    </>
  ),
  account: (
    <>
      <circle cx="8" cy="5.4" r="2.6" strokeWidth="1.5" />
      <path d="M2.8 13.6c.6-2.9 2.7-4.3 5.2-4.3s4.6 1.4 5.2 4.3" strokeWidth="1.5" />
    </>
  ),
  search: (
    <>
      <circle cx="7" cy="7" r="4" />
      <path d="M10 10l3.5 3.5" />
    </>
  ),
  theme: (
    <>
      <circle cx="8" cy="8" r="5" />
      <path d="M8 3a5 5 0 0 1 0 10z" fill="currentColor" />
    </>
  ),
  close: <path d="M4 4l8 8M12 4l-8 8" strokeWidth="1.6" />,
  previous: <path d="M10 3.5L5.5 8l4.5 4.5" strokeWidth="1.6" />,
  next: <path d="M6 3.5L10.5 8 6 12.5" strokeWidth="1.6" />,
  done: <path d="M3 8.5l3.2 3L13 4.5" strokeWidth="1.9" />,
  warning: <path d="M8 3l6 10.5H2zM8 7v3" />,
  waiting: <circle cx="8" cy="8" r="4.8" strokeDasharray="2 2.6" />,
  silent: <path d="M3 8h10" strokeDasharray="1.5 3" strokeWidth="2.4" />,
  network: (
    <path
      d="M2.5 8a5.5 5.5 0 1 0 11 0a5.5 5.5 0 1 0-11 0M2.5 8h11M8 2.5c2.5 3 2.5 8 0 11M8 2.5c-2.5 3-2.5 8 0 11"
      strokeWidth="1.2"
    />
  ),
} satisfies Record<string, ReactNode>

export type GlyphName = keyof typeof shapes

/** Decoration: the words stand beside it. */
export function Glyph({ name }: { name: GlyphName }) {
  return (
    <svg className={css.glyph} viewBox="0 0 16 16" aria-hidden="true">
      {shapes[name]}
    </svg>
  )
}
