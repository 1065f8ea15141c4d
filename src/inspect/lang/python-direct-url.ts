// Where an installed Python package was taken from, which its installer notes beside it where that was no index: for a
// repository `{"url": "https://…", "vcs_info": {"vcs": "git", "commit_id": "COMMIT"}}`. Name and version are those of the folder,
// `requests-2.31.0.dist-info`; the package itself is listed by its metadata, which this adds the commit to.
// Format: https://packaging.python.org/en/latest/specifications/direct-url/

import { gitSource } from '../../lib/git-address.ts'
import { object, text } from '../../lib/shape.ts'
import { nameOf, parentOf } from '../../lib/path.ts'
import type { Package } from '../../model/package.ts'
import type { Scan } from '../../model/scan.ts'
import { jsonOf } from '../documents.ts'
import type { Extractor, ImageFile } from '../extractor.ts'
import { isName, isVersion, pythonPackage } from './python/package.ts'

export const pythonDirectUrl: Extractor = {
  id: 'python-direct-url',
  ecosystem: 'PyPI',
  files: ['**/*-*.dist-info/direct_url.json'],
  extract,
}

const fromGit = object({ url: text(), vcs_info: object({ vcs: text(), commit_id: text() }) })
const origin = object({ url: text() })

async function* extract(file: ImageFile, scan: Scan): AsyncGenerator<Package> {
  const document = await jsonOf(file)
  if (!origin.safeParse(document).success) return scan.gap('direct_url.json without an address')
  const { data } = fromGit.safeParse(document)
  const source = data?.vcs_info.vcs === 'git' ? gitSource(data.url, data.vcs_info.commit_id) : undefined
  const folder = /^(?<name>[^-]+)-(?<version>.+)\.dist-info$/.exec(nameOf(parentOf(file.path)))?.groups
  const { name, version } = folder ?? {}
  if (!source || !isName(name) || !isVersion(version)) return
  yield { ...pythonPackage(name, version, { path: file.path }, source), declared: true }
}
