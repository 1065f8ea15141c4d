import { Command, Option } from 'commander'
import type { BuildReport } from '../run/advisories.ts'
import { printable } from '../lib/printable.ts'
import { print } from './terminal.ts'

interface BuildOptions {
  from: string
  data?: string
  format: string
}

interface InfoOptions {
  data?: string
  format: string
}

export function dbCommand(): Command {
  const data = ['--data <dir>', 'folder that holds the index (default: ~/.plimsoll)'] as const
  const format = (): Option =>
    new Option('--format <format>', 'how to print').choices(['table', 'json']).default('table')
  // Before the commands inside are made, so that they end as the others do.
  const db = new Command('db').description('The index of advisories that packages are matched with.').exitOverride()
  db.command('build')
    .description('Builds the index from a folder of feeds; the one before serves until it is done.')
    .requiredOption('--from <dir>', "folder laid out as OSV's bucket is: Debian/all.zip, npm/all.zip, …")
    .option(...data)
    .addOption(format())
    .action(build)
  db.command('info')
    .description('What the index holds, and how old it is.')
    .option(...data)
    .addOption(format())
    .action(info)
  return db
}

async function build({ from, data, format }: BuildOptions): Promise<void> {
  const { buildFrom } = await import('../run/advisories.ts')
  const { dataFolder } = await import('../run/data-folder.ts')
  const { interruptSignal } = await import('./interrupt.ts')
  const { result, seconds } = await timed(() =>
    buildFrom(from, dataFolder(data), { progress: showFolder, signal: interruptSignal() }),
  )
  if (format === 'json') return print([`${JSON.stringify(result, undefined, 2)}\n`])
  await print([
    ...ecosystemRows(result),
    ...gapRows(result),
    `\n${result.file}: ${grouped(result.advisories)} advisories in ${seconds.toFixed(1)} s\n`,
  ])
}

async function info({ data, format }: InfoOptions): Promise<void> {
  const { openAdvisories } = await import('../run/advisories.ts')
  const { dataFolder } = await import('../run/data-folder.ts')
  const index = await openAdvisories(dataFolder(data))
  try {
    const { builtAt, origin } = index.age()
    const contents = index.contents()
    if (format === 'json') return await print([`${JSON.stringify({ builtAt, origin, ...contents }, undefined, 2)}\n`])
    const from =
      origin === 'starter' ? 'the starter set that comes with Plimsoll; plimsoll db build makes a whole one' : origin
    await print([...ecosystemRows(contents), printable(`\nbuilt ${builtAt} from ${from}`) + '\n'])
  } finally {
    index.close()
  }
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
