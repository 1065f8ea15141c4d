// What looks for secrets and malware inside of files, and of archives in archives.

import { gzipSync, zstdCompressSync } from 'node:zlib'
import { contentScanners } from '../../src/inspect/content-scanners.ts'
import { ContentSearch } from '../../src/inspect/content-search.ts'
import { defaultLimits } from '../../src/inspect/limits.ts'
import { KeywordSearch } from '../../src/lib/keyword-search.ts'
import { zipOf } from '../../src/lib/testing.ts'
import type { Random } from '../random.ts'
import { hold, holdEqual, holdGaps, never, type FuzzTarget } from '../target.ts'
import { tarSeeds } from './archives.ts'

const limits = { ...defaultLimits, contentUnpacked: 8 * 1024 * 1024, contentInMemory: 3000 }
const keywords = contentScanners.flatMap(({ looks }) => looks.map(([keyword]) => keyword))
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=_-.:"\' \n$@{}'

const settings = `password = "${'k3J9x'.repeat(4)}"\nurl=postgres://user:${'p4Ss'.repeat(3)}@db/x\nTOKEN='${'aB3'.repeat(14)}'\n`

/** Keywords with what may follow them. */
function likeSecrets(random: Random): Buffer {
  const pieces = Array.from({ length: 1 + random.below(12) }, () => {
    const length = random.pick([0, 4, 16, 20, 36, 40, 64, 100, 3000])
    const from = random.oneIn(3) ? alphabet.slice(0, 62) : alphabet
    return random.pick(keywords) + Array.from({ length }, () => from[random.below(from.length)]).join('')
  })
  return Buffer.from(pieces.join(random.pick(['\n', '', ' ', '="', ': '])), 'latin1')
}

function contentTarget(id: string, path: string, seeds: readonly Buffer[], make?: FuzzTarget['make']): FuzzTarget {
  return {
    id,
    seeds: () => seeds,
    words: keywords,
    ...(make ? { make } : {}),
    async run(input, split) {
      const search = new ContentSearch(never, limits)
      try {
        const file = search.file(path, input.length)
        for (const piece of split(input)) {
          const lent = new Uint8Array(piece)
          file?.push(lent)
          // Only the whole file is held as it is.
          if (lent.length < input.length) lent.fill(0xdd)
        }
        file?.end()
        await search.searchWaiting()
      } finally {
        search.close()
      }
      const gaps = search.gaps()
      holdGaps(gaps)
      const found = [...search.found.values()].flat()
      for (const { place } of found) hold(place.path?.startsWith(path), `something was found at ${place.path}`)
      for (const { why, place } of gaps) {
        hold(place?.path?.startsWith(path) ?? /beyond the limit/.test(why), `the gap "${why}" is at ${place?.path}`)
      }
      return { found, gaps }
    },
  }
}

const inner = zipOf([
  { path: 'a.env', contents: settings, packed: true },
  { path: 'b.env', contents: settings },
])
const packed = [
  inner,
  zipOf([
    { path: 'c.zip', contents: inner },
    { path: 'd.zip', contents: inner, packed: true },
  ]),
  gzipSync(tarSeeds[0]!),
  zstdCompressSync(settings),
  tarSeeds[2]!,
  gzipSync(gzipSync(settings)),
]

const keywordSearch: FuzzTarget = {
  id: 'keyword-search',
  seeds: () => [Buffer.from('xxabcxxabcdxxbcaxx'), Buffer.from(keywords.slice(0, 50).join(' '), 'latin1')],
  words: keywords,
  run(input) {
    const some = ['abc', 'abcd', 'bca', 'aaa', ...keywords.slice(0, 40)]
    const found: string[] = []
    new KeywordSearch(some.map((word) => [word, word] as const)).each(input, (at, word) => found.push(`${at} ${word}`))
    const expected: string[] = []
    for (const word of some) {
      const bytes = Buffer.from(word, 'latin1')
      for (let at = input.indexOf(bytes); at >= 0; at = input.indexOf(bytes, at + 1)) expected.push(`${at} ${word}`)
    }
    // A keyword may stand there under two pairs, and is told for each.
    holdEqual([...new Set(found)].toSorted(), [...new Set(expected)].toSorted(), 'where keywords stand')
    return found.length
  },
}

export const contentTargets: readonly FuzzTarget[] = [
  contentTarget('secrets', 'srv/app/settings.env', [Buffer.from(settings)], (random) =>
    random.oneIn(2) ? likeSecrets(random) : undefined,
  ),
  contentTarget('malware', 'var/www/html/index.php', [Buffer.from('<?php eval(base64_decode($_POST["x"])); ?>')]),
  contentTarget('content-archives', 'srv/app/archive', packed),
  keywordSearch,
]
