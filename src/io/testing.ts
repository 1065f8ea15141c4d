// A registry for tests: a real HTTP server with documents by their path, and a hook for what goes wrong.

import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface FakeRegistry {
  /** `127.0.0.1:43210` */
  host: string
  /** By path, `/v2/team/app/manifests/1`. */
  documents: Map<string, { body: string | Uint8Array; type?: string }>
  requests: { method: string; path: string; headers: IncomingHttpHeaders; body: string }[]
  /** Sees each request first; true when it has answered. */
  hook: (request: IncomingMessage, response: ServerResponse, body: string) => boolean
  paths(): string[]
}

export async function fakeRegistry(t: { after(then: () => void): void }): Promise<FakeRegistry> {
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const piece of request) body += String(piece)
    const path = request.url ?? ''
    registry.requests.push({ method: request.method ?? '', path, headers: request.headers, body })
    if (registry.hook(request, response, body)) return
    const document = registry.documents.get(path)
    if (document)
      response.writeHead(200, { 'content-type': document.type ?? 'application/octet-stream' }).end(document.body)
    else response.writeHead(404).end('{"errors":[{"code":"MANIFEST_UNKNOWN","message":"unknown"}]}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const registry: FakeRegistry = {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    documents: new Map([['/v2/', { body: '{}' }]]),
    requests: [],
    hook: () => false,
    paths: () => registry.requests.map(({ path }) => path),
  }
  return registry
}
