// Python packages as they lie packed, in zips: eggs, which easy_install installs as one file, and wheels, which wait to be
// installed (those of ensurepip, of a folder that an image was built from).
//
//   a-1.0-py3-none-any.whl   a-1.0.dist-info/METADATA
//   a-1.0-py3.10.egg         EGG-INFO/PKG-INFO
// Formats: https://packaging.python.org/en/latest/specifications/binary-distribution-format/,
// https://setuptools.pypa.io/en/latest/deprecated/python_eggs.html

import { openZip } from '../../lib/zip.ts'
import type { Package } from '../../model/package.ts'
import type { Scan } from '../../model/scan.ts'
import { archiveSource } from '../archive-source.ts'
import type { Extractor, ImageFile } from '../extractor.ts'
import { codec } from '../unpack.ts'
import { packageOfMetadata } from './python/metadata.ts'

export const pythonArchive: Extractor = {
  id: 'python-archive',
  ecosystem: 'PyPI',
  files: ['**/*.whl', '**/*.egg'],
  inParts: true,
  extract,
}

const metadataPath = /^(?:[^/]+\.dist-info\/METADATA|EGG-INFO\/PKG-INFO)$/
/** Bytes: it holds the description as well. */
const largest = 4 * 2 ** 20

async function* extract(file: ImageFile, scan: Scan): AsyncGenerator<Package> {
  const zip = await openZip(archiveSource(file), codec)
  for (const entry of zip.entries()) {
    if (!metadataPath.test(entry.path)) continue
    const text = Buffer.from(await zip.contents(entry, largest)).toString('utf8')
    const found = packageOfMetadata(text.split(/\r?\n/), { path: file.path })
    if (found) return yield file.path.endsWith('.whl') ? { ...found, declared: true } : found
  }
  scan.gap('a packed Python package without a name and a version')
}
