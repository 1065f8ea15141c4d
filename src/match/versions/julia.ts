// Versions of Julia's packages: semantic versions whose missing numbers are zeros, whose dash may be left out in front of a
// letter (`1.0rc1`), and whose build counts: libraries built anew are `3.0.8+1`. Two are no versions but bounds: `1.2.3-` is
// before all of 1.2.3, and `1.2.3+` after all its builds.
// https://docs.julialang.org/en/v1/manual/strings/#man-version-number-literals

import { compareDigits } from './shared/digits.ts'
import { readAs, semanticOrder, type Semantic } from './shared/semantic.ts'

const labels = '[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*'
const numbers = '(?<major>[0-9]+)(?:\\.(?<minor>[0-9]+)(?:\\.(?<patch>[0-9]+))?)?'
const pattern = `^[vV]?${numbers}(?:(?:-|(?=[A-Za-z]))(?<labels>${labels}))?(?:\\+(?<build>${labels}))?$`
const readVersion = readAs(new RegExp(pattern), '4294967295')

export const julia = semanticOrder('julia', ['Julia'], read, { buildCounts: true })

function read(version: string): Semantic | undefined {
  const found = readVersion(version) ?? readBound(version)
  return [...(found?.labels ?? []), ...(found?.build ?? [])].some(isTooLarge) ? undefined : found
}

/** No label of a version comes before the empty list, and none after a character that no label has. */
function readBound(version: string): Semantic | undefined {
  const plain = readVersion(version.slice(0, -1))
  if (!plain || plain.build) return undefined
  if (version.endsWith('-')) return { ...plain, labels: [] }
  return version.endsWith('+') ? { ...plain, build: [{ text: '\uFFFF', numeric: false }] } : undefined
}

/** A label that is a number has 64 bits. */
function isTooLarge({ text, numeric }: { text: string; numeric: boolean }): boolean {
  return numeric && compareDigits(text, '18446744073709551615') > 0
}
