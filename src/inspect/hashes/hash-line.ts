// One line of a list of hashes, in the forms in which such lists are given:
//
//   HASH   HASH name   HASH *name (sha256sum)   HASH:size:name (ClamAV)   SHA256 (name) = HASH (BSD)
//   rows of CSV, below a line that names the columns, as a comment also: "first_seen","sha256_hash","signature"

export interface HashLine {
  /** 32, 20 or 16 bytes: SHA-256, SHA-1, MD5. */
  hash: Buffer
  name?: string
}

/** Which columns of a CSV are read. */
export interface HashColumns {
  hash: number
  name?: number
}

const hashNames = ['sha256', 'sha256_hash', 'sha-256', 'sha1', 'sha1_hash', 'sha-1', 'md5', 'md5_hash']
const nameNames = ['signature', 'malware', 'malware_name', 'family', 'name', 'file_name', 'filename', 'description']

/** Of a line that names columns, the strongest hash; undefined when it names none. */
export function columnsIn(line: string): HashColumns | undefined {
  const names = fieldsOf(line.replace(/^#\s*/, '')).map((name) => name.toLowerCase())
  const hash = hashNames.map((name) => names.indexOf(name)).find((index) => index >= 0)
  if (hash === undefined) return undefined
  const name = nameNames.map((known) => names.indexOf(known)).find((index) => index >= 0)
  return { hash, ...(name === undefined ? {} : { name }) }
}

const plain =
  /^\\?(?<hash>[0-9a-f]{64}|[0-9a-f]{40}|[0-9a-f]{32})(?:[\s,;]+\*?(?<name>.*)|:(?:\d+|\*):(?<virus>[^:]*)(?::.*)?)?$/i
const bsd = /^(?:SHA256|SHA1|MD5) ?\((?<name>.*)\) ?= ?(?<hash>[0-9a-f]{64}|[0-9a-f]{40}|[0-9a-f]{32})$/i

/** Undefined when it holds no hash. */
export function hashIn(line: string, columns?: HashColumns): HashLine | undefined {
  if (columns) {
    const fields = fieldsOf(line)
    const hash = fields[columns.hash] ?? ''
    if (!/^(?:[0-9a-f]{64}|[0-9a-f]{40}|[0-9a-f]{32})$/i.test(hash)) return undefined
    return withName(hash, columns.name === undefined ? undefined : fields[columns.name])
  }
  const { hash, name, virus } = (plain.exec(line) ?? bsd.exec(line))?.groups ?? {}
  return hash === undefined ? undefined : withName(hash, name ?? virus)
}

const longestName = 200

function withName(hash: string, name = ''): HashLine {
  const trimmed = name
    .trim()
    .replace(/^"(.*)"$/, '$1')
    .slice(0, longestName)
  const isNone = trimmed === '' || trimmed === '-' || /^(?:n\/a|null|none)$/i.test(trimmed)
  return { hash: Buffer.from(hash, 'hex'), ...(isNone ? {} : { name: trimmed }) }
}

/** RFC 4180, with white space around fields, and within one line. */
function fieldsOf(line: string): string[] {
  const fields: string[] = []
  const field = /\s*(?:"(?<quoted>(?:[^"]|"")*)"|(?<bare>[^,]*))\s*(?:,|$)/y
  for (let match = field.exec(line); match; match = field.exec(line)) {
    const { quoted, bare = '' } = match.groups!
    fields.push(quoted === undefined ? bare.trim() : quoted.replaceAll('""', '"'))
    if (field.lastIndex >= line.length) break
  }
  return fields
}
