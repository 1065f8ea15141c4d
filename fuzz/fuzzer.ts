// One target, many inputs: each is made from the seed and its number, read, and checked; the first that fails is made small.

import { setTimeout } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { changed, materialOf, type Material } from './mutate.ts'
import { Random } from './random.ts'
import { Broken, type FuzzTarget, type Split } from './target.ts'

export interface FuzzOptions {
  seed: number
  /** Number of the first input, and how many there are. */
  from: number
  inputs: number
  /** Milliseconds after which no further input is begun. */
  time: number
  /** Told before each input: the process may not survive it. */
  begin?: (number: number) => void
}

export interface Failure {
  number: number
  why: string
  input: Buffer
}

export interface Outcome {
  inputs: number
  seconds: number
  failure?: Failure
}

/** Of the processor, for one input: inputs are small, and the slowest honest ones take some 50 ms. */
const slowest = 2000
/** MB by which one input may raise the peak of the process. */
const mostRise = 192
/** MB that may be held at the end beyond what was held after the first inputs. */
const mostHeld = 64
const warmUp = 100
/** One input of so many is read twice, the second time in pieces. */
const twice = 3

export async function fuzz(target: FuzzTarget, { seed, from, inputs, time, begin }: FuzzOptions): Promise<Outcome> {
  const material = materialOf(await target.seeds(), target.words)
  const started = performance.now()
  let held = Infinity
  let done = 0
  const outcome = (failure?: Failure): Outcome => {
    return { inputs: done, seconds: (performance.now() - started) / 1000, ...(failure ? { failure } : {}) }
  }
  for (; done < inputs && performance.now() - started < time; done++) {
    const number = from + done
    begin?.(number)
    const input = inputOf(target, material, seed, number)
    const why = await problemOf(target, input, splitFor(seed, target, number))
    if (why !== undefined) return outcome({ number, why, input: await smaller(target, input, why, seed, number) })
    if (done === warmUp) held = await memoryHeld()
  }
  const more = (await memoryHeld()) - held
  if (more > mostHeld) {
    const why = `${more.toFixed(0)} MB more are held after ${done} inputs than after ${warmUp}`
    return outcome({ number: from, why, input: Buffer.alloc(0) })
  }
  return outcome()
}

/** The input of a number, always the same. */
export function inputOf(target: FuzzTarget, material: Material, seed: number, number: number): Buffer {
  const random = new Random(seed, target.id, number)
  const made = target.make?.(random, material.seeds)
  const input = made ? Buffer.from(made) : changed(random, material)
  return target.mend ? target.mend(input, random) : input
}

/** Pieces of random sizes for one input of a few; else undefined. */
function splitFor(seed: number, target: FuzzTarget, number: number): Split | undefined {
  const random = new Random(seed, `${target.id} split`, number)
  return random.oneIn(twice) ? (bytes) => piecesOf(bytes, random) : undefined
}

function piecesOf(bytes: Uint8Array, random: Random): Uint8Array[] {
  const pieces: Uint8Array[] = []
  const largest = random.pick([1, 7, 511, 512, 513, 4096, 65_536])
  const least = Math.max(1, Math.floor(bytes.length / 2000)) // not so many that it takes for ever
  for (let at = 0; at < bytes.length;) {
    const length = least + random.below(largest)
    pieces.push(bytes.subarray(at, at + length))
    at += length
  }
  return pieces
}

const whole: Split = (bytes) => [bytes]

/** What does not hold for the input; undefined when all does. */
async function problemOf(target: FuzzTarget, input: Buffer, split: Split | undefined): Promise<string | undefined> {
  const rss = process.resourceUsage().maxRSS
  const first = await timed(target, input, whole)
  if ('problem' in first) return first.problem
  const rise = (process.resourceUsage().maxRSS - rss) / 1024
  if (rise > mostRise) return `it raised the peak of memory by ${rise.toFixed(0)} MB`
  // A machine that is busy takes longer now and then; what is slow is slow again.
  if (first.took > slowest) {
    const again = await timed(target, input, whole)
    if (!('problem' in again) && again.took > slowest) return `it took ${again.took.toFixed(0)} ms of the processor`
  }
  if (!split) return undefined
  const second = await timed(target, input, split)
  if ('problem' in second) return `in pieces: ${second.problem}`
  if ((target.same ?? isDeepStrictEqual)(first.result, second.result)) return undefined
  return `the second time, in pieces, it gave another result\n${difference(first.result, second.result)}`
}

async function timed(
  target: FuzzTarget,
  input: Buffer,
  split: Split,
): Promise<{ result: unknown; took: number } | { problem: string }> {
  const before = process.cpuUsage()
  try {
    // A copy: what changes its input must not change what is reported.
    const result = await target.run(Buffer.from(input), split)
    const { user, system } = process.cpuUsage(before)
    return { result, took: (user + system) / 1000 }
  } catch (error) {
    if (error instanceof Broken) return { problem: error.message }
    return { problem: `threw ${error instanceof Error ? (error.stack ?? error.message) : String(error)}` }
  }
}

function difference(first: unknown, second: unknown): string {
  const [one = '', other = ''] = [first, second].map((value) => JSON.stringify(value) ?? 'nothing')
  let at = 0
  while (at < one.length && one[at] === other[at]) at++
  const start = Math.max(0, at - 80)
  return `whole:  …${one.slice(start, at + 200)}\npieces: …${other.slice(start, at + 200)}`
}

/** Parts are left out as long as it fails in the same way, for a few seconds. */
async function smaller(target: FuzzTarget, input: Buffer, why: string, seed: number, number: number): Promise<Buffer> {
  const end = performance.now() + 5000
  const failsAlike = async (candidate: Buffer): Promise<boolean> =>
    kindOf(await problemOf(target, candidate, splitFor(seed, target, number))) === kindOf(why)
  let best = input
  for (let size = Math.ceil(best.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < best.length && performance.now() < end;) {
      const candidate = Buffer.concat([best.subarray(0, at), best.subarray(at + size)])
      if (await failsAlike(candidate)) best = candidate
      else at += size
    }
  }
  return best
}

function kindOf(why: string | undefined): string | undefined {
  return why?.replaceAll(/\d+/g, '0').slice(0, 60)
}

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/** MB. Buffers are given back a moment after the collector has found them. */
async function memoryHeld(): Promise<number> {
  for (let round = 0; round < 3; round++) {
    collectGarbage()
    await setTimeout(20)
  }
  const { heapUsed, external } = process.memoryUsage()
  return (heapUsed + external) / 2 ** 20
}
