// The metadata of a Python package: header fields as in mail, `Name: value`, up to the first empty line; a line that begins
// with a space goes on with the field before.
// Format: https://packaging.python.org/en/latest/specifications/core-metadata/

import { spdxExpression } from '../../../lib/spdx-expression.ts'
import type { Package } from '../../../model/package.ts'
import type { Place } from '../../../model/scan.ts'
import { isName, isVersion, pythonPackage } from './package.ts'

interface Metadata {
  name?: string
  version?: string
  expression?: string
  licence?: string
  /** More lines than one: it is the text of the licence, whose first line may be its name. */
  isText: boolean
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
  const metadata: Metadata = { isText: false, classifiers: [] }
  let last = ''
  for (const line of lines) {
    if (line === '') break
    if (/^[ \t]/.test(line)) {
      if (last === 'license') metadata.isText = true
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

/** Old packages have words, of which some are the whole text; the classifiers are better where they alone name one licence. */
function licenceOf({ expression, licence = '', isText, classifiers }: Metadata): string | undefined {
  if (expression) return expression
  const isName = licence !== '' && licence !== 'UNKNOWN' && licence.length <= 100
  if (isName && spdxExpression(licence) !== undefined) return licence
  const classified = classifiers.flatMap(licenceOfClassifier).join(', ')
  if (isName && !isText && spdxExpression(classified) === undefined) return licence
  return classified || undefined
}

function licenceOfClassifier(classifier: string): string[] {
  const [kind, ...path] = classifier.split(' :: ')
  return kind === 'License' && path.length > 0 ? [path.at(-1)!] : []
}
