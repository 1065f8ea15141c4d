// Node packages as they lie installed: the package.json of each folder directly in a node_modules folder.
//
// A node_modules folder counts where Node looks for one: at the top of something, directly in a package, or in the
// hidden stores of pnpm (`.pnpm/NAME@VERSION/node_modules`). One deeper inside a package is that package's test data.
// https://nodejs.org/api/modules.html#loading-from-node_modules-folders

import { object, text, unknown } from '../../lib/shape.ts'
import type { Package } from '../../model/package.ts'
import type { Scan } from '../../model/scan.ts'
import { jsonOf } from '../documents.ts'
import type { Extractor, ImageFile } from '../extractor.ts'
import { statedLicence } from './npm/licence.ts'
import { npmPackage } from './npm/package.ts'

export const nodePackage: Extractor = {
  id: 'node-package',
  ecosystem: 'npm',
  files: ['**/node_modules/*/package.json', '**/node_modules/@*/*/package.json'],
  extract,
}

const word = text({ least: 1, most: 1000 })
const packageJson = object({ name: word, version: word, license: unknown, licenses: unknown })

async function* extract(file: ImageFile, scan: Scan): AsyncGenerator<Package> {
  if (!isInstalled(file.path)) return
  const parsed = packageJson.safeParse(await jsonOf(file))
  if (!parsed.success) return scan.gap('package.json without a name and a version')
  const { name, version, license, licenses } = parsed.data
  const licence = statedLicence(license) ?? statedLicence(licenses)
  yield { ...npmPackage(name, version, { path: file.path }), ...(licence ? { licence } : {}) }
}

function isInstalled(path: string): boolean {
  const [, ...packages] = `/${path}`.split('/node_modules/')
  return packages.every((rest, index) => {
    const folder = index === packages.length - 1 ? rest.slice(0, -'/package.json'.length) : rest
    if (index < packages.length - 1 && /^\.[^/]+(?:\/[^/]+)?$/.test(folder)) return true
    return /^(?:@[^/]+\/)?[^./@][^/]*$/.test(folder)
  })
}
