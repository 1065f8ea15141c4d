// Who is told of new findings: a YAML file that only the server's administrator writes. Secrets stand in it, or in the
// environment (`${NAME}`), and nowhere else.

import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { severities } from '../../model/severity.ts'
import { checkedYaml } from '../checked-yaml.ts'

const common = {
  /** What the outbox knows it by; a channel of another name is another one. */
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'give a short name of a-z, 0-9 and -'),
  /** Ids; all teams when it is absent. */
  teams: z.array(z.string().min(1)).optional(),
  /** Findings below it are not told. */
  atLeast: z.enum(severities).default('high'),
  /** Asked without TLS also where it is not this machine. */
  insecure: z.boolean().default(false),
}
const webAddress = z.url({ protocol: /^https?$/ })

const webhook = z.strictObject({
  kind: z.literal('webhook'),
  ...common,
  url: webAddress,
  /** Of the signature. */
  secret: z.string().min(16, 'give a secret of 16 characters or more'),
})
const slack = z.strictObject({ kind: z.literal('slack'), ...common, url: webAddress })
const email = z.strictObject({
  kind: z.literal('email'),
  ...common,
  /** `smtps://` begins with TLS, `smtp://` changes to it. */
  server: z.url({ protocol: /^smtps?$/ }),
  user: z.string().optional(),
  password: z.string().optional(),
  from: z.string().min(3),
  to: z.array(z.string().min(3)).min(1).max(100),
})

const file = z.strictObject({
  /** Where people reach the console; links begin with it. */
  console: webAddress.optional(),
  channels: z.array(z.discriminatedUnion('kind', [webhook, email, slack])).max(100),
})

export type NotifyConfig = z.infer<typeof file>
export type ChannelConfig = NotifyConfig['channels'][number]
export type WebhookConfig = z.infer<typeof webhook>
export type EmailConfig = z.infer<typeof email>
export type SlackConfig = z.infer<typeof slack>

/** Throws with file, line and field; never with a value, which may be a secret. */
export function readNotifyConfig(path: string, environment: NodeJS.ProcessEnv = process.env): NotifyConfig {
  const checked = checkedYaml(
    readText(path),
    z.preprocess((value) => fromEnvironment(value, environment), file),
  )
  if ('problems' in checked) {
    const { line, field, message } = checked.problems[0]!
    throw new Error(
      `${path}:${line}: ${field === '' ? '' : `${field}: `}${message} (docs/notifications.md has an example)`,
    )
  }
  const ids = checked.content.channels.map(({ id }) => id)
  const twice = ids.find((id, index) => ids.indexOf(id) !== index)
  if (twice !== undefined) throw new Error(`${path}: two channels are called ${twice}: give each a name of its own`)
  return checked.content
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException
    throw new Error(`${path} could not be read (${code})`, { cause: error })
  }
}

/** A text that is `${NAME}` and nothing else is the variable's value. */
function fromEnvironment(value: unknown, environment: NodeJS.ProcessEnv): unknown {
  if (Array.isArray(value)) return value.map((item) => fromEnvironment(item, environment))
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fromEnvironment(item, environment)]))
  }
  const name = typeof value === 'string' ? /^\$\{(?<name>[A-Za-z_]\w*)\}$/.exec(value)?.groups?.['name'] : undefined
  if (name === undefined) return value
  const found = environment[name]
  if (found === undefined || found === '') throw new Error(`the environment has no ${name}, which a channel asks for`)
  return found
}
