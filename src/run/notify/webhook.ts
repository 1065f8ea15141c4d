// JSON to an address, signed so that the receiver knows who wrote it and when.

import { createHmac } from 'node:crypto'
import type { WebhookConfig } from './config.ts'
import { post, type Channel, type ChannelTools } from './channel.ts'
import { consoleLink } from './text.ts'

/** `clock`: ISO 8601, UTC. */
export function webhookChannel({ url, secret }: WebhookConfig, tools: ChannelTools, clock: () => string): Channel {
  return {
    async send({ id, content }, signal) {
      const findings = content.findings.map((finding) => {
        const link = consoleLink(tools.console, finding)
        return link === undefined ? finding : { ...finding, link }
      })
      const body = JSON.stringify({ kind: 'new-findings', id, ...content, findings })
      const time = Math.floor(Date.parse(clock()) / 1000)
      const headers = {
        // The same number each time that it is sent: a receiver that has it already can leave it.
        'plimsoll-delivery': String(id),
        'plimsoll-signature': `t=${time},v1=${signature(secret, time, body)}`,
      }
      await post(tools.http, url, body, headers, signal)
    },
    close() {},
  }
}

/** HMAC-SHA256 in hex over the time in seconds, a full stop and the body as it is sent. */
function signature(secret: string, time: number, body: string): string {
  return createHmac('sha256', secret).update(`${time}.${body}`).digest('hex')
}
