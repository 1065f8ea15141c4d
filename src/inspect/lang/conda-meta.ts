// Packages of conda environments: conda-meta has one JSON file for each. They are not only Python's: also libraries and
// programs. The Python ones are found as such as well, by the metadata that lies beside their code.
// Format: https://docs.conda.io/projects/conda/en/stable/dev-guide/specs/index.html

import { nullish, object, optional, text } from '../../lib/shape.ts'
import { purl } from '../../lib/purl.ts'
import type { Package } from '../../model/package.ts'
import type { Scan } from '../../model/scan.ts'
import { jsonOf } from '../documents.ts'
import type { Extractor, ImageFile } from '../extractor.ts'

export const condaMeta: Extractor = { id: 'conda-meta', ecosystem: 'Conda', files: ['**/conda-meta/*.json'], extract }

const word = text({ least: 1, most: 1000 })
const record = object({
  name: word,
  version: word,
  build: optional(text({ most: 1000 })),
  channel: optional(text()),
  subdir: optional(text({ most: 1000 })),
  fn: optional(text()),
  license: nullish(text({ most: 1000 })),
})

async function* extract(file: ImageFile, scan: Scan): AsyncGenerator<Package> {
  const parsed = record.safeParse(await jsonOf(file))
  if (!parsed.success) return scan.gap('a record of conda without a name and a version')
  const { name, version, build, channel = '', subdir, fn = '', license } = parsed.data
  const type = /\.(?<type>conda|tar\.bz2)$/.exec(fn)?.groups?.['type']
  const qualifiers = { build, channel: channelName(channel, subdir), subdir, type }
  yield {
    ecosystem: 'Conda',
    name,
    version,
    purl: purl({ type: 'conda', name: name.toLowerCase(), version, qualifiers }),
    ...(license ? { licence: license } : {}),
    place: { path: file.path },
  }
}

/**
 * `conda-forge` of `https://conda.example.org/conda-forge/linux-64`. Private channels have a token in their address,
 * `/t/<token>/channel`, and some nothing behind it: that is never a name.
 */
function channelName(channel: string, subdir: string | undefined): string | undefined {
  const segments = channel.split('/').filter((segment) => segment !== '' && segment !== subdir)
  const name = segments.at(-1)
  return name === undefined || segments.at(-2) === 't' || !/^[A-Za-z0-9._-]+$/.test(name) ? undefined : name
}
