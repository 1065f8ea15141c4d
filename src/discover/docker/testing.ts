// An engine for tests: a real HTTP server on a real Unix socket, with answers in the form of the API's reference.

import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { engineClient } from '../../io/engine.ts'
import { folderMachine } from '../../io/machine.ts'
import type { Resource } from '../../model/resource.ts'
import type { Scan } from '../../model/scan.ts'
import type { Ask, Source } from '../source.ts'

export type Answer = object | ((response: ServerResponse) => void)

export interface FakeEngine {
  socket: string
  /** Method and path of each request, as they came. */
  requests: string[]
  close(): Promise<void>
}

/** `answers` by path without the version; a path that is not there is a 404 as the engine words it. */
export async function fakeEngine(answers: Readonly<Record<string, Answer>>): Promise<FakeEngine> {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-engine-'))
  const socket = join(folder, 'engine.sock')
  const requests: string[] = []
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`)
    const answer = answers[request.url!.replace(/^\/v1\.\d+/, '')]
    if (typeof answer === 'function') answer(response)
    else if (answer === undefined) refuse(404, 'page not found')(response)
    else response.setHeader('content-type', 'application/json').end(JSON.stringify(answer))
  })
  await new Promise<void>((resolve) => server.listen(socket, resolve))
  return {
    socket,
    requests,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export function refuse(status: number, message: string): (response: ServerResponse) => void {
  return (response) => {
    response.statusCode = status
    response.end(JSON.stringify({ message }))
  }
}

export const dockerVersion = {
  Version: '28.1.1',
  ApiVersion: '1.49',
  MinAPIVersion: '1.24',
  Components: [
    { Name: 'Engine', Version: '28.1.1' },
    { Name: 'containerd', Version: '1.7.27' },
  ],
}

export const podmanVersion = {
  Version: '5.4.2',
  ApiVersion: '1.41',
  MinAPIVersion: '1.24',
  Components: [
    { Name: 'Podman Engine', Version: '5.4.2' },
    { Name: 'Conmon', Version: 'conmon version 2.1.12' },
  ],
}

/** What a source is given on a machine `web-1` with these sockets; each of them leads to the fake engine. */
export function askOf(fake: FakeEngine | undefined, sockets: readonly string[], env: Record<string, string> = {}): Ask {
  const stat = async (path: string) =>
    sockets.includes(path) ? { kind: 'socket' as const, mode: 0o660, uid: 0, gid: 0 } : undefined
  return {
    machine: { ...folderMachine('/nowhere', env, 'web-1'), stat },
    engine: (address) => engineClient(fake !== undefined && sockets.includes(address) ? fake.socket : address),
  }
}

/** All that a source reports: resources by id, and the reasons of the gaps. */
export async function discovered(source: Source, ask: Ask) {
  const gaps: string[] = []
  const resources = new Map<string, Resource>()
  const scan: Scan = { gap: (why) => gaps.push(why), signal: AbortSignal.timeout(10_000) }
  for await (const resource of source.discover(ask, scan)) resources.set(resource.id, resource)
  return { resources, gaps }
}
