/** One measured figure, as a ratio to a floor that was measured in the same run: machines are noisy, ratios less so. */
export interface Figure {
  name: string
  /** Milliseconds, the median of the runs; or megabytes. */
  measured: number
  /** What the floor is: the least that any program would have to do. */
  floorName: string
  /** In the same unit. */
  floor: number
  /** Milliseconds where it is absent. */
  unit?: 'MB'
  /** The highest ratio of measured to floor that is good enough. */
  bar: number
}

export interface Bench {
  /** The room's name, which `npm run bench -- NAME` takes. */
  room: string
  measure(): Promise<readonly Figure[]>
}

export function ratio({ measured, floor }: Figure): number {
  return measured / floor
}

/** Median milliseconds of two things, run in turns so that both meet the same noise. */
export async function inTurns(
  runs: number,
  measured: () => unknown,
  floor: () => unknown,
): Promise<{ measured: number; floor: number }> {
  const times: { measured: number[]; floor: number[] } = { measured: [], floor: [] }
  for (let run = 0; run < runs; run++) {
    for (const [name, work] of Object.entries({ measured, floor }) as ['measured' | 'floor', () => unknown][]) {
      const begin = performance.now()
      await work()
      times[name].push(performance.now() - begin)
    }
  }
  return { measured: median(times.measured), floor: median(times.floor) }
}

export function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN
}
