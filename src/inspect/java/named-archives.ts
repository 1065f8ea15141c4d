// Java archives by their SHA-1, for those that nothing in them names: what `sha1sum` says over a Maven repository, whose paths
// are the coordinates. https://maven.apache.org/repository/layout.html
//
//   cd ~/.m2/repository && find . -name '*.jar' -exec sha1sum {} + > archives.sha1

import { createHash } from 'node:crypto'
import { basename } from 'node:path'
import type { ByteSource } from '../../lib/zip.ts'
import { lineAt, loadHashLists, type HashLists } from '../hashes/hash-lists.ts'
import { noteOf } from '../hashes/hash-table.ts'
import { piecesOf } from '../unpack.ts'
import type { Coordinates } from './identify.ts'

const example = "cd ~/.m2/repository && find . -name '*.jar' -exec sha1sum {} +"

/** Throws with the path when one cannot be read, or holds no SHA-1. */
export async function loadNamedArchives(paths: readonly string[]): Promise<HashLists> {
  const lists = await loadHashLists(paths)
  if (lists.tables.some(({ algorithm }) => algorithm === 'sha1')) return lists
  throw new Error(`${paths.join(', ')}: no SHA-1 of an archive stands there: make it by \`${example}\``)
}

/** By what the list says of these bytes; `why`, one clause, where it has them and does not name them. */
export async function namedBy(
  lists: HashLists,
  source: ByteSource,
): Promise<Coordinates | { why: string } | undefined> {
  const table = lists.tables.find(({ algorithm }) => algorithm === 'sha1')?.table
  if (!table) return undefined
  const hash = createHash('sha1')
  for await (const piece of piecesOf(source)) hash.update(piece)
  const note = noteOf(table, hash.digest())
  if (note === undefined) return undefined
  const { path, line } = await lineAt(lists, note)
  return coordinatesOf(line) ?? { why: `stands in ${basename(path)}, on a line that is no path of a Maven repository` }
}

/** `SHA1  ./org/slf4j/slf4j-api/1.7.36/slf4j-api-1.7.36.jar`, also below the folder in which Maven keeps its own. */
export function coordinatesOf(line: string): Coordinates | undefined {
  const path = /^\\?[0-9a-f]{40}[ \t]+\*?(?:\.\/)?(?<path>\S.*)$/i.exec(line)?.groups?.['path']
  const [file = '', version = '', artifact = '', ...folders] = path?.split('/').toReversed() ?? []
  const kept = folders.indexOf('repository')
  const group = folders.slice(0, kept < 0 ? undefined : kept).toReversed()
  const isOne = file.startsWith(`${artifact}-${version}`) && [artifact, version, ...group].every(isName)
  return isOne && group.length > 0 ? { group: group.join('.'), artifact, version } : undefined
}

function isName(part: string): boolean {
  return /^[\w.+-]+$/.test(part)
}
