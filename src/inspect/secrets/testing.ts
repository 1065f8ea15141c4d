// What tests of contents share.

import type { FoundContent } from '../../model/image.ts'
import type { Gap } from '../../model/scan.ts'
import type { WantedContent } from '../content-scanner.ts'
import { ContentSearch } from '../content-search.ts'
import { defaultLimits, type Limits } from '../limits.ts'
import { never } from '../testing.ts'

export interface SearchForm {
  pieces?: number
  limits?: Partial<Limits>
  wanted?: WantedContent
}

/** `pieces`: bytes in which the file comes; in one piece by default. */
export async function findIn(
  path: string,
  contents: string | Uint8Array,
  { pieces = Infinity, limits = {}, wanted = true }: SearchForm = {},
): Promise<{ found: FoundContent[]; gaps: Gap[] }> {
  const search = new ContentSearch(never, { ...defaultLimits, ...limits }, wanted)
  const bytes = Buffer.from(contents)
  const file = search.file(path, bytes.length)
  for (let at = 0; file && at < bytes.length; at += pieces) file.push(bytes.subarray(at, at + pieces))
  file?.end()
  await search.searchWaiting()
  return { found: [...search.found.values()].flat(), gaps: search.gaps() }
}
