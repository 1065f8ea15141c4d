import { Command } from 'commander'
import { printable, printableLines } from '../lib/printable.ts'
import type { Matrix } from '../model/coverage.ts'
import { serveOptions, untilAborted, type ServeOptions } from './serve.ts'
import type { Running } from './running.ts'

export function startCommand(): Command {
  const command = new Command('start').description(
    'Opens Plimsoll here: serves the console, looks at this machine, and shows matrix and findings in the terminal.',
  )
  return serveOptions(command).action(runStart)
}

async function runStart(options: ServeOptions): Promise<void> {
  const { runPlimsoll } = await import('./running.ts')
  const { interruptSignal } = await import('./interrupt.ts')
  const { progressLine } = await import('./terminal.ts')
  const signal = interruptSignal()

  const running = await runPlimsoll({ ...options, ignoreFiles: options.ignoreFile, quiet: true })
  console.log(`Plimsoll is open on ${running.url}`)
  console.log(`Sign in once, within 15 minutes: ${await running.signInLink()}\n`)

  const line = progressLine()
  const shown = new ShownMatrix(running, options.every)
  running.cycles.listen((progress) => {
    if (shown.isFirst) line.show(progress)
    if (!progress.finished || signal.aborted) return
    line.clear()
    shown.update()
  })
  await untilAborted(signal)
  line.clear()
  console.log('\nStopping …')
  await shown.settled()
  await running.close()
  console.log('Stopped. Everything that was found is kept; npm start goes on from here.')
}

/** The whole matrix after the first cycle, then only what changed. */
class ShownMatrix {
  #running: Running
  #every: number
  #states: Map<string, string> | undefined
  #last: Promise<void> = Promise.resolve()

  /** `every`: seconds between cycles. */
  constructor(running: Running, every: number) {
    this.#running = running
    this.#every = every
  }

  get isFirst(): boolean {
    return this.#states === undefined
  }

  /** One that comes while the last is still being shown waits for it. */
  update(): void {
    this.#last = this.#last
      .then(() => this.#show())
      .catch((error: Error) => console.error(printableLines(`plimsoll: the matrix cannot be shown: ${error.message}`)))
  }

  /** The store must not be closed before. */
  settled(): Promise<void> {
    return this.#last
  }

  async #show(): Promise<void> {
    const matrix = await this.#running.matrix()
    if (this.isFirst) await showAll(this.#running, matrix, this.#every)
    const before = this.#states
    this.#states = new Map()
    for (const { key, state, text } of cellsOf(matrix)) {
      const was = before?.get(key)
      if (was !== undefined && was !== state) console.log(printable(`${matrix.asOf.slice(11, 16)} ${text}`))
      this.#states.set(key, state)
    }
  }
}

function cellsOf({ rows }: Matrix): { key: string; state: string; text: string }[] {
  return rows.flatMap(({ service, name, cells }) =>
    cells.map(({ layer, task, state, reason }) => ({
      key: `${service} ${layer} ${task}`,
      state,
      text: `${name}, ${layer} ${task}: now ${state}. ${reason}`,
    })),
  )
}

async function showAll(running: Running, matrix: Matrix, every: number): Promise<void> {
  const { matrixTable } = await import('../report/matrix-table.ts')
  const { findingsSummary, shownCauses } = await import('../report/findings-summary.ts')
  const { colours, print, width } = await import('./terminal.ts')
  const { offers } = await import('../run/offers.ts')
  const how = { width: width(process.stdout), colour: colours(process.stdout) }
  const findings = await running.findings(shownCauses)
  await print([
    matrixTable(matrix, how),
    '\n',
    findingsSummary(findings, how),
    '\nOther sources that this machine could be given:\n',
    ...(await offers(await running.sources())).map(({ id, offer }) => `  ${id}: ${offer}\n`),
    `\nIt looks again ${every} s after each look; changes are shown here and on ${running.url}. Ctrl-C stops it.\n`,
  ])
}
