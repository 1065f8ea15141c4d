// A message by SMTP, always inside TLS but to this machine or where it was allowed otherwise.

import { createTransport } from 'nodemailer'
import { reachOf } from '../../io/address-reach.ts'
import type { EmailConfig } from './config.ts'
import { patience, type Channel, type ChannelTools } from './channel.ts'
import { consoleLink, findingLine, headline, shownFindings, workloadLine } from './text.ts'

const ports: Readonly<Record<string, number>> = { 'smtp:': 587, 'smtps:': 465 }

export function emailChannel(config: EmailConfig, tools: ChannelTools): Channel {
  const { from, to, user, password, insecure } = config
  const server = new URL(config.server)
  const host = server.hostname.replace(/^\[|\]$/g, '')
  const secure = server.protocol === 'smtps:'
  const isThisMachine = host === 'localhost' || reachOf(host) === 'loopback'
  const transport = createTransport({
    host,
    port: server.port === '' ? ports[server.protocol]! : Number(server.port),
    secure,
    requireTLS: !secure && !insecure && !isThisMachine,
    ...(user === undefined ? {} : { auth: { user, pass: password ?? '' } }),
    connectionTimeout: patience.idle,
    greetingTimeout: patience.idle,
    socketTimeout: patience.total,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return {
    async send({ id, content }) {
      const lines = shownFindings(content).flatMap((finding) => [
        `${finding.name} ${findingLine(finding)}`,
        `  ${workloadLine(finding)}`,
        ...(consoleLink(tools.console, finding) === undefined ? [] : [`  ${consoleLink(tools.console, finding)}`]),
        '',
      ])
      const title = headline(content)
      try {
        await transport.sendMail({
          from,
          to,
          subject: title,
          text: [title, '', ...lines].join('\n'),
          // The same each time that it is sent: a mailbox shows it once.
          messageId: `<plimsoll-${id}-${Date.parse(content.at)}@${from.split('@').at(-1)!.replace(/>$/, '')}>`,
        })
      } catch (error) {
        // oxlint-disable-next-line preserve-caught-error -- what the server says may hold addresses
        throw new Error(whyNotSent(error as { code?: string; responseCode?: number }))
      }
    },
    close: () => transport.close(),
  }
}

function whyNotSent({ code = 'unknown', responseCode }: { code?: string; responseCode?: number }): string {
  return responseCode === undefined ? `the mail server failed (${code})` : `the mail server answered ${responseCode}`
}
