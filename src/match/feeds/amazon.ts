// Amazon Linux: updateinfo of the core repositories. Extras (docker, kernel-5.10, …) and live patches have repositories of
// their own, with updateinfo of their own, and are not among them.
// https://docs.aws.amazon.com/linux/al2023/ug/alas.html

import { child, parseXml } from '../../lib/xml.ts'
import type { FeedItem } from '../../model/advisory.ts'
import type { Scan } from '../../model/scan.ts'
import type { Feed, FeedDocument, RemoteFile } from '../feed.ts'
import { updateAdvisory } from './formats/updateinfo.ts'

const releases = ['al2', 'al2023'] as const
const mirrorLists: Readonly<Record<(typeof releases)[number], string>> = {
  al2: 'https://cdn.amazonlinux.com/2/core/latest/x86_64/mirror.list',
  al2023: 'https://cdn.amazonlinux.com/al2023/core/mirrors/latest/x86_64/mirror.list',
}

export const amazon: Feed = {
  id: 'amazon',
  files: ['**/amazon/**/updateinfo*.xml'],
  cut: { element: 'update' },
  inParts: true,
  remote: {
    files: releases.map((release) => ({ url: mirrorLists[release], path: `${release}/mirror.list`, isList: true })),
    named,
  },
  read,
}

function* read({ path, text }: FeedDocument, scan: Scan): Generator<FeedItem> {
  try {
    const advisory = updateAdvisory(text, ecosystemOf)
    if (advisory) yield { kind: 'advisory', advisory }
  } catch (error) {
    scan.gap(`an update that ${(error as Error).message}`, { path })
  }
}

/** Short names: `amazon-linux-2`, `amazon-linux-2023`; those of the extras say more. */
function ecosystemOf(collection: string): string | undefined {
  const release = /^amazon-linux-(?<release>\d+)$/.exec(collection)?.groups?.['release']
  return release === undefined ? undefined : `Amazon Linux:${release}`
}

/** A mirror list names the repository of the day, whose index names updateinfo with its checksum. */
function named({ url, path }: RemoteFile, text: string): RemoteFile[] {
  const folder = path.slice(0, path.lastIndexOf('/'))
  if (path.endsWith('.list')) {
    const repository = URL.parse(text.split('\n', 1)[0]!.trim().replace(/\/*$/, '/'))
    if (!repository) throw new Error('it names no mirror')
    return [{ url: new URL('repodata/repomd.xml', repository).href, path: `${folder}/repomd.xml`, isList: true }]
  }
  const data = parseXml(text).children.find(({ attributes }) => attributes.get('type') === 'updateinfo')
  const location = child(data, 'location')?.attributes.get('href')
  const checksum = child(data, 'checksum')
  const at = location === undefined ? null : URL.parse(`../${location}`, url)
  if (!at || checksum?.attributes.get('type') !== 'sha256') throw new Error('it names no updateinfo with its SHA-256')
  const ending = /\.(?:gz|zst)$/.exec(at.pathname)?.[0] ?? ''
  return [{ url: at.href, path: `${folder}/updateinfo.xml${ending}`, sha256: checksum.text }]
}
