import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { zipOf } from '../lib/testing.ts'
import { ContentSearch } from './content-search.ts'
import { defaultLimits } from './limits.ts'
import { SearchedArchives } from './searched-archives.ts'

const { signal } = new AbortController()
// As EICAR asks, in a form that this file does not hold itself.
const eicar = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$', 'EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join('')
const padding = { path: 'padding', contents: Buffer.alloc(5000, 'x') }
const library = zipOf([padding, { path: 'evil', contents: eicar }, { path: 'cut.zip', contents: 'PK\x03\x04' }])

async function found(files: Record<string, Buffer>): Promise<{ found: string[]; gaps: string[] }> {
  const search = new ContentSearch(signal, defaultLimits)
  for (const [path, bytes] of Object.entries(files)) {
    const file = search.file(path, bytes.length)
    file?.push(bytes)
    file?.end()
    await search.searchWaiting()
  }
  const list = [...search.found.values()].flat().map(({ rule, place }) => `${rule} ${place.path}`)
  return { found: list, gaps: search.gaps().map(({ why, place }) => `${place?.path} ${why}`) }
}

test('malware in a library is told at each place where the library lies, as are its gaps', async () => {
  const war = (packed: boolean): Buffer => zipOf([{ path: 'WEB-INF/lib/a.jar', contents: library, packed }])
  const one = await found({ 'srv/one.war': war(true) })
  equal(one.found.length, 1)
  equal(one.gaps.length, 1)
  const both = await found({ 'srv/one.war': war(true), 'srv/two.war': war(false) })
  const under = (list: string[], name: string): string[] => list.map((text) => text.replace('one.war', name))
  deepEqual(both.found, [...one.found, ...under(one.found, 'two.war')])
  deepEqual(both.gaps, [...one.gaps, ...under(one.gaps, 'two.war')])
})

test('only what is the same to the last bit is known, and nothing that somebody put there himself', () => {
  const searched = new SearchedArchives()
  const other = Buffer.from(library)
  other[library.indexOf('x')] = 0x79
  const key = searched.keyOf(library, 'srv/a.war!/lib/a.jar')
  equal(key, searched.keyOf(Buffer.from(library), 'srv/b.war!/lib/c.jar'))
  equal(key === searched.keyOf(other, 'srv/a.war!/lib/a.jar'), false)
  equal(key === searched.keyOf(library, 'usr/share/doc/a.war!/lib/a.jar'), false)
  equal(searched.keyOf(library, 'srv/a.war!/files/mine.zip'), undefined)
})
