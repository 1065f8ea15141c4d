// The files that say what is not to be acted on, while a server runs: read again when one of them has changed.

import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Said } from '../import/exception-reach.ts'
import { ignoreFormatOf } from '../import/ignore-formats.ts'
import { readVex } from '../import/vex-formats.ts'
import { FileUnreadable } from '../io/files.ts'
import type { Gap, Scan } from '../model/scan.ts'
import { collectGaps } from './collect-gaps.ts'
import { documentsIn, knownNames, textOf } from './exceptions.ts'

export interface ExceptionFiles {
  /** Given by the user. */
  vex: readonly string[]
  ignore: readonly string[]
  /** The folder in which other VEX documents lie. */
  vexFolder: string
}

export interface ReadExceptions extends Said {
  gaps: readonly Gap[]
}

export interface HeldExceptions {
  /** Undefined when no file is another than last time. */
  changed(signal: AbortSignal): Promise<ReadExceptions | undefined>
}

/** Reads all; throws with a sentence for a file that the user named and that cannot be read now. */
export async function holdExceptions(
  files: ExceptionFiles,
  signal: AbortSignal,
): Promise<{ first: ReadExceptions; held: HeldExceptions }> {
  const known = new Map<string, ReadExceptions>()
  const begun = collectGaps(signal)
  const list = await filesOf(files, begun.scan)
  let mark = await markOf(list)
  const first = await readAll(list, known, signal, (file, error) => {
    if (file.isNamed) throw error
    begun.scan.gap(error.message, { path: file.name })
  })
  return {
    first: { ...first, gaps: [...first.gaps, ...begun.gaps] },
    held: {
      async changed(signal) {
        const later = collectGaps(signal)
        const list = await filesOf(files, later.scan)
        const now = await markOf(list)
        if (now === mark) return undefined
        const read = await readAll(list, known, signal, (file, error) => {
          const isGone = error.cause instanceof FileUnreadable && error.cause.code === 'ENOENT'
          if (isGone) known.delete(file.path)
          const then = isGone ? 'what it said does not hold any more' : 'what it said before still holds'
          later.scan.gap(`${error.message}: ${then}`, { path: file.name })
        })
        mark = now
        return { ...read, gaps: [...read.gaps, ...later.gaps] }
      },
    },
  }
}

interface File {
  path: string
  /** As it is called to people. */
  name: string
  kind: 'vex' | 'ignore'
  isNamed: boolean
}

async function filesOf({ vex, ignore, vexFolder }: ExceptionFiles, scan: Scan): Promise<File[]> {
  const inFolder = await documentsIn(vexFolder, scan)
  return [
    ...vex.map((path) => ({ path, name: path, kind: 'vex', isNamed: true }) as const),
    ...inFolder.map(
      (name) => ({ path: join(vexFolder, name), name: `vex/${name}`, kind: 'vex', isNamed: false }) as const,
    ),
    ...ignore.map((path) => ({ path, name: path, kind: 'ignore', isNamed: true }) as const),
  ]
}

async function markOf(files: readonly File[]): Promise<string> {
  const marks: string[] = []
  for (const { path } of files) {
    const found = await stat(path, { bigint: true }).catch(() => undefined)
    marks.push(found ? `${path} ${found.dev} ${found.ino} ${found.mtimeNs} ${found.size}` : `${path} none`)
  }
  return marks.join('\n')
}

async function readAll(
  files: readonly File[],
  known: Map<string, ReadExceptions>,
  signal: AbortSignal,
  failed: (file: File, error: Error) => void,
): Promise<ReadExceptions> {
  for (const path of known.keys()) if (!files.some((file) => file.path === path)) known.delete(path)
  const gaps: Gap[] = []
  for (const file of files) {
    signal.throwIfAborted()
    try {
      const read = await readOne(file, signal)
      const before = known.get(file.path)
      // A file that is being written, or was broken, is none that takes its decisions back.
      const isBroken = read.gaps.length > 0 && read.statements.length + read.rules.length === 0
      if (isBroken && before && before.statements.length + before.rules.length > 0) {
        gaps.push(
          ...read.gaps.map(({ why, place }) => ({
            why: `${why}: what it said before still holds`,
            ...(place ? { place } : {}),
          })),
        )
      } else known.set(file.path, read)
    } catch (error) {
      signal.throwIfAborted()
      failed(file, error as Error)
    }
  }
  const all = files.flatMap(({ path }) => known.get(path) ?? [])
  return {
    statements: all.flatMap(({ statements }) => statements),
    rules: all.flatMap(({ rules }) => rules),
    gaps: [...all.flatMap((one) => one.gaps), ...gaps],
  }
}

async function readOne({ path, name, kind }: File, signal: AbortSignal): Promise<ReadExceptions> {
  const { scan, gaps } = collectGaps(signal)
  if (kind === 'vex') return { statements: readVex(await textOf(path), name, scan), rules: [], gaps }
  const format = ignoreFormatOf(path)
  if (!format) throw new Error(`${path} is no ignore file that is known: name it ${knownNames()}`)
  return { statements: [], rules: [...format.read(await textOf(path), name, scan)], gaps }
}
