// The console of a machine with a Docker Engine in a real Chromium: what the suites of the console begin with.

import type { Browser } from 'playwright-core'
import { digest } from './parts.ts'
import { launch, openPage, type Watched } from './browser.ts'
import { ensureBuilt } from './build.ts'
import { type Estate, machineWithDocker } from './estates.ts'
import { type FakeServer, serveConsole } from './server.ts'

export const imageAddress = `/images/image?id=${encodeURIComponent(`image/${digest('a')}`)}`

export interface StartedConsole {
  browser: Browser
  server: FakeServer
  docker: Estate
  workloadAddress: string
  /** A page at the address, its first answer painted. */
  open(path: string, ready: string, options?: Parameters<typeof openPage>[1]): Promise<Watched>
  /** As it was at first. */
  reset(): void
  close(): Promise<void>
}

export async function startConsole(): Promise<StartedConsole> {
  await ensureBuilt()
  const docker = await machineWithDocker()
  const server = await serveConsole(docker)
  const browser = await launch()
  return {
    browser,
    server,
    docker,
    workloadAddress: `/inventory/workload?id=${encodeURIComponent(docker.workload.id)}`,
    async open(path, ready, options = {}) {
      const watched = await openPage(browser, options)
      await watched.page.goto(server.url + path)
      await watched.page.getByText(ready).first().waitFor()
      return watched
    },
    reset() {
      server.estate = docker
      server.signedIn = true
      server.broken.clear()
      server.asked.length = 0
    },
    async close() {
      await browser.close()
      await server.close()
    },
  }
}
