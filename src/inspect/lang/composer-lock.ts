// Packages that Composer's lock file names. Format: https://getcomposer.org/doc/01-basic-usage.md#composer-lock-the-lock-file

import { array, nullish, object, unknown } from '../../lib/shape.ts'
import type { Package } from '../../model/package.ts'
import type { Scan } from '../../model/scan.ts'
import { jsonOf } from '../documents.ts'
import type { Extractor, ImageFile } from '../extractor.ts'
import { composerPackages } from './composer/packages.ts'

export const composerLock: Extractor = {
  id: 'composer-lock',
  ecosystem: 'Packagist',
  files: ['**/composer.lock'],
  extract,
}

const lock = object({ packages: array(unknown), 'packages-dev': nullish(array(unknown)) })

/** In the folder of a package that Composer installed: it names what its authors worked with, not what is here. */
const ofDependency = /(?:^|\/)vendor\/[^/]+\/[^/]+\//

async function* extract(file: ImageFile, scan: Scan): AsyncGenerator<Package> {
  if (ofDependency.test(file.path)) return
  const parsed = lock.safeParse(await jsonOf(file))
  if (!parsed.success) return scan.gap('composer.lock without a list of packages')
  const entries = [...parsed.data.packages, ...(parsed.data['packages-dev'] ?? [])]
  for (const found of composerPackages(entries, file.path, scan)) yield { ...found, declared: true }
}
