import { Command, InvalidArgumentError } from 'commander'
import { givenOptions, type GivenOptions } from './given-options.ts'

export interface ServeOptions extends GivenOptions {
  data?: string
  database?: string
  host: string
  port: number
  every: number
  publicUrl?: URL
  notify?: string
  updateEvery?: number
  updateMirror?: URL
}

/** What `serve` and `start` both take. */
export function serveOptions(command: Command): Command {
  const own = command
    .option('--data <dir>', 'data folder (default: ~/.plimsoll)')
    .option('--database <url>', 'a PostgreSQL instead of the embedded store: postgres://…')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--port <number>', 'port to listen on', wholeNumber(0, 65_535), 7463)
    .option('--every <seconds>', 'pause between two looks at the estate', wholeNumber(1, 86_400), 60)
    .option('--public-url <url>', 'where people reach it, behind a proxy', address)
    .option('--notify <file>', 'who is told of new findings (docs/notifications.md)')
    .option('--update-every <seconds>', 'pause between two updates of the advisory feeds', wholeNumber(60, 604_800))
    .option('--update-mirror <url>', "fetch FEED/PATH below this address instead of the publishers'", address)
  return givenOptions(own)
}

export function serveCommand(): Command {
  return serveOptions(new Command('serve').description('Serves the API and the console, and keeps looking.')).action(
    runServe,
  )
}

async function runServe(options: ServeOptions): Promise<void> {
  const { runPlimsoll } = await import('./running.ts')
  const { interruptSignal } = await import('./interrupt.ts')
  const signal = interruptSignal()
  const running = await runPlimsoll({ ...options, ignoreFiles: options.ignoreFile, quiet: false })
  console.log(`Plimsoll listens on ${running.url}`)
  console.log(`Sign in once, within 15 minutes: ${await running.signInLink()}`)
  await untilAborted(signal)
  await running.close()
}

export function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = Number(text)
    if (/^\d+$/.test(text) && number >= least && number <= most) return number
    throw new InvalidArgumentError(`give a whole number from ${least} to ${most}`)
  }
}

function address(text: string): URL {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return new URL(text)
  throw new InvalidArgumentError('give an address that begins with https:// or http://')
}
