import { createRoute } from '@hono/zod-openapi'
import { streamSSE } from 'hono/streaming'
import type { Progress } from '../../run/progress.ts'
import { scopeOf } from '../authorise.ts'
import type { App, AppContext } from '../context.ts'
import type { ServeDeps } from '../deps.ts'
import { refusal, refuse } from '../errors.ts'
import { latestSteps } from '../latest-steps.ts'
import { progressView, type ProgressView } from '../views/looks.ts'
import { refusals } from './describe.ts'

/** More than any team, and any one person, has tabs open; each holds a connection. */
const mostStreams = 200
const mostOfOne = 20
/** A comment keeps proxies from closing a quiet stream, and is the moment at which an ended session is noticed. */
const heartbeat = 15_000

export function looksRoutes(app: App, deps: ServeDeps): void {
  /** By the id of the person who listens, one for each stream. */
  const listening: string[] = []

  app.openapi(look, async (c) => {
    await deps.store.audit({ who: c.var.caller.id, what: 'look now' })
    deps.look()
    return c.body(null, 202)
  })

  app.openapi(progress, (c) => {
    // Who asks for the head never reads the stream, nor leaves it: nothing may be opened for them.
    if (c.req.method === 'HEAD') return c.body(null, 200, { 'content-type': 'text/event-stream' })
    const { id } = c.var.caller
    const refused = whyFull(listening, id)
    if (refused !== undefined) return refuse(c, 503, refused)
    listening.push(id)
    const steps = latestSteps(deps.progress)
    const named = maySeeNotes(c)
    return streamSSE(c, async (stream) => {
      const end = () => steps.end()
      stream.onAbort(end)
      c.env?.closing?.addEventListener('abort', end)
      const beat = setInterval(async () => {
        if (await stillSignedIn(c, deps)) await stream.write(': still here\n\n')
        else end()
      }, heartbeat).unref()
      try {
        if (c.env?.closing?.aborted) return
        for await (const step of steps) await stream.writeSSE({ data: JSON.stringify(present(step, named)) })
      } finally {
        clearInterval(beat)
        c.env?.closing?.removeEventListener('abort', end)
        steps.end()
        listening.splice(listening.indexOf(id), 1)
      }
    })
  })
}

/** Why one more page of a person may not listen; `listening`: whose those are that do. */
export function whyFull(listening: readonly string[], id: string): string | undefined {
  if (listening.length >= mostStreams) return `${mostStreams} pages are listening already; close one`
  if (listening.filter((other) => other === id).length < mostOfOne) return undefined
  return `${mostOfOne} of your own pages are listening already; close one`
}

/** Notes name machines and images of any team; those who may make it look may see at what. */
function maySeeNotes(c: AppContext): boolean {
  return scopeOf(c.var.caller, 'look') !== undefined
}

function present({ cycle, step, done, of, note, finished }: Progress, named: boolean): ProgressView {
  return { cycle, step, done, of, note: named ? note : '', finished }
}

async function stillSignedIn(c: AppContext, deps: ServeDeps): Promise<boolean> {
  const { caller } = c.var
  if (caller.operator) return true
  return deps.signIn.session(caller.session).then(
    (session) => session !== undefined,
    () => false,
  )
}

const look = createRoute({
  method: 'post',
  path: '/api/looks',
  summary: 'Look now',
  description: 'Begins a cycle over all sources; while one runs, that one goes on.',
  'x-action': 'look',
  responses: { 202: { description: 'it looks' }, ...refusals },
})

const progress = createRoute({
  method: 'get',
  path: '/api/looks/progress',
  summary: 'What the cycle that runs, or ran last, is doing',
  description: 'First the last event of each step, then every new one; a slow reader gets the newest of each step.',
  'x-action': 'read',
  responses: {
    200: { description: 'server-sent events', content: { 'text/event-stream': { schema: progressView } } },
    ...refusals,
    503: refusal('too many listen already'),
  },
})
