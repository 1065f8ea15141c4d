// Semantic versions, as npm orders them; also every range of OSV's type SEMVER of an ecosystem that has other versions.
// https://github.com/npm/node-semver#readme

import { readAs, semanticOrder, tagged, type Semantic } from './shared/semantic.ts'

/** npm reads numbers that a double holds exactly, and texts of at most 256 characters. */
const read = readAs(tagged, String(Number.MAX_SAFE_INTEGER))
const longest = 256

export const semver = semanticOrder(
  'semver',
  ['Kubernetes', 'npm', 'SwiftURL', 'VSCode'],
  (version): Semantic | undefined => (version.length > longest ? undefined : read(version)),
)
