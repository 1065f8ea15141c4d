import { createRoute, z } from '@hono/zod-openapi'
import type { App } from '../context.ts'
import type { ServeDeps } from '../deps.ts'
import { json, refusals } from './describe.ts'

export function openapiRoutes(app: App, deps: ServeDeps): void {
  app.openapi(document, (c) => {
    const generated = app.getOpenAPI31Document({
      openapi: '3.1.0',
      info: {
        title: 'Plimsoll',
        version: deps.version,
        description:
          'What the console shows, for programs. Each operation names the action that it needs in `x-action`.',
        license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
      },
      servers: [{ url: '/' }],
    })
    return c.json(generated as unknown as Record<string, unknown>, 200)
  })
}

const document = createRoute({
  method: 'get',
  path: '/api/openapi.json',
  summary: 'This document',
  'x-action': 'read',
  responses: { 200: json(z.record(z.string(), z.unknown()), 'OpenAPI 3.1'), ...refusals },
})
