// A way to tell somebody: one file each.

import type { GuardedClient } from '../../io/guarded-http.ts'
import type { DueNotification } from '../../store/outbox.ts'

export interface Channel {
  /** Resolves when the receiver has taken it; throws with words that hold neither address nor secret. */
  send(notification: DueNotification, signal: AbortSignal): Promise<void>
  close(): void
}

export interface ChannelTools {
  http: GuardedClient
  /** Where people reach the console. */
  console?: string
}

/** Milliseconds without a byte, and for the whole answer. */
export const patience = { idle: 10_000, total: 20_000 }

/** Posts JSON; anything but 2xx is a refusal, a redirect too: it would go to an address that nobody wrote down. */
export async function post(
  http: GuardedClient,
  url: string,
  body: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<void> {
  const answer = await http.request(new URL(url), {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...headers },
    ...patience,
    signal,
  })
  answer.body.destroy()
  if (answer.status < 200 || answer.status > 299) throw new Error(`the receiver answered ${answer.status}`)
}
