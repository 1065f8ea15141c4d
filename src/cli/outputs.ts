// Where the result of a scan goes, as the command line says it: one format to standard output or a file, others beside it.

import type { Result } from '../model/result.ts'
import { formats } from '../report/formats.ts'
import { print } from './terminal.ts'

export interface Output {
  format: string
  /** Standard output where it is absent. */
  file?: string
}

/**
 * `named`: of `--output`, a file for the format of `--format`, or `FORMAT=FILE` for another one beside it. Throws with a
 * sentence for what cannot all be written.
 */
export function parseOutputs(format: string, named: readonly string[]): Output[] {
  const beside: Output[] = []
  const plain: string[] = []
  for (const text of named) {
    const other = formats.find(({ id }) => text.startsWith(`${id}=`))?.id
    if (other === undefined) plain.push(text)
    else beside.push({ format: other, file: text.slice(other.length + 1) })
  }
  if (plain.length > 1) {
    throw new Error(`--output: ${plain.join(' and ')} would both hold ${format}; write FORMAT=FILE for another format`)
  }
  const outputs = [{ format, ...(plain[0] === undefined ? {} : { file: plain[0] }) }, ...beside]
  for (const { file } of outputs) {
    if (file === '') throw new Error('--output: expected FILE, or FORMAT=FILE, e.g. sarif=result.sarif')
    if (file !== undefined && outputs.filter((one) => one.file === file).length > 1) {
      throw new Error(`--output: ${file} is named twice`)
    }
  }
  return outputs
}

export async function writeOutputs(outputs: readonly Output[], result: Result): Promise<void> {
  const { writeWhole } = await import('../io/files.ts')
  for (const { format, file } of outputs) {
    const { render } = formats.find(({ id }) => id === format)!
    if (file === undefined) await print(render(result))
    else writeWhole(file, render(result))
  }
}
