import { Command, InvalidArgumentError } from 'commander'

export interface ServeOptions {
  data?: string
  database?: string
  host: string
  port: number
  every: number
  publicUrl?: URL
  trust?: string
  yaraRules: string[]
  malwareHashes: string[]
  javaArchives: string[]
  notify?: string
  updateEvery?: number
  updateMirror?: URL
  vex: string[]
  ignoreFile: string[]
}

/** What `serve` and `start` both take. */
export function serveOptions(command: Command): Command {
  return command
    .option('--data <dir>', 'data folder (default: ~/.plimsoll)')
    .option('--database <url>', 'a PostgreSQL instead of the embedded store: postgres://…')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--port <number>', 'port to listen on', wholeNumber(0, 65_535), 7463)
    .option('--every <seconds>', 'pause between two looks at the estate', wholeNumber(1, 86_400), 60)
    .option('--public-url <url>', 'where people reach it, behind a proxy', address)
    .option('--notify <file>', 'who is told of new findings (docs/notifications.md)')
    .option('--update-every <seconds>', 'pause between two updates of the advisory feeds', wholeNumber(60, 604_800))
    .option('--update-mirror <url>', "fetch FEED/PATH below this address instead of the publishers'", address)
    .option('--trust <file>', 'who may sign images: keys, identities of sigstore, authorities of Notation')
    .option(
      '--yara-rules <path>',
      'file or folder with YARA rules for images; needs YARA-X; can be repeated',
      toList,
      [],
    )
    .option('--malware-hashes <file>', 'list of hashes of known malware; can be repeated', toList, [])
    .option(
      '--java-archives <file>',
      'SHA-1 of Java archives, by their paths in a Maven repository; can be repeated',
      toList,
      [],
    )
    .option('--vex <file>', 'statements of VEX (OpenVEX, CSAF or CycloneDX in JSON); can be repeated', toList, [])
    .option(
      '--ignore-file <file>',
      'exceptions in the form of Trivy, Grype or osv-scanner; can be repeated (docs/exceptions.md)',
      toList,
      [],
    )
}

/** Of an option that can be repeated. */
export function toList(value: string, before: readonly string[]): string[] {
  return [...before, value]
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
