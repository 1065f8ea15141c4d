// The metadata of a Python package: header fields as in mail, `Name: value`, up to the first empty line; a line that begins
// with a space goes on with the field before.
// Format: https://packaging.python.org/en/latest/specifications/core-metadata/

import type { Package } from '../../../model/package.ts'
import type { Place } from '../../../model/scan.ts'
import { isName, isVersion, pythonPackage } from './package.ts'

interface Metadata {
  name?: string
  version?: string
  expression?: string
  licence?: string
  classifiers: string[]
}

/** Undefined without a name and a version. */
export function packageOfMetadata(lines: Iterable<string>, place: Place): Package | undefined {
  const metadata = readMetadata(lines)
  const { name, version } = metadata
  if (!isName(name) || !isVersion(version)) return undefined
  const licence = licenceOf(metadata)
  return { ...pythonPackage(name, version, place), ...(licence ? { licence } : {}) }
}

function readMetadata(lines: Iterable<string>): Metadata {
  const metadata: Metadata = { classifiers: [] }
  let last = ''
  for (const line of lines) {
    if (line === '') break
    if (/^[ \t]/.test(line)) {
      if (last === 'license') delete metadata.licence // more than one line: the text of the licence, not its name
      continue
    }
    const colon = line.indexOf(':')
    last = line.slice(0, Math.max(0, colon)).toLowerCase()
    const value = line.slice(colon + 1).trim()
    if (last === 'name' || last === 'version') metadata[last] ??= value
    else if (last === 'license-expression') metadata.expression = value
    else if (last === 'license') metadata.licence = value
    else if (last === 'classifier' && metadata.classifiers.length < 1000) metadata.classifiers.push(value)
  }
  return metadata
}

/** Old packages have words, of which some are the whole text; the classifiers are better then. */
function licenceOf({ expression, licence = '', classifiers }: Metadata): string | undefined {
  if (expression) return expression
  if (licence !== '' && licence !== 'UNKNOWN' && licence.length <= 100) return licence
  const named = classifiers.flatMap((classifier) => {
    const [kind, ...path] = classifier.split(' :: ')
    return kind === 'License' && path.length > 0 ? [path.at(-1)!] : []
  })
  return named.join(', ') || undefined
}
