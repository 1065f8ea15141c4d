// What may be held of archives that lie inside one another: each holds its directory, and its bytes where they are not on the disk,
// while those inside it are read.

import { largestDirectory } from '../lib/zip.ts'

/** Characters; 16 of the longest paths that Linux takes. */
export const longestInnerPath = 65_536

const leastDirectory = 1024 * 1024

/** `most` bytes of the outermost archive, half as many for each one further in: all of them together hold less than twice that. */
export function heldAt(depth: number, most: number): number {
  return most / 2 ** (depth - 1)
}

/** Bytes of the directory of a zip: that of a small one is read at any depth. */
export function largestDirectoryAt(depth: number): number {
  return Math.max(leastDirectory, heldAt(depth, largestDirectory))
}
