import { Command, Option } from 'commander'
import type { BuildReport } from '../run/advisories.ts'
import { ago } from '../lib/instant.ts'
import { printable } from '../lib/printable.ts'
import type { FeedAge } from '../model/advisory.ts'
import { repeatable } from './repeatable.ts'
import { print } from './terminal.ts'

interface Common {
  data?: string
  format: string
}

interface BuildOptions extends Common {
  from: string
  acceptShrunk: string[]
}

interface UpdateOptions extends Common {
  only: string[]
  mirror?: string
  insecureMirror?: true
  acceptShrunk: string[]
}

interface PushOptions extends Common {
  key?: string
  insecureRegistry: string[]
}

interface PullOptions extends Common {
  trustedKey: string[]
  insecureRegistry: string[]
  insecureUnsigned?: true
  allowOlder?: true
}

export function dbCommand(): Command {
  // Before the commands inside are made, so that they end as the others do.
  const db = new Command('db').description('The index of advisories that packages are matched with.').exitOverride()
  const command = (name: string, description: string): Command =>
    db
      .command(name)
      .description(description)
      .option('--data <dir>', 'folder that holds the index (default: ~/.plimsoll)')
      .addOption(new Option('--format <format>', 'how to print').choices(['table', 'json']).default('table'))
  const shrunk = (): Option =>
    repeatable('--accept-shrunk <feed>', 'take a feed, or feed/part, that has lost nine tenths of its records')
  const registry = (): Option => repeatable('--insecure-registry <host>', 'may be asked without TLS')
  command('update', 'Fetches what is new of all feeds, and builds the index from them.')
    .addOption(repeatable('--only <feed>', 'fetch this one, the others stay', 'all'))
    .option('--mirror <url>', "fetch FEED/PATH below this address instead of the publishers'")
    .option('--insecure-mirror', 'the mirror may be asked without TLS')
    .addOption(shrunk())
    .action(update)
  command('build', 'Builds the index from a folder of feeds; the one before serves until it is done.')
    .requiredOption('--from <dir>', "folder laid out as OSV's bucket is: Debian/all.zip, npm/all.zip, …")
    .addOption(shrunk())
    .action(build)
  command('info', 'What the index holds, and how old each feed is.').action(info)
  command('push', 'Puts the index into a registry, for others to pull.')
    .argument('<reference>', 'oci://HOST/NAME:TAG')
    .option('--key <file>', 'private key (PEM, Ed25519 or ECDSA P-256) that signs it')
    .addOption(registry())
    .action(push)
  command('pull', 'Takes the index from a registry, when somebody trusted has signed it.')
    .argument('<reference>', 'oci://HOST/NAME:TAG')
    .addOption(repeatable('--trusted-key <file>', 'public key of who may have signed it'))
    .option('--insecure-unsigned', 'take it also when nobody trusted has signed it')
    .option('--allow-older', 'take it also when it is older than the one that is here')
    .addOption(registry())
    .action(pull)
  return db
}

async function build({ from, data, format, acceptShrunk: accepted }: BuildOptions): Promise<void> {
  const { buildFrom } = await import('../run/advisories.ts')
  const { dataFolder } = await import('../run/data-folder.ts')
  const { interruptSignal } = await import('./interrupt.ts')
  const { result, seconds } = await timed(() =>
    buildFrom(from, dataFolder(data), { progress: showFolder, signal: interruptSignal(), accepted }),
  )
  await printReport(result, seconds, format)
}

async function update({ data, format, only, mirror, insecureMirror, acceptShrunk }: UpdateOptions): Promise<void> {
  const { updateFeeds } = await import('../run/feeds-update.ts')
  const { guardedClient } = await import('../io/guarded-http.ts')
  const { dataFolder } = await import('../run/data-folder.ts')
  const { interruptSignal } = await import('./interrupt.ts')
  const address = mirror === undefined ? undefined : toUrl(mirror)
  const client = guardedClient({ plainHosts: address && insecureMirror ? [address.host] : [] })
  const options = { client, signal: interruptSignal(), progress: showFolder, fetched: showFetched }
  const { result, seconds } = await timed(() =>
    updateFeeds(dataFolder(data), { ...options, only, mirror: address, accepted: acceptShrunk }),
  ).finally(client.close)
  const { built, problems } = result
  if (format === 'json') {
    const json = { ...(built ? { built } : {}), problems: Object.fromEntries(problems) }
    return print([`${JSON.stringify(json, undefined, 2)}\n`])
  }
  for (const [feed, problem] of problems) console.error(`plimsoll: ${printable(`${feed}: ${problem}`)}`)
  if (built) return printReport(built, seconds, format)
  await print([problems.size > 0 ? 'nothing new was fetched\n' : 'all feeds are up to date\n'])
}

function toUrl(text: string): URL {
  const url = URL.parse(text)
  if (url && /^https?:$/.test(url.protocol) && url.search === '' && url.username === '') return url
  throw new Error('--mirror: expected an address, e.g. https://mirror.example/feeds')
}

async function push(text: string, { data, format, key: path, insecureRegistry }: PushOptions): Promise<void> {
  const { parseArtifactReference, pushIndex } = await import('../run/index-artifact.ts')
  const { readSigningKey } = await import('../run/artifact-signature.ts')
  const { dataFolder } = await import('../run/data-folder.ts')
  const { interruptSignal } = await import('./interrupt.ts')
  const reference = parseArtifactReference(text)
  const key = path === undefined ? undefined : await readSigningKey(path)
  const options = { signal: interruptSignal(), insecure: insecureRegistry, ...(key ? { key } : {}) }
  const pushed = await pushIndex(dataFolder(data), reference, options)
  if (format === 'json') return print([`${JSON.stringify(pushed, undefined, 2)}\n`])
  const signed = key ? 'signed' : 'without a signature: nobody can pull it but with --insecure-unsigned'
  await print([`${printable(text)}: ${grouped(pushed.advisories)} advisories, ${pushed.digest}, ${signed}\n`])
}

async function pull(text: string, options: PullOptions): Promise<void> {
  const { parseArtifactReference, pullIndex } = await import('../run/index-artifact.ts')
  const { readTrustedKey } = await import('../run/artifact-signature.ts')
  const { dataFolder } = await import('../run/data-folder.ts')
  const { interruptSignal } = await import('./interrupt.ts')
  const reference = parseArtifactReference(text)
  const keys = await Promise.all(options.trustedKey.map(readTrustedKey))
  const pulled = await pullIndex(dataFolder(options.data), reference, {
    signal: interruptSignal(),
    insecure: options.insecureRegistry,
    keys,
    unverified: options.insecureUnsigned === true,
    older: options.allowOlder === true,
  })
  if (options.format === 'json') return print([`${JSON.stringify(pulled, undefined, 2)}\n`])
  const by = pulled.signedBy === undefined ? 'not signed by anybody trusted' : `signed by ${pulled.signedBy}`
  await print([printable(`${text}: ${grouped(pulled.advisories)} advisories, built ${pulled.builtAt}, ${by}`) + '\n'])
}

async function info({ data, format }: Common): Promise<void> {
  const { openAdvisories } = await import('../run/advisories.ts')
  const { isOld } = await import('../run/feed-age.ts')
  const { systemClock } = await import('../io/clock.ts')
  const { dataFolder } = await import('../run/data-folder.ts')
  const index = await openAdvisories(dataFolder(data))
  try {
    const { builtAt, origin } = index.age()
    const { generation } = index
    const contents = index.contents()
    if (format === 'json')
      return await print([`${JSON.stringify({ builtAt, origin, generation, ...contents }, undefined, 2)}\n`])
    const now = systemClock()
    await print([
      ...ecosystemRows(contents),
      ...(origin === 'starter' ? [] : feedRows(contents.feeds, now, isOld)),
      printable(`\nbuilt ${builtAt} from ${origins[origin] ?? origin}`) + '\n',
    ])
  } finally {
    index.close()
  }
}

const origins: Readonly<Record<string, string>> = {
  starter: 'the starter set that comes with Plimsoll; plimsoll db update makes a whole one',
  update: 'feeds that were fetched',
}

function feedRows(feeds: readonly FeedAge[], now: string, isOld: (age: FeedAge, now: string) => boolean): string[] {
  const rows = feeds.map((age) => ({ age, name: [age.feed, age.part].filter(Boolean).join('/') }))
  const widest = Math.max(0, ...rows.map(({ name }) => name.length))
  return [
    '\nFeeds:\n',
    ...rows.map(({ age, name }) => {
      const fetched = age.asOf === undefined ? '' : `  fetched ${ago(age.asOf, now)}${isOld(age, now) ? ' (old)' : ''}`
      const newest = age.newest === undefined ? '' : `  newest ${age.newest.slice(0, 10)}`
      const problem = age.problem === undefined ? '' : `  ${age.problem}`
      const count = grouped(age.records).padStart(10)
      return printable(`${name.padEnd(widest)}  ${count}${fetched}${newest}${problem}`) + '\n'
    }),
  ]
}

async function printReport(report: BuildReport, seconds: number, format: string): Promise<void> {
  if (format === 'json') return print([`${JSON.stringify(report, undefined, 2)}\n`])
  await print([
    ...ecosystemRows(report),
    ...gapRows(report),
    `\n${report.file}: ${grouped(report.advisories)} advisories in ${seconds.toFixed(1)} s\n`,
  ])
}

function showFetched(path: string, isNew: boolean): void {
  if (isNew) process.stderr.write(`${printable(path)}: fetched\n`)
}

function showFolder(folder: string, documents: number, done: boolean): void {
  const line = printable(`${folder}: ${grouped(documents)} documents`)
  if (process.stderr.isTTY) process.stderr.write(`\r\u001B[2K${line}${done ? '\n' : ' …'}`)
  else if (done) process.stderr.write(`${line}\n`)
}

function ecosystemRows({ ecosystems, exploited }: Pick<BuildReport, 'ecosystems' | 'exploited'>): string[] {
  const rows = [...Object.entries(ecosystems), ['known to be exploited', exploited] as const]
  const widest = Math.max(...rows.map(([name]) => name.length))
  return rows.map(([name, count]) => `${printable(name).padEnd(widest)}  ${grouped(count).padStart(10)}\n`)
}

function gapRows({ gaps }: BuildReport): string[] {
  if (gaps.length === 0) return []
  const shown = gaps
    .slice(0, 20)
    .map(({ why, place }) => printable(`  ${[place?.path, place?.line].filter(Boolean).join(':')}  ${why}`) + '\n')
  const rest =
    gaps.length > shown.length ? [`  and ${grouped(gaps.length - shown.length)} more: --format json lists them\n`] : []
  return ['\nNot read:\n', ...shown, ...rest]
}

async function timed<T>(work: () => Promise<T>): Promise<{ result: T; seconds: number }> {
  const start = performance.now()
  return { result: await work(), seconds: (performance.now() - start) / 1000 }
}

function grouped(count: number): string {
  return count.toLocaleString('en-GB')
}
