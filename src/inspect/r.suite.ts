// Packages of R: what is found equals what R itself says of the library that it ships and of one that it installed into.

import { execFileSync } from 'node:child_process'
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { deepEqual, ok } from 'node:assert/strict'
import { withoutPrograms } from '../testing/shared.ts'
import { rPackage } from './lang/r-package.ts'
import { nameAndVersion, run, workFolder } from './testing.ts'

const skip = withoutPrograms('R', 'Rscript')

test('R’s own library, and packages that it installs', { skip, timeout: 120_000 }, async (t) => {
  const root = workFolder(t)
  const library = join(root, 'library')
  mkdirSync(library)
  for (const [name, version] of [
    ['alpha', '1.2-3'],
    ['Beta.two', '0.0.0.9000'],
  ] as const) {
    const folder = join(root, name)
    mkdirSync(folder)
    const description = { Package: name, Version: version, Title: 'A', Description: 'B.\n  Version: 9', License: 'MIT' }
    const lines = Object.entries(description).map(([field, value]) => `${field}: ${value}\n`)
    writeFileSync(join(folder, 'DESCRIPTION'), lines.join(''))
    writeFileSync(join(folder, 'NAMESPACE'), '')
    execFileSync('R', ['CMD', 'INSTALL', '--no-docs', `--library=${library}`, folder], { stdio: 'pipe' })
    deepEqual((await run(rPackage, `srv/${name}/DESCRIPTION`, lines.join(''))).packages, [], 'sources')
  }
  const list = `p <- installed.packages(lib.loc = c(${JSON.stringify(library)}, .Library)); cat(unique(paste(p[, 'LibPath'], p[, 'Package'], p[, 'Version'])), sep = '\\n')`
  const told = execFileSync('Rscript', ['-e', list], { encoding: 'utf8' }).trim().split('\n')
  ok(told.length > 10)
  const folders = new Set(told.map((line) => line.split(' ', 1)[0]!))
  const found: string[] = []
  for (const folder of folders) {
    for (const file of globSync(join(folder, '*', 'DESCRIPTION'))) {
      const { packages, gaps } = await run(rPackage, file.slice(1), readFileSync(file))
      deepEqual(gaps, [])
      found.push(...packages.map((one) => `${folder} ${nameAndVersion(one)}`))
    }
  }
  deepEqual(found.toSorted(), told.toSorted())
})
