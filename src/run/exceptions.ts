// VEX documents and ignore files of a scan: read here, judged in `import`.

import { basename, join } from 'node:path'
import { applyIgnores } from '../import/apply-ignores.ts'
import { applyVex, type Subject } from '../import/apply-vex.ts'
import { ignoreFormatOf, ignoreFormats } from '../import/ignore-formats.ts'
import type { IgnoreRule } from '../import/ignore-rule.ts'
import type { VexStatement } from '../import/statement.ts'
import { readVex } from '../import/vex-formats.ts'
import { FileUnreadable, folderEntries } from '../io/files.ts'
import type { Finding } from '../model/finding.ts'
import type { Gap, Scan } from '../model/scan.ts'
import { collectGaps } from './collect-gaps.ts'
import { textOfFile } from './given-file.ts'

export interface Exceptions {
  statements: readonly VexStatement[]
  rules: readonly IgnoreRule[]
  gaps: readonly Gap[]
}

export interface ExceptionPlaces {
  /** Given by the user: that one cannot be read is an error. */
  vex: readonly string[]
  ignore: readonly string[]
  /** Where ignore files are looked for by their names, and the folder in which VEX documents lie. */
  workingFolder: string
  vexFolder: string
}

/** Red Hat's largest documents have 30 MB. */
const largest = 64 * 2 ** 20
const mostDocuments = 10_000

/** Throws with a sentence for a file that the user named and that cannot be read. */
export async function loadExceptions(places: ExceptionPlaces, signal: AbortSignal): Promise<Exceptions> {
  const { scan, gaps } = collectGaps(signal)
  const statements: VexStatement[] = []
  for (const file of places.vex) statements.push(...readVex(await textOf(file), file, scan))
  for (const name of await documentsIn(places.vexFolder, scan)) {
    signal.throwIfAborted()
    const text = await textIfReadable(join(places.vexFolder, name), scan)
    if (text !== undefined) statements.push(...readVex(text, `vex/${name}`, scan))
  }
  const rules: IgnoreRule[] = []
  for (const file of places.ignore) {
    const format = ignoreFormatOf(file)
    if (!format) throw new Error(`${file} is no ignore file that is known: name it ${knownNames()}`)
    rules.push(...format.read(await textOf(file), file, scan))
  }
  for (const format of ignoreFormats) {
    for (const name of format.names) {
      const text = await textIfReadable(join(places.workingFolder, name), scan)
      if (text !== undefined) rules.push(...format.read(text, name, scan))
    }
  }
  return { statements, rules, gaps }
}

/** Statements first: what VEX says of a finding tells more than that somebody ignores it. */
export function withExceptions(
  findings: readonly Finding[],
  { statements, rules }: Exceptions,
  subject: Subject,
  at: string,
): { findings: Finding[]; gaps: Gap[] } {
  const stated = applyVex(findings, statements, subject)
  const ignored = applyIgnores(stated.findings, rules, at)
  return { findings: ignored.findings, gaps: [...stated.gaps, ...ignored.gaps] }
}

export function knownNames(): string {
  return ignoreFormats.flatMap(({ names }) => names).join(', ')
}

export async function documentsIn(folder: string, scan: Scan): Promise<string[]> {
  const names: string[] = []
  try {
    for await (const { name, kind } of folderEntries(folder)) {
      if (kind === 'file' && name.endsWith('.json')) names.push(name)
      if (names.length < mostDocuments) continue
      scan.gap(`more than ${mostDocuments} documents: the others are not read`, { path: basename(folder) })
      break
    }
  } catch (error) {
    if (!(error instanceof FileUnreadable && error.code === 'ENOENT')) throw error
  }
  return names.toSorted()
}

/** Of a document or an ignore file. Throws with a sentence that names it. */
export async function textOf(file: string): Promise<string> {
  return textOfFile(file, largest)
}

/** Undefined when it is not there; that it cannot be read is a gap. */
async function textIfReadable(file: string, scan: Scan): Promise<string | undefined> {
  try {
    return await textOf(file)
  } catch (error) {
    const { cause, message } = error as Error
    if (cause instanceof FileUnreadable && cause.code === 'ENOENT') return undefined
    return void scan.gap(message, { path: basename(file) })
  }
}
