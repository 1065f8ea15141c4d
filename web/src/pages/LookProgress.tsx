// What a running look is doing, how far it is: words and "n of m", a bar, and the thing being looked at.

import type { ProgressView } from '../../../src/serve/views/looks.ts'
import { figure } from '../figures.ts'
import { Glyph } from '../parts/Glyph.tsx'
import { LoadLine } from '../parts/LoadLine.tsx'
import { type Look, type Step, steps, useLook } from '../progress.tsx'
import css from './LookProgress.module.css'

const titles: Record<Step, { waiting: string; now: string; done: string; unit: string }> = {
  sources: { waiting: 'Ask the sources', now: 'Asking the sources', done: 'Asked the sources', unit: 'sources' },
  images: { waiting: 'Read images', now: 'Reading images', done: 'Read images', unit: 'images' },
  matching: {
    waiting: 'Match packages with advisories',
    now: 'Matching packages with advisories',
    done: 'Matched packages with advisories',
    unit: 'done',
  },
  hardening: { waiting: 'Evaluate rules', now: 'Evaluating rules', done: 'Evaluated rules', unit: 'done' },
  coverage: { waiting: 'Compute coverage', now: 'Computing coverage', done: 'Computed coverage', unit: 'done' },
}

/** The first look at an estate, while there is nothing else to show; later ones are told in the frame's head. */
export function LookProgress() {
  const look = useLook()
  if (look === undefined) return null
  return (
    <div className={css.first}>
      <div className={css.title}>
        <LoadLine size={40} />
        <div>
          <b>Looking at this machine</b>
          <p className="quiet">
            Nothing is sent anywhere, and nothing is changed. You can leave this page; it goes on.
          </p>
        </div>
      </div>
      <ol className={css.frame}>
        {steps.map((step) => (
          <StepLine key={step} step={step} progress={look.steps[step]} over={isOver(look, step)} />
        ))}
      </ol>
    </div>
  )
}

/** A step is over when a later one has begun. */
function isOver(look: Look, step: Step): boolean {
  return !look.running || steps.slice(steps.indexOf(step) + 1).some((later) => look.steps[later] !== undefined)
}

function StepLine({ step, progress, over }: { step: Step; progress: ProgressView | undefined; over: boolean }) {
  const state = over ? 'done' : progress === undefined ? 'waiting' : 'now'
  const { unit, ...words } = titles[step]
  return (
    <li className={css.step} data-state={state}>
      <Glyph name={state === 'now' ? 'looking' : state} />
      <div className={css.words}>
        <b>{words[state]}</b>
        {progress && progress.note !== '' && <span className={css.note}>{progress.note}</span>}
      </div>
      {progress && progress.of > 0 && (
        <div className="small">
          {figure(progress.done)} of {figure(progress.of)} {unit}
          <div
            className={css.bar}
            role="progressbar"
            aria-label={words[state]}
            aria-valuemin={0}
            aria-valuemax={progress.of}
            aria-valuenow={progress.done}
          >
            <i style={{ width: `${Math.min(100, (progress.done / progress.of) * 100)}%` }} />
          </div>
        </div>
      )}
    </li>
  )
}
