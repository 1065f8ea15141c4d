// New findings, from the change of the index that brought them to whoever is to be told: first into the outbox, then on
// their way, each until its receiver has taken it.

import { guardedClient } from '../../io/guarded-http.ts'
import type { Clock } from '../../io/clock.ts'
import { mostFindings } from '../../model/notification.ts'
import { severities } from '../../model/severity.ts'
import type { DueNotification, NewFindings, OutgoingNotification } from '../../store/outbox.ts'
import type { Outbox } from '../../store/store.ts'
import type { Channel, ChannelTools } from './channel.ts'
import type { ChannelConfig, NotifyConfig } from './config.ts'
import { emailChannel } from './email.ts'
import { slackChannel } from './slack.ts'
import { webhookChannel } from './webhook.ts'

export interface Notifier {
  /** Takes note of what a change of the index brought; without channels too, so that one added later tells of later ones. */
  announce(generation: string): Promise<number>
  /** Sends what is due, one after the other. */
  deliver(signal: AbortSignal): Promise<void>
  close(): void
}

export interface NotifierParts {
  outbox: Outbox
  config: NotifyConfig
  clock: Clock
  /** `channel` and `problem` hold no secret. */
  failed: (facts: { channel: string; problem: string; attempts: number }) => void
}

/** Milliseconds that a process has for sending one; after a kill another sends it again. */
const lease = 60_000
const firstPause = 5000
const longestPause = 60 * 60 * 1000

export function notifier({ outbox, config, clock, failed }: NotifierParts): Notifier {
  const http = guardedClient({ plainHosts: config.channels.flatMap(plainHost) })
  const tools = { http, ...(config.console === undefined ? {} : { console: config.console }) }
  const channels = new Map(config.channels.map((one) => [one.id, channelOf(one, tools, clock)]))

  const send = async (due: DueNotification, signal: AbortSignal): Promise<void> => {
    const channel = channels.get(due.channel)
    try {
      if (!channel) throw new Error('no channel of this name is configured')
      await channel.send(due, signal)
      await outbox.markSent(due.id, clock())
    } catch (error) {
      signal.throwIfAborted()
      const problem = problemOf(error)
      failed({ channel: due.channel, problem, attempts: due.attempts + 1 })
      await outbox.tryAgainAt(due.id, later(clock(), pauseAfter(due.attempts)), problem)
    }
  }
  return {
    announce: (generation) =>
      outbox.announce(clock(), (found, beyond) =>
        config.channels.flatMap((channel) =>
          found.flatMap((ofTeam) => contentFor(channel, ofTeam, { generation, at: clock(), beyond })),
        ),
      ),
    async deliver(signal) {
      for (;;) {
        signal.throwIfAborted()
        const due = await outbox.takeDue(clock(), lease)
        if (!due) return
        await send(due, signal)
      }
    },
    close() {
      for (const channel of channels.values()) channel.close()
      http.close()
    },
  }
}

function channelOf(config: ChannelConfig, tools: ChannelTools, clock: Clock): Channel {
  if (config.kind === 'webhook') return webhookChannel(config, tools, clock)
  return config.kind === 'slack' ? slackChannel(config, tools) : emailChannel(config, tools)
}

function plainHost(config: ChannelConfig): string[] {
  return config.insecure && config.kind !== 'email' ? [new URL(config.url).host] : []
}

function contentFor(
  { id, teams, atLeast }: ChannelConfig,
  { team, findings }: NewFindings,
  { generation, at, beyond }: { generation: string; at: string; beyond: number },
): OutgoingNotification[] {
  if (teams && !teams.includes(team)) return []
  const least = severities.indexOf(atLeast)
  const told = findings.filter(({ severity, exploited }) => exploited || severities.indexOf(severity) <= least)
  if (told.length === 0) return []
  const content = { team, generation, at, findings: told.slice(0, mostFindings), total: told.length + beyond }
  return [{ channel: id, content }]
}

/** Doubles from time to time. */
function pauseAfter(attempts: number): number {
  return Math.min(longestPause, firstPause * 2 ** Math.min(attempts, 20))
}

function later(now: string, milliseconds: number): string {
  return new Date(Date.parse(now) + milliseconds).toISOString()
}

/** An address can be a secret (Slack's are): of the system's errors only the code is kept. */
function problemOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  return code === undefined ? message : `the receiver could not be reached (${code})`
}
