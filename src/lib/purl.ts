// Package URLs. https://github.com/package-url/purl-spec/blob/main/PURL-SPECIFICATION.rst

import { percentEncoded } from './percent.ts'

export interface PurlParts {
  type: string
  /** Parts are joined by `/`. */
  namespace?: string | undefined
  name: string
  version?: string | undefined
  /** Those without a value are left out. */
  qualifiers?: Readonly<Record<string, string | undefined>> | undefined
  /** A part of the package, by its path. */
  subpath?: string | undefined
}

/** What a text says, with nothing encoded any more; empty parts are absent. */
export interface ParsedPurl {
  /** In lower case. */
  type: string
  namespace?: string
  name: string
  version?: string
  /** Keys are in lower case. */
  qualifiers: Readonly<Record<string, string>>
  subpath?: string
}

/** The canonical text. Names are taken as they are: what a type wants in lower case is the caller's to lower. */
export function purl({ type, namespace, name, version, qualifiers = {}, subpath }: PurlParts): string {
  const spaces = (namespace ?? '').split('/').filter(Boolean).map(encoded)
  const path = ['pkg:' + type, ...spaces, encoded(name)].join('/')
  const query = Object.entries(qualifiers)
    .filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '')
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${encoded(value)}`)
    .join('&')
  const part = subpath ? `#${subpath.split('/').map(encoded).join('/')}` : ''
  return path + (version ? `@${encoded(version)}` : '') + (query === '' ? '' : `?${query}`) + part
}

/** As everywhere in a URL, but the colon stands for itself. */
function encoded(text: string): string {
  return percentEncoded(text).replaceAll('%3A', ':')
}

/**
 * Undefined when it is none. Names keep the case in which they are written: a name of Go is looked up in its own, though its
 * purl has it in lower case.
 * https://github.com/package-url/purl-spec/blob/main/docs/how-to-parse.md
 */
export function parsePurl(text: string): ParsedPurl | undefined {
  const { rest, qualifiers, subpath } = withoutEnds(text)
  const match = /^pkg:\/*(?<type>[a-z][a-z0-9.-]*)\/(?<path>[^]+)$/i.exec(rest)?.groups
  if (match === undefined || qualifiers === undefined) return undefined
  const { path, version } = splitVersion(match['path']!)
  const segments = path.split('/').filter(Boolean).map(decoded)
  const name = segments.pop()
  if (!name || segments.includes(undefined) || version === undefined) return undefined
  const namespace = segments.join('/').split('/').filter(Boolean).join('/') // some encode the slashes in it
  return {
    type: match['type']!.toLowerCase(),
    ...(namespace === '' ? {} : { namespace }),
    name,
    ...(version === '' ? {} : { version }),
    qualifiers,
    ...(subpath ? { subpath } : {}),
  }
}

function withoutEnds(text: string) {
  const [beforeSubpath, subpath] = splitLast(text.trim(), '#')
  const [rest, query] = splitLast(beforeSubpath, '?')
  const inside = subpath.split('/').filter((part) => part !== '' && part !== '.' && part !== '..')
  return { rest, qualifiers: parseQualifiers(query), subpath: decoded(inside.join('/')) }
}

/** Undefined when one cannot be read. */
function parseQualifiers(query: string): Record<string, string> | undefined {
  const pairs: [string, string][] = []
  for (const pair of query.split('&').filter(Boolean)) {
    const match = /^(?<key>[a-z][a-z0-9.\-_]*)=(?<value>[^]*)$/i.exec(pair)?.groups
    const value = match && decoded(match['value']!)
    if (value === undefined) return undefined
    if (value !== '') pairs.push([match!['key']!.toLowerCase(), value])
  }
  return Object.fromEntries(pairs)
}

/** The last `@` begins the version, unless it begins a name: many write the scope of a Node package without encoding it. */
function splitVersion(path: string): { path: string; version: string | undefined } {
  const at = path.lastIndexOf('@')
  if (at < 1 || path[at - 1] === '/') return { path, version: '' }
  return { path: path.slice(0, at), version: decoded(path.slice(at + 1)) }
}

function splitLast(text: string, separator: string): [before: string, after: string] {
  const at = text.lastIndexOf(separator)
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]
}

/** Undefined when `%` is followed by what is no encoded UTF-8. */
function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
