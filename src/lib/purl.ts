// Package URLs. https://github.com/package-url/purl-spec/blob/main/PURL-SPECIFICATION.rst

export interface PurlParts {
  type: string
  namespace?: string | undefined
  name: string
  version?: string | undefined
  /** Those without a value are left out. */
  qualifiers?: Readonly<Record<string, string | undefined>> | undefined
}

/** The canonical text. Names are taken as they are: what a type wants in lower case is the caller's to lower. */
export function purl({ type, namespace, name, version, qualifiers = {} }: PurlParts): string {
  const spaces = (namespace ?? '').split('/').filter(Boolean).map(encoded)
  const path = ['pkg:' + type, ...spaces, encoded(name)].join('/')
  const query = Object.entries(qualifiers)
    .filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '')
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${encoded(value)}`)
    .join('&')
  return path + (version ? `@${encoded(version)}` : '') + (query === '' ? '' : `?${query}`)
}

/** Everything but letters, digits, `-._~` and the colon is percent-encoded. */
function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed())
    .replaceAll(/[!'()*]/g, (character) => '%' + character.charCodeAt(0).toString(16).toUpperCase())
    .replaceAll('%3A', ':')
}
