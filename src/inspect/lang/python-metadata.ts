// Python packages as they lie installed: the metadata that every installer leaves beside the code.
//
//   a-1.0.dist-info/METADATA     wheels, whoever installed them: pip, uv, poetry, conda
//   a.egg-info/PKG-INFO          what setup.py installed, and distributions; a-1.0.egg-info is also written as one file
//   a-1.0.egg/EGG-INFO/PKG-INFO  easy_install
// Header fields as in mail, `Name: value`, up to the first empty line; a line that begins with a space goes on with the
// field before. Folders that begin with `~` are what pip left of a package that it could not remove; it ignores them.
// Format: https://packaging.python.org/en/latest/specifications/core-metadata/

import type { Package } from '../../model/package.ts'
import type { Scan } from '../../model/scan.ts'
import type { Extractor, ImageFile } from '../extractor.ts'
import { isName, isVersion, pythonPackage } from './python/package.ts'

export const pythonMetadata: Extractor = {
  id: 'python-metadata',
  ecosystem: 'PyPI',
  files: ['**/*.dist-info/METADATA', '**/*.egg-info/PKG-INFO', '**/EGG-INFO/PKG-INFO', '**/*.egg-info'],
  extract,
}

interface Metadata {
  name?: string
  version?: string
  expression?: string
  licence?: string
  classifiers: string[]
}

async function* extract(file: ImageFile, scan: Scan): AsyncGenerator<Package> {
  if (/(?:^|\/)~[^/]*(?:\/[^/]*)?$/.test(file.path)) return
  const metadata = await readMetadata(file)
  const { name, version } = metadata
  if (!isName(name) || !isVersion(version)) return scan.gap('metadata without Name: or Version:')
  const licence = licenceOf(metadata)
  yield { ...pythonPackage(name, version, { path: file.path }), ...(licence ? { licence } : {}) }
}

async function readMetadata(file: ImageFile): Promise<Metadata> {
  const metadata: Metadata = { classifiers: [] }
  let last = ''
  for await (const line of file.lines()) {
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
