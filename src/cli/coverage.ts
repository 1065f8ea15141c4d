import { Command, Option } from 'commander'

interface CoverageOptions {
  all?: boolean
  format: 'table' | 'json'
  data?: string
  database?: string
}

export function coverageCommand(): Command {
  return new Command('coverage')
    .description('Shows the coverage matrix: service × layer × task, and why each cell is what it is.')
    .option('--all', 'every service of the catalogue, found or not')
    .addOption(new Option('--format <format>', 'how to print').choices(['table', 'json']).default('table'))
    .option('--data <dir>', 'data folder (default: ~/.plimsoll)')
    .option('--database <url>', 'a PostgreSQL instead of the embedded store: postgres://…')
    .addHelpText(
      'after',
      `
Asks the running server of this data folder; without one, reads the store; without a store, looks at this machine once
and stores nothing. JSON is an array of { service, layer, task, state, reason, evidence }.`,
    )
    .action(runCoverage)
}

async function runCoverage(options: CoverageOptions): Promise<void> {
  const { coverageAnswer } = await import('./coverage-answer.ts')
  const { colours, print, width } = await import('./terminal.ts')
  const answer = await coverageAnswer({ ...options, all: options.all ?? false })
  if (options.format === 'json') {
    await print([`${JSON.stringify(await answer.rows(), undefined, 2)}\n`])
  } else {
    const { matrixTable } = await import('../report/matrix-table.ts')
    const how = { width: width(process.stdout), colour: colours(process.stdout) }
    await print([matrixTable(await answer.matrix(), how)])
  }
}
