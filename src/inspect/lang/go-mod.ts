// Modules that go.mod asks for; since Go 1.17 it lists those that are needed indirectly as well.
//
// `require PATH VERSION` on a line or in brackets, `replace OLD [VERSION] => NEW [VERSION]`; a replacement without a version
// is a folder. Format: https://go.dev/ref/mod#go-mod-file

import { goPurl } from '../../lib/go-modules.ts'
import type { Package } from '../../model/package.ts'
import type { Scan } from '../../model/scan.ts'
import type { Extractor, ImageFile } from '../extractor.ts'

export const goMod: Extractor = {
  id: 'go-mod',
  ecosystem: 'Go',
  files: ['**/go.mod'],
  extract,
}

interface Line {
  words: string[]
  number: number
}

/** In the cache of modules: it names what its authors worked with, not what is here. */
const ofDependency = /(?:^|\/)pkg\/mod\/[^@]+@v[^/]+\//

async function* extract(file: ImageFile, scan: Scan): AsyncGenerator<Package> {
  if (ofDependency.test(file.path)) return
  const required: Line[] = []
  const replaced = new Map<string, string[]>()
  let release: string | undefined
  for await (const { words, number } of directives(file)) {
    const [directive, ...rest] = words
    if (directive === 'go') release = rest[0]
    if (directive === 'require') required.push({ words: rest, number })
    if (directive !== 'replace') continue
    const arrow = rest.indexOf('=>')
    if (arrow < 1) scan.gap('replace without =>', { line: number })
    else replaced.set(rest.slice(0, arrow).join(' '), rest.slice(arrow + 1))
  }
  if (required.length > 0 && !listsAll(release))
    scan.gap('is of a Go before 1.17: modules that are needed indirectly are not in it')
  const seen = new Set<string>()
  for (const { words, number } of required) {
    const [path, version] = replaced.get(words.join(' ')) ?? replaced.get(words[0] ?? '') ?? words
    if (!path) scan.gap('require without a module', { line: number })
    else if (version === undefined || !/^v\d/.test(version)) {
      scan.gap(`the module ${words[0]!.slice(0, 200)} has no version`, { line: number })
    } else {
      const url = goPurl({ path, version })
      if (seen.has(url)) continue // it replaces several
      seen.add(url)
      yield {
        ecosystem: 'Go',
        name: path,
        version,
        purl: url,
        declared: true,
        place: { path: file.path, line: number },
      }
    }
  }
}

/** Without a `go` directive it is of 1.16. https://go.dev/ref/mod#go-mod-file-go */
function listsAll(release = '1.16'): boolean {
  const [major, minor] = release.split('.').map(Number)
  return major! > 1 || (major === 1 && minor! >= 17)
}

/** Those in brackets with the word before the bracket. */
async function* directives(file: ImageFile): AsyncGenerator<Line> {
  let block = ''
  let number = 0
  for await (const line of file.lines()) {
    number++
    const words = line
      .replace(/\/\/.*$/, '')
      .trim()
      .split(/\s+/)
      .filter(Boolean)
      .map(unquoted)
    if (words.length === 0) continue
    if (block !== '' && words[0] === ')') block = ''
    else if (block !== '') yield { words: [block, ...words], number }
    else if (words.at(-1) === '(') block = words[0]!
    else yield { words, number }
  }
}

function unquoted(word: string): string {
  return /^(?:"[^"]*"|`[^`]*`)$/.test(word) ? word.slice(1, -1) : word
}
