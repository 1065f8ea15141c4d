// The HTTP API and the console, as one function from request to answer; `server.ts` listens.

import { OpenAPIHono } from '@hono/zod-openapi'
import { compress } from 'hono/compress'
import { authorise } from './authorise.ts'
import { answerWithConsole } from './console.ts'
import type { App, AppEnv } from './context.ts'
import type { ServeDeps } from './deps.ts'
import { onError, refuseBadInput } from './errors.ts'
import { checkHost, checkOrigin, limitBody } from './guard.ts'
import { securityHeaders } from './headers.ts'
import { logRequests } from './log-requests.ts'
import { affectedRoutes } from './routes/affected.ts'
import { coverageRoutes } from './routes/coverage.ts'
import { exceptionsRoutes } from './routes/exceptions.ts'
import { findingsRoutes } from './routes/findings.ts'
import { imagesRoutes } from './routes/images.ts'
import { inventoryRoutes } from './routes/inventory.ts'
import { looksRoutes } from './routes/looks.ts'
import { openapiRoutes } from './routes/openapi.ts'
import { sessionRoutes } from './routes/session.ts'
import { sourcesRoutes } from './routes/sources.ts'

const groups = [
  sessionRoutes,
  coverageRoutes,
  inventoryRoutes,
  findingsRoutes,
  exceptionsRoutes,
  imagesRoutes,
  affectedRoutes,
  sourcesRoutes,
  looksRoutes,
  openapiRoutes,
]

export function createApp(deps: ServeDeps): App {
  const app: App = new OpenAPIHono<AppEnv>({ defaultHook: refuseBadInput })
  app.onError(onError(deps.log))
  app.notFound(answerWithConsole(deps.consoleFolder))
  app.use(logRequests(deps.log), securityHeaders, compress())
  app.use(checkHost(deps.publicUrl), checkOrigin(deps.publicUrl), limitBody)
  app.use(authorise(app, deps)) // after it nothing is a middleware: what follows has to have declared its action
  for (const register of groups) register(app, deps)
  return app
}
