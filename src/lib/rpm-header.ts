// The header of an rpm package, as rpm keeps it in its database. All numbers are big-endian.
//
//   entries (4 bytes)   bytes of data (4)   entries of 16 bytes: tag, type, offset into the data, count   data
//
// https://github.com/rpm-software-management/rpm/blob/master/docs/manual/format_header.md

const tags = {
  name: 1000,
  version: 1001,
  release: 1002,
  epoch: 1003,
  vendor: 1011,
  licence: 1014,
  arch: 1022,
  sourceRpm: 1044,
  modularityLabel: 5096,
} as const

const types = { int32: 4, string: 6, stringArray: 8, translatedString: 9 } as const

/** What was not set is absent. */
export type RpmHeader = { -readonly [name in keyof typeof tags]?: name extends 'epoch' ? number : string }

const wanted = new Map<number, keyof RpmHeader>(
  Object.entries(tags).map(([name, tag]) => [tag, name as keyof RpmHeader]),
)

/** Bytes of the longest text that is taken. */
const longest = 65_536

/** Throws with one clause when it is no header, or a field of it lies outside of it. */
export function readRpmHeader(bytes: Uint8Array): RpmHeader {
  const header: RpmHeader = {}
  const { data, entries } = open(bytes)
  for (const { tag, type, offset } of entries) {
    const name = wanted.get(tag)
    if (name === undefined) continue
    if (name === 'epoch') header.epoch = numbersAt(data, { type, offset, count: 1 }, name)[0]!
    else header[name] = textAt(data, offset, type, name)
  }
  return header
}

const fileTags = { folderOfEach: 1116, names: 1117, folders: 1118 } as const

/** Files of one package, and characters of a path: far beyond any real one. */
const mostFiles = 500_000
const longestPath = 4096

/** Absolute paths of the files and folders that the package brought. Throws as `readRpmHeader` does. */
export function* readRpmFiles(bytes: Uint8Array): Generator<string> {
  const { data, entries } = open(bytes)
  const entryOf = (tag: number): Entry =>
    entries.find((entry) => entry.tag === tag) ?? { tag, type: 0, offset: 0, count: 0 }
  if (entryOf(fileTags.names).count > mostFiles) throw new Error('a header lists too many files')
  const folders = textsAt(data, entryOf(fileTags.folders), 'list of folders')
  const folderOfEach = numbersAt(data, entryOf(fileTags.folderOfEach), 'list of files')
  const names = textsAt(data, entryOf(fileTags.names), 'list of files')
  for (const [index, name] of names.entries()) {
    const folder = folders[folderOfEach[index] ?? -1] ?? ''
    if (folder.length + name.length <= longestPath) yield folder + name
  }
}

interface Entry {
  tag: number
  type: number
  offset: number
  count: number
}

/** What was added when the package was installed comes after what it was built with, and replaces it. */
function open(bytes: Uint8Array): { data: Uint8Array; entries: Entry[] } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const count = bytes.length < 8 ? 0 : view.getUint32(0)
  const start = 8 + count * 16
  if (count === 0 || start + view.getUint32(4) > bytes.length) throw new Error('a header is cut, or is none')
  const entries = Array.from({ length: count }, (_, index): Entry => {
    const [tag, type, offset, values] = [0, 4, 8, 12].map((field) => view.getUint32(8 + index * 16 + field))
    return { tag: tag!, type: type!, offset: offset!, count: values! }
  })
  return { data: bytes.subarray(start, start + view.getUint32(4)), entries }
}

function numbersAt(data: Uint8Array, { type, offset, count }: Omit<Entry, 'tag'>, name: string): number[] {
  if (count === 0) return []
  if (type !== types.int32 || offset + count * 4 > data.length) throw new Error(`the ${name} of a header is no number`)
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  return Array.from({ length: count }, (_, index) => view.getUint32(offset + index * 4))
}

function textsAt(data: Uint8Array, { type, offset, count }: Entry, name: string): string[] {
  const texts: string[] = []
  for (let at = offset; texts.length < Math.min(count, mostFiles);) {
    const end = type === types.stringArray ? data.indexOf(0, at) : -1
    if (end < 0) throw new Error(`the ${name} of a header is no text`)
    texts.push(utf8.decode(data.subarray(at, end)))
    at = end + 1
  }
  return texts
}

/** The first one of an array. */
function textAt(data: Uint8Array, offset: number, type: number, name: string): string {
  const isText = type === types.string || type === types.stringArray || type === types.translatedString
  const end = isText ? data.indexOf(0, offset) : -1
  if (end < 0 || end - offset > longest) throw new Error(`the ${name} of a header is no text`)
  return utf8.decode(data.subarray(offset, end))
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })
