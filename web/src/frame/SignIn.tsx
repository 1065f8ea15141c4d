// Shown on every address while nobody is signed in.

import { LoadLine } from '../parts/LoadLine.tsx'
import { useTitle } from '../parts/useTitle.ts'
import css from './SignIn.module.css'

const refusals: Record<string, string> = {
  used: 'That link was used already: each works once.',
  expired: 'That link has ended: each is good for 15 minutes.',
  unknown: 'That link is not one of this server’s.',
}

export function SignIn() {
  useTitle('Sign in')
  const refused = refusals[new URLSearchParams(globalThis.location.search).get('refused') ?? '']
  return (
    <main className={css.page}>
      <LoadLine size={40} />
      <h1>Sign in to Plimsoll</h1>
      {refused && (
        <p role="alert">
          <b>{refused}</b>
        </p>
      )}
      <p>
        <code>npm start</code> prints a one-time link in its terminal. Open that link in this browser.
      </p>
      <p className="quiet">
        A link works once. If yours was used or has ended, stop Plimsoll with Ctrl-C and run <code>npm start</code>{' '}
        again: it prints a new one, and keeps everything that it knows.
      </p>
    </main>
  )
}
