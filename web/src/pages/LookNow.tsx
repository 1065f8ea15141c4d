import { Button } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { api } from '../api.ts'
import { useLook } from '../progress.tsx'
import { queries } from '../queries.ts'

/** Starts a look at everything; people who may only read do not see it. */
export function LookNow({ primary = false }: { primary?: boolean }) {
  const { data: session } = useQuery(queries.session())
  const look = useMutation({ mutationFn: api.look })
  const running = useLook()?.running ?? false
  if (session === undefined || session.person.role === 'viewer') return null
  return (
    <>
      <Button
        variant={primary ? 'filled' : 'default'}
        disabled={running || look.isPending}
        title={running ? 'A look is running' : undefined}
        onClick={() => look.mutate()}
      >
        Look now
      </Button>
      {look.error && <span role="alert">{look.error.message}</span>}
    </>
  )
}
