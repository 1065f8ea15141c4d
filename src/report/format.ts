import type { Result } from '../model/result.ts'

export interface Format {
  /** File name = id = export = what `--format` takes. */
  readonly id: string
  /** Of a file that holds it, without the dot. */
  readonly extension: string
  /** The text in pieces; together they end in a line feed. */
  render(result: Result): Iterable<string>
}
