// What Composer says of a package, in its lock file and in its list of what is installed. https://getcomposer.org/doc/04-schema.md

import { array, either, nullish, object, text } from '../../../lib/shape.ts'
import { vcsUrl } from '../../../lib/git-address.ts'
import { purl } from '../../../lib/purl.ts'
import type { Package } from '../../../model/package.ts'
import type { Scan } from '../../../model/scan.ts'

const word = text({ least: 1, most: 1000 })
const source = object({ type: text(), url: text(), reference: nullish(text()) })
const entry = object({ name: word, version: word, license: nullish(either(text(), array(text()))) })
const sourced = object({ source })

export function* composerPackages(entries: readonly unknown[], path: string, scan: Scan): Generator<Package> {
  for (const each of entries) {
    const { data } = entry.safeParse(each)
    if (!data) {
      scan.gap('a package without a name and a version')
      continue
    }
    const { version, license } = data
    // Names are compared without regard to case, and written in lower case.
    const name = data.name.toLowerCase()
    const slash = name.indexOf('/')
    const licence = [license ?? []].flat().join(' OR ')
    yield {
      ecosystem: 'Packagist',
      name,
      version,
      purl: purl({
        type: 'composer',
        namespace: name.slice(0, Math.max(0, slash)),
        name: name.slice(slash + 1),
        version,
        qualifiers: { vcs_url: isBranch(version) ? vcsUrlOf(each) : undefined },
      }),
      ...(licence ? { licence } : {}),
      place: { path },
    }
  }
}

/** Its commit alone tells what it is; a release is known by its number. https://getcomposer.org/doc/articles/versions.md#branches */
function isBranch(version: string): boolean {
  return version.startsWith('dev-') || version.endsWith('-dev')
}

function vcsUrlOf(found: unknown): string | undefined {
  const { type, url, reference } = sourced.safeParse(found).data?.source ?? {}
  return type === 'git' && url !== undefined ? vcsUrl(url, reference ?? undefined) : undefined
}
