// PHP packages as they lie installed: Composer's list beside them. A plain list until Composer 1, since 2 an object with
// `packages`. Format: https://github.com/composer/composer/blob/main/src/Composer/Repository/FilesystemRepository.php

import { array, either, object, unknown } from '../../lib/shape.ts'
import type { Package } from '../../model/package.ts'
import type { Scan } from '../../model/scan.ts'
import { jsonOf } from '../documents.ts'
import type { Extractor, ImageFile } from '../extractor.ts'
import { composerPackages } from './composer/packages.ts'

export const composerInstalled: Extractor = {
  id: 'composer-installed',
  ecosystem: 'Packagist',
  files: ['**/composer/installed.json'],
  extract,
}

const list = array(unknown)
const installed = either(list, object({ packages: list }))

async function* extract(file: ImageFile, scan: Scan): AsyncGenerator<Package> {
  const parsed = installed.safeParse(await jsonOf(file))
  if (!parsed.success) return scan.gap('installed.json without a list of packages')
  const packages = Array.isArray(parsed.data) ? parsed.data : parsed.data.packages
  yield* composerPackages(packages, file.path, scan)
}
