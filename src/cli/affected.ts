import { Command, InvalidArgumentError, Option } from 'commander'

interface AffectedOptions {
  format: 'table' | 'json'
  limit: number
  data?: string
  database?: string
}

const mostListed = 1000

export function affectedCommand(): Command {
  return new Command('affected')
    .description('Shows which images and which running workloads a vulnerability affects, or have certain versions.')
    .argument('<what>', 'CVE-2021-44228 or any other name of it, or a package URL: pkg:npm/lodash@<4.17.21')
    .addOption(new Option('--format <format>', 'how to print').choices(['table', 'json']).default('table'))
    .option('--limit <number>', 'images and workloads listed at most; all are counted', wholeNumber, 100)
    .option('--data <dir>', 'data folder (default: ~/.plimsoll)')
    .option('--database <url>', 'a PostgreSQL instead of the embedded store: postgres://…')
    .addHelpText(
      'after',
      `
Asks the running server of this data folder; without one, reads the store. Versions are compared by the order of the
package's ecosystem; several bounds are joined by commas.

Examples:
  plimsoll affected CVE-2021-44228
  plimsoll affected 'pkg:maven/org.apache.logging.log4j/log4j-core@>=2.0,<2.17.1'`,
    )
    .action(runAffected)
}

async function runAffected(what: string, options: AffectedOptions): Promise<void> {
  const { affectedAnswer } = await import('./affected-answer.ts')
  const { print } = await import('./terminal.ts')
  const answer = await affectedAnswer(what, options)
  if (options.format === 'json') return print([`${JSON.stringify(answer, undefined, 2)}\n`])
  const { affectedTable } = await import('./affected-table.ts')
  await print(affectedTable(answer))
}

function wholeNumber(text: string): number {
  const number = Number(text)
  if (/^\d+$/.test(text) && number >= 1 && number <= mostListed) return number
  throw new InvalidArgumentError(`give a whole number from 1 to ${mostListed}`)
}
