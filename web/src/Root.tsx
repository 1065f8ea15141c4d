// Asks who is signed in before anything else is shown.

import { useQuery } from '@tanstack/react-query'
import { Outlet } from '@tanstack/react-router'
import { ApiError } from './api.ts'
import { SignIn } from './frame/SignIn.tsx'
import css from './frame/SignIn.module.css'
import { Failure } from './parts/Notice.tsx'
import { LookProvider } from './progress.tsx'
import { queries } from './queries.ts'

export function Root() {
  const session = useQuery(queries.session())
  if (session.error instanceof ApiError && session.error.status === 401) return <SignIn />
  if (session.data === undefined && session.error) {
    return (
      <main className={css.page}>
        <h1>Plimsoll</h1>
        <Failure what="Who is signed in" error={session.error} again={() => void session.refetch()} />
      </main>
    )
  }
  if (session.data === undefined) return null
  return (
    <LookProvider>
      <Outlet />
    </LookProvider>
  )
}
