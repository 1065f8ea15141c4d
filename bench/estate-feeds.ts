// A publisher of advisories on this machine, laid out as a mirror is, and the data folder that follows it over HTTP.

import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { guardedClient } from '../src/io/guarded-http.ts'
import { zipOf } from '../src/lib/testing.ts'
import type { Advisory } from '../src/model/advisory.ts'
import { indexFile } from '../src/run/advisories.ts'
import { updateFeeds } from '../src/run/feeds-update.ts'

export interface BenchFeeds {
  data: string
  /** Path of the index. */
  index: string
  publish(records: readonly Advisory[]): void
  update(signal: AbortSignal): Promise<void>
  close(): void
}

export async function startFeeds(data: string): Promise<BenchFeeds> {
  const files = new Map<string, Buffer>()
  const server = createServer(({ url = '', headers }, response) => {
    const content = files.get(decodeURIComponent(url))
    if (!content) return void response.writeHead(404).end()
    const etag = `"${createHash('sha1').update(content).digest('hex')}"`
    const isSame = headers['if-none-match'] === etag
    response.writeHead(isSame ? 304 : 200, { etag }).end(isSame ? '' : content)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const mirror = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  const client = guardedClient()
  return {
    data,
    index: indexFile(data),
    publish(records) {
      const ofEcosystem = Map.groupBy(records, ({ affected }) => affected![0]!.package!.ecosystem.split(':')[0]!)
      files.set('/osv/ecosystems.txt', Buffer.from([...ofEcosystem.keys()].join('\n')))
      for (const [ecosystem, own] of ofEcosystem) {
        const entries = own.map((record) => ({ path: `${record.id}.json`, contents: JSON.stringify(record) }))
        files.set(`/osv/${ecosystem}/all.zip`, zipOf(entries))
      }
    },
    async update(signal) {
      const { problems } = await updateFeeds(data, { client, signal, mirror, only: ['osv'] })
      for (const [feed, problem] of problems) throw new Error(`${feed}: ${problem}`)
    },
    close() {
      client.close()
      server.closeAllConnections()
      server.close()
    },
  }
}
