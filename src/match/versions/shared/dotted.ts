import type { VersionOrder } from '../../order.ts'
import { remembered } from './remembered.ts'

/** An order of lists of whole numbers, all of which a double holds; a list is later than its own beginning. */
export function dottedOrder(
  id: string,
  ecosystems: readonly string[],
  read: (version: string) => readonly number[] | undefined,
): VersionOrder {
  const parse = remembered((version) => read(version) ?? null)
  return {
    id,
    ecosystems,
    valid: (version) => parse(version) !== null,
    compare(a, b) {
      const left = parse(a) ?? []
      const right = parse(b) ?? []
      const common = Math.min(left.length, right.length)
      for (let at = 0; at < common; at++) {
        const difference = left[at]! - right[at]!
        if (difference !== 0) return difference
      }
      return left.length - right.length
    },
  }
}
