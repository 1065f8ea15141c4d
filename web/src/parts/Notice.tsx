// The three things a page says when it has no rows to show: nothing there, not yet, could not be read.

import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import { ApiError } from '../api.ts'
import { utc } from '../figures.ts'
import css from './Notice.module.css'

/** Nothing to show, and what would fill it. */
export function Empty({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className={css.empty}>
      <b>{title}</b>
      <p className="quiet">{children}</p>
    </div>
  )
}

/** Grey rows under real headers; nothing at all for the first 200 ms. */
export function Pending({ rows = 8 }: { rows?: number }) {
  return (
    <div className={css.pending} role="status">
      <span className="hidden-text">Reading</span>
      {Array.from({ length: rows }, (_, index) => (
        <i key={index} />
      ))}
    </div>
  )
}

/** What could not be read, what is shown instead, and the one thing to do. */
export function Failure(props: { what: string; error: Error; shownSince?: number | undefined; again: () => void }) {
  const { what, error, shownSince, again } = props
  // The same question has the same answer: there is no such thing, or it was not asked rightly.
  const answered = error instanceof ApiError && (error.status === 404 || error.status === 400)
  return (
    <div className={css.failure} role="alert">
      <div>
        <b>{what} could not be read:</b> {error.message}
        {!answered && (
          <p className="small quiet">
            {shownSince === undefined
              ? 'Nothing is shown instead: what it holds is unknown.'
              : `Shown is what was read last, at ${utc(new Date(shownSince).toISOString())}.`}
          </p>
        )}
      </div>
      {!answered && (
        <Button variant="default" onClick={again}>
          Read again
        </Button>
      )}
    </div>
  )
}
