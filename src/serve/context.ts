// What travels with a request: where it came from, and who it speaks for.

import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { Person, Scope } from '../model/team.ts'

export interface AppEnv {
  Bindings: Partial<ServerBindings>
  Variables: {
    /** Absent on routes that are open. */
    caller: Caller
    /** The teams in which the caller may do what the route does. */
    scope: Scope
  }
}

/** Set by the server that received the request; no header can set them. */
export interface ServerBindings {
  /** The request came over the local socket, which the kernel opens to this machine's operator only. */
  operator: boolean
  /** Aborted when the server closes: whatever streams must end. */
  closing: AbortSignal
  /** Where browsers on this machine reach the server: `http://127.0.0.1:7463`. */
  address: string
}

/** `operator`: this machine's own, over the local socket; there is no session then. */
export type Caller = Person & ({ operator: true } | { operator: false; session: string })

export type App = OpenAPIHono<AppEnv>
export type AppContext = Context<AppEnv>
