// Whose estate this is, who is signed in, and the way out: at the foot of the navigation, and where that has no room for it
// (narrow windows, and wide ones that are zoomed) behind a button in the head.

import { Button } from '@mantine/core'
import { type ReactNode, useId } from 'react'
import type { SessionView } from '../../../src/serve/views/session.ts'
import { api } from '../api.ts'
import { Glyph } from '../parts/Glyph.tsx'
import css from './Account.module.css'

export function AccountFoot({ session }: { session: SessionView }) {
  return (
    <div className={css.foot}>
      <Facts session={session} />
    </div>
  )
}

/** `children`: what else the head has no room for. */
export function AccountMenu({ session, children }: { session: SessionView; children: ReactNode }) {
  const id = useId()
  return (
    <>
      <Button variant="default" className={css.button!} popoverTarget={id} aria-label="Account" title="Account">
        <Glyph name="account" />
      </Button>
      <div className={css.menu} id={id} popover="auto">
        <Facts session={session} />
        {children}
      </div>
    </>
  )
}

function Facts({ session }: { session: SessionView }) {
  const { person, estate, version } = session
  const signOut = async () => {
    await api.signOut()
    globalThis.location.assign('/')
  }
  return (
    <>
      <b>{estate}</b>
      <br />
      {person.name}, {person.role} ·{' '}
      <button className="link-button" onClick={() => void signOut()}>
        Sign out
      </button>
      <br />
      Plimsoll {version}
    </>
  )
}
