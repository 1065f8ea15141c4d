// A message to an incoming webhook of Slack. https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks

import type { SlackConfig } from './config.ts'
import { post, type Channel, type ChannelTools } from './channel.ts'
import { consoleLink, findingLine, headline, shownFindings, workloadLine } from './text.ts'

/** Characters of a section's text. https://docs.slack.dev/reference/block-kit/blocks/section-block */
const longestSection = 3000

/** The address is the secret of such a webhook. */
export function slackChannel({ url }: SlackConfig, tools: ChannelTools): Channel {
  return {
    async send({ content }, signal) {
      const sections = shownFindings(content).map((finding) => {
        const link = consoleLink(tools.console, finding)
        const name = link === undefined ? escaped(finding.name) : `<${link}|${escaped(finding.name)}>`
        return `*${name}* ${escaped(findingLine(finding))}\n${escaped(workloadLine(finding))}`
      })
      const title = headline(content)
      const blocks = [`*${escaped(title)}*`, ...sections].map((text) => ({
        type: 'section',
        text: { type: 'mrkdwn', text: text.slice(0, longestSection) },
      }))
      await post(tools.http, url, JSON.stringify({ text: title, blocks }), {}, signal)
    },
    close() {},
  }
}

/** https://docs.slack.dev/messaging/formatting-message-text#escaping */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
