// How commands speak to a terminal: results on standard output, everything else on standard error.

import { printable } from '../lib/printable.ts'
import type { Progress } from '../run/progress.ts'

/** Whether to colour what goes to a stream. https://no-color.org */
export function colours(stream: NodeJS.WriteStream): boolean {
  return stream.isTTY === true && !process.env['NO_COLOR']
}

export function width(stream: NodeJS.WriteStream): number {
  return stream.columns ?? 120
}

/** One line that is overwritten on a terminal; elsewhere a line for each finished step. */
export function progressLine(stream: NodeJS.WriteStream = process.stderr): {
  show(progress: Pick<Progress, 'step' | 'done' | 'of' | 'note'>): void
  clear(): void
} {
  let shown = ''
  return {
    show({ step, done, of, note }) {
      const text = `${step}: ${done} of ${of}  ${note}`
      if (stream.isTTY) stream.write(`\r\u001B[2K${printable(text).slice(0, width(stream) - 1)}`)
      else if (done === of && text !== shown) stream.write(`${printable(text)}\n`)
      shown = text
    },
    clear() {
      if (stream.isTTY && shown !== '') stream.write('\r\u001B[2K')
    },
  }
}

/** Writes all of it, also to a slow pipe, before the process ends. */
export async function print(pieces: Iterable<string>): Promise<void> {
  for (const piece of pieces) {
    if (!process.stdout.write(piece)) await new Promise((resolve) => process.stdout.once('drain', resolve))
  }
}
