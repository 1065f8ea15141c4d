// Packages of Arch Linux and its kin, from the database that pacman keeps: a folder for each package, in it `desc`.
//
// The file is a list of fields: `%NAME%`, then one value a line, an empty line after the last.
//   NAME   VERSION   BASE (the source package)   ARCH   LICENSE (several)
// https://man.archlinux.org/man/pacman.8, https://gitlab.archlinux.org/pacman/pacman/-/blob/master/lib/libalpm/be_local.c

import { purl } from '../../lib/purl.ts'
import type { Package } from '../../model/package.ts'
import type { Scan } from '../../model/scan.ts'
import type { Extractor, ImageFile } from '../extractor.ts'

export const pacman: Extractor = {
  id: 'pacman',
  ecosystem: 'Arch Linux',
  files: ['var/lib/pacman/local/*/desc'],
  extract,
}

const wanted = new Set(['NAME', 'VERSION', 'BASE', 'ARCH', 'LICENSE'])

async function* extract(file: ImageFile, scan: Scan): AsyncGenerator<Package> {
  const fields = new Map<string, string[]>()
  let values: string[] | undefined
  for await (const line of file.lines()) {
    const field = /^%(?<name>[A-Z0-9]+)%$/.exec(line)?.groups?.['name']
    if (field !== undefined) {
      values = wanted.has(field) ? [] : undefined
      if (values) fields.set(field, values)
    } else if (line === '') values = undefined
    else if (values && values.length < 100) values.push(line)
  }
  const name = fields.get('NAME')?.[0]
  const version = fields.get('VERSION')?.[0]
  if (!name || !version) return scan.gap('a package without %NAME% or %VERSION%')
  const base = fields.get('BASE')?.[0]
  const arch = fields.get('ARCH')?.[0]
  const licence = fields.get('LICENSE')?.join(' AND ')
  yield {
    ecosystem: 'Arch Linux',
    name,
    version,
    purl: purl({ type: 'alpm', namespace: 'arch', name, version, qualifiers: { arch } }),
    ...(base && base !== name ? { source: { name: base, version } } : {}),
    ...(arch ? { arch } : {}),
    ...(licence ? { licence } : {}),
    place: { path: file.path },
  }
}
