import { Command } from 'commander'
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

  const running = await runPlimsoll({ ...options, quiet: true })
  console.log(`Plimsoll is open on ${running.url}`)
  console.log(`Sign in once, within 15 minutes: ${await running.signInLink()}\n`)

  const line = progressLine()
  const shown = new ShownMatrix(running)
  running.cycles.listen((progress) => {
    if (shown.isFirst) line.show(progress)
    if (!progress.finished) return
    line.clear()
    void shown.update()
  })
  await untilAborted(signal)
  line.clear()
  console.log('\nStopping …')
  await running.close()
  console.log('Stopped. Everything that was found is kept; npm start goes on from here.')
}

/** The whole matrix after the first cycle, then only what changed. */
class ShownMatrix {
  #running: Running
  #states = new Map<string, string>()

  constructor(running: Running) {
    this.#running = running
  }

  get isFirst(): boolean {
    return this.#states.size === 0
  }

  async update(): Promise<void> {
    const matrix = await this.#running.matrix()
    if (this.isFirst) await showAll(this.#running, matrix)
    for (const { key, state, text } of cellsOf(matrix)) {
      const before = this.#states.get(key)
      if (before !== undefined && before !== state) console.log(`${matrix.asOf.slice(11, 16)} ${text}`)
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

async function showAll(running: Running, matrix: Matrix): Promise<void> {
  const { matrixTable } = await import('../report/matrix-table.ts')
  const { findingsSummary } = await import('../report/findings-summary.ts')
  const { colours, print, width } = await import('./terminal.ts')
  const { offers } = await import('../run/offers.ts')
  const how = { width: width(process.stdout), colour: colours(process.stdout) }
  const estate = await running.estate()
  await print([
    matrixTable(matrix, how),
    '\n',
    findingsSummary(estate.findings, how),
    '\nOther sources that this machine could be given:\n',
    ...(await offers(estate.sources)).map(({ id, offer }) => `  ${id}: ${offer}\n`),
    `\nIt looks again each minute; changes are shown here and on ${running.url}. Ctrl-C stops it.\n`,
  ])
}
