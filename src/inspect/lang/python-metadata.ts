// Python packages as they lie installed: the metadata that every installer leaves beside the code.
//
//   a-1.0.dist-info/METADATA     wheels, whoever installed them: pip, uv, poetry, conda
//   a.egg-info/PKG-INFO          what setup.py installed, and distributions; a-1.0.egg-info is also written as one file
//   a-1.0.egg/EGG-INFO/PKG-INFO  easy_install
// Folders that begin with `~` are what pip left of a package that it could not remove; it ignores them.

import type { Package } from '../../model/package.ts'
import type { Scan } from '../../model/scan.ts'
import type { Extractor, ImageFile } from '../extractor.ts'
import { packageOfMetadata } from './python/metadata.ts'

export const pythonMetadata: Extractor = {
  id: 'python-metadata',
  ecosystem: 'PyPI',
  files: ['**/*.dist-info/METADATA', '**/*.egg-info/PKG-INFO', '**/EGG-INFO/PKG-INFO', '**/*.egg-info'],
  extract,
}

async function* extract(file: ImageFile, scan: Scan): AsyncGenerator<Package> {
  if (/(?:^|\/)~[^/]*(?:\/[^/]*)?$/.test(file.path)) return
  const found = packageOfMetadata(file.lines(), { path: file.path })
  if (found) yield found
  else scan.gap('metadata without Name: or Version:')
}
