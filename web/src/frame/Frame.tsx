// The frame of every page: where one can go, what is searched, who is signed in.

import { Button, useMantineColorScheme } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, Outlet, useMatches, useNavigate } from '@tanstack/react-router'
import { type ReactNode, useRef } from 'react'
import type { SessionView } from '../../../src/serve/views/session.ts'
import { counted, figure } from '../figures.ts'
import { Glyph, type GlyphName } from '../parts/Glyph.tsx'
import { LoadLine } from '../parts/LoadLine.tsx'
import { StateTile } from '../parts/StateTile.tsx'
import { type Look, steps, useLook } from '../progress.tsx'
import { queries } from '../queries.ts'
import { AccountFoot, AccountMenu } from './Account.tsx'
import css from './Frame.module.css'
import { KeyList } from './KeyList.tsx'
import { SearchField } from './SearchField.tsx'
import { useKeys } from './useKeys.ts'

export function Frame() {
  const { data: session } = useQuery(queries.session())
  const help = useRef<HTMLDialogElement>(null)
  const flip = useThemeFlip()
  const navigate = useNavigate()
  useKeys({ go: (to) => void navigate({ to }), flip, help: () => help.current?.showModal() })
  return (
    <>
      <a
        className={css.skip}
        href="#page"
        onClick={(event) => {
          event.preventDefault()
          document.getElementById('page')?.focus()
        }}
      >
        Skip to the page
      </a>
      <div className={css.frame}>
        <Navigation session={session} />
        <div className={css.main}>
          <Top session={session} flip={flip} help={() => help.current?.showModal()} />
          <main className={css.page} id="page" tabIndex={-1}>
            <Outlet />
          </main>
        </div>
      </div>
      <KeyList ref={help} />
    </>
  )
}

function Navigation({ session }: { session: SessionView | undefined }) {
  const { counts } = session ?? {}
  return (
    <nav className={css.side} aria-label="Main">
      <Link className={css.brand} to="/coverage" aria-current={undefined}>
        <LoadLine /> <span>Plimsoll</span>
      </Link>
      <Place to="/coverage" glyph="coverage" name="Coverage" />
      <Place to="/inventory" glyph="inventory" name="Inventory" count={shown(counts?.resources)} />
      <Place to="/findings" glyph="findings" name="Findings" count={shown(counts?.findings)} />
      <Place to="/images" glyph="images" name="Images" count={shown(counts?.images)} />
      <Place to="/affected" glyph="affected" name="Affected" />
      <Place to="/sources" glyph="sources" name="Sources" count={counts && silent(counts.silentSources)} warns apart />
      {session && <AccountFoot session={session} />}
    </nav>
  )
}

/** `warns`: the count is of what needs a look, and stays in sight where the others have no room. */
function Place(props: {
  to: string
  glyph: GlyphName
  name: string
  count?: ReactNode
  warns?: boolean
  apart?: boolean
}) {
  const { to, glyph, name, count, warns = false, apart = false } = props
  return (
    <Link className={css.place} to={to} title={name} data-apart={apart}>
      <Glyph name={glyph} />
      <span className={css.name}>{name}</span>
      {count !== undefined && (
        <span className={css.count} data-warns={warns}>
          {count}
        </span>
      )}
    </Link>
  )
}

/** No figure where there is none: a 0 beside a page would say that somebody looked. */
function shown(count: number | undefined): string | undefined {
  return count ? figure(count) : undefined
}

function silent(count: number): ReactNode {
  if (count === 0) return undefined
  const words = `${counted(count, 'source does', 'sources do')} not answer`
  return (
    <>
      <span>{count}</span> <StateTile state="unknown" as="mini" label={words} />
    </>
  )
}

function Top({ session, flip, help }: { session: SessionView | undefined; flip: () => void; help: () => void }) {
  const match = useMatches().at(-1)
  const { title, parent } = match?.staticData ?? {}
  const look = useLook()
  return (
    <header className={css.top}>
      <div className={css.crumb}>
        {parent === undefined ? (
          <h1>{title}</h1>
        ) : (
          <>
            <Link to={parent.to}>{parent.title}</Link> <span className="faint">/</span> <b>{title}</b>
          </>
        )}
      </div>
      {look?.running && <Looking look={look} />}
      <SearchField />
      <Button
        variant="default"
        className={css.icon!}
        data-wide
        onClick={flip}
        aria-label="Light or dark theme"
        title="Light or dark  t"
      >
        <Glyph name="theme" />
      </Button>
      <Button
        variant="default"
        className={css.icon!}
        data-wide
        onClick={help}
        aria-label="Keyboard"
        title="Keyboard  ?"
      >
        ?
      </Button>
      {session && (
        <AccountMenu session={session}>
          <button className={`link-button ${css.flip}`} onClick={flip}>
            Light or dark
          </button>
        </AccountMenu>
      )}
    </header>
  )
}

/** In the head, so that a look each minute moves nothing on the page. */
function Looking({ look }: { look: Look }) {
  const step = steps.findLast((known) => look.steps[known] !== undefined) ?? 'sources'
  const { done = 0, of = 0, note = '' } = look.steps[step] ?? {}
  return (
    <span className={css.looking} title={note}>
      <Glyph name="looking" />
      <span>
        Looking
        <span className={css.step}>
          : {step}
          {of > 0 && ` ${figure(done)} of ${figure(of)}`}
        </span>
      </span>
    </span>
  )
}

function useThemeFlip(): () => void {
  const { setColorScheme } = useMantineColorScheme({ keepTransitions: true })
  return () => {
    const dark = document.documentElement.dataset['mantineColorScheme'] === 'dark'
    setColorScheme(dark ? 'light' : 'dark')
  }
}
