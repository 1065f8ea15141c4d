// The command line. Each command has a file of its own, which loads what it needs only when it runs: `--help` is quick.

import { Command, CommanderError } from 'commander'
import { productVersion } from '../io/version.ts'
import { printableLines } from '../lib/printable.ts'
import { affectedCommand } from './affected.ts'
import { coverageCommand } from './coverage.ts'
import { dbCommand } from './db.ts'
import { exitCodes } from './exit-codes.ts'
import { scanCommand } from './scan.ts'
import { serveCommand } from './serve.ts'
import { startCommand } from './start.ts'

const program = new Command('plimsoll')
  .description('Finds what runs in containers, says whose job each layer is, and proves what is covered.')
  .version(productVersion())
  .addHelpText(
    'after',
    `
Exit codes:
  ${exitCodes.done}  done
  ${exitCodes.failOn}  only by --fail-on: a finding of that severity or worse is open
  ${exitCodes.notJudged}  the target could not be judged, or the command could not run; the reason is on standard error`,
  )
  .exitOverride()

const commands = [startCommand(), scanCommand(), affectedCommand(), coverageCommand(), serveCommand(), dbCommand()]
for (const command of commands) {
  program.addCommand(command.copyInheritedSettings(program))
}

try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.notJudged
  } else {
    process.exitCode = exitCodes.notJudged
    const { message, stack } = error as Error
    // Messages name what stood in archives and answers, and whoever wrote those chose the names.
    console.error(printableLines(process.env['PLIMSOLL_DEBUG'] ? (stack ?? message) : `plimsoll: ${message}`))
  }
}
