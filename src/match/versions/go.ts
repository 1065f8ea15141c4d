// Versions of Go modules, with or without their `v` (OSV leaves it out), and of Go itself.
//
// Modules have semantic versions; those made from a commit are prereleases that hold its time, and `+incompatible` does not
// count. Missing numbers are zeros. https://go.dev/ref/mod#versions
// Go's own prereleases are written `1.22rc1`, in its vulnerability database `1.22.0-rc.1`: here both are the same version.
// https://pkg.go.dev/go/version

import { labelsOf, readAs, semanticOrder, tagged, type Semantic } from './shared/semantic.ts'

const readModule = readAs(tagged)
const readShort = readAs(/^v?(?<major>0|[1-9][0-9]*)(?:\.(?<minor>0|[1-9][0-9]*))?$/)
const release =
  /^(?:go)?(?<major>[1-9][0-9]*)(?:\.(?<minor>0|[1-9][0-9]*)(?:\.(?<patch>0|[1-9][0-9]*)|(?<stage>rc|beta)(?<nth>[1-9][0-9]*))?)?$/

export const go = semanticOrder(
  'go',
  ['Go'],
  (version) => readModule(version) ?? readShort(version) ?? readOwn(version),
)

function readOwn(version: string): Semantic | undefined {
  const groups = release.exec(version)?.groups
  if (!groups) return undefined
  const { major = '0', minor = '0', patch = '0', stage, nth } = groups
  const numbers: Semantic['numbers'] = [major, minor, patch]
  return stage === undefined ? { numbers } : { numbers, labels: labelsOf(`${stage}.${nth}`) }
}
