// The seam of the fuzzer: a target is one reader of bytes that nobody trusts, with inputs to begin from and what must hold.

import { isDeepStrictEqual } from 'node:util'
import type { Gap, Scan } from '../src/model/scan.ts'
import { gapList } from '../src/inspect/gaps.ts'
import type { Random } from './random.ts'

export interface FuzzTarget {
  /** `extractor:yarn-lock`, `tar`. */
  readonly id: string
  /** Good inputs; they are changed by `mutate.ts` unless `make` does it. */
  seeds(): readonly Uint8Array[] | Promise<readonly Uint8Array[]>
  /** Texts and numbers of the format, beside those that stand in the seeds. */
  readonly words?: readonly string[]
  /** An input that knows the format; when it gives undefined the bytes of a seed are changed. */
  make?(random: Random, seeds: readonly Uint8Array[]): Uint8Array | undefined
  /** What makes a changed input pass the first check: sums, lengths. */
  mend?(input: Buffer, random: Random): Buffer
  /**
   * Reads the input in the pieces into which `split` cuts it; throws when something that must hold does not. What it gives
   * must be the same each time, however it is split.
   */
  run(input: Buffer, split: Split): unknown
  /** Whether two results count as the same, where it is more than being equal. */
  same?(first: unknown, second: unknown): boolean
}

export type Split = (bytes: Uint8Array) => readonly Uint8Array[]

/** A rule that a result breaks: what the fuzzer is there to find. */
export class Broken extends Error {
  override readonly name = 'Broken'
}

export function hold(condition: unknown, what: string): asserts condition {
  if (!condition) throw new Broken(what)
}

export function holdEqual(found: unknown, expected: unknown, what: string): void {
  if (isDeepStrictEqual(found, expected)) return
  throw new Broken(`${what}: ${shortJson(found)} instead of ${shortJson(expected)}`)
}

function shortJson(value: unknown): string {
  return (JSON.stringify(value) ?? 'nothing').slice(0, 600)
}

export const { signal: never } = new AbortController()

/** A scan whose gaps are checked when they are told. `below`: the path that each place names, alone or with what is inside. */
export function checkedScan(below?: string): { scan: Scan; list(): Gap[] } {
  const { scan, list } = gapList(never, 1000)
  return {
    scan: {
      signal: never,
      gap(why, place) {
        const { path } = place ?? {}
        if (below !== undefined) hold(path?.startsWith(below), `the gap "${why}" names ${path} instead of ${below}`)
        holdReason(why)
        scan.gap(why, place)
      },
    },
    list,
  }
}

/** Words of the engine, not ours: an error that nobody foresaw has become a reason. */
const ofTheEngine =
  /Cannot (?:read|set|destructure|convert|access|mix)|is not (?:a function|iterable|a constructor|defined)|Maximum call stack|Invalid (?:array|string|typed array|time|code point)|out of (?:range|bounds|memory)|outside the bounds|The "|The argument|The value of|object Object|Unexpected token|ERR_|has been restricted/

export function holdReason(why: string): void {
  hold(typeof why === 'string' && why.trim() !== '', 'a gap without a reason')
  hold(!ofTheEngine.test(why), `a gap in the words of the engine: ${why}`)
}

export function holdGaps(gaps: readonly Gap[]): void {
  for (const { why } of gaps) holdReason(why)
}

type ErrorClass = abstract new (...given: never[]) => Error

/** The result of `read`, or the message of the error with which it refuses; other errors than `documented` pass through. */
export function orRefusal<T>(read: () => T, ...documented: readonly ErrorClass[]): T | { refused: string } {
  try {
    return read()
  } catch (error) {
    return refusal(error, documented)
  }
}

export async function orRefusalLater<T>(
  read: () => Promise<T>,
  ...documented: readonly ErrorClass[]
): Promise<T | { refused: string }> {
  try {
    return await read()
  } catch (error) {
    return refusal(error, documented)
  }
}

/** `Error` itself stands for one clause of ours, and not for what the engine throws. */
function refusal(error: unknown, documented: readonly ErrorClass[]): { refused: string } {
  const fits = documented.some((kind) =>
    kind === Error ? error instanceof Error && error.constructor === Error : error instanceof kind,
  )
  if (!fits) throw error
  const { message } = error as Error
  holdReason(message)
  return { refused: message }
}

/** Where a tar breaks off is told by the block or the piece. */
export function withoutPlaces(value: unknown): unknown {
  return JSON.parse((JSON.stringify(value) ?? 'null').replaceAll(/near byte \d+/g, 'near a byte'))
}

/** The pieces as a stream that uses the memory of each again once the next is asked for. */
export async function* streamOf(pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) {
    const lent = new Uint8Array(piece)
    yield lent
    // What was handed over may have been given up.
    if (lent.byteLength > 0) lent.fill(0xdd)
  }
}
