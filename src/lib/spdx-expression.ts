// Licences as SPDX expressions, from what packages say. https://spdx.github.io/spdx-spec/v2.3/SPDX-license-expressions/
//
// Packages write ids in any case, ids of before SPDX (`GPLv2+`), names (`Apache License 2.0`), and join them by words, slashes or
// bars. What has exactly one meaning is translated; anything else is left alone.

import { exceptionIds, licenceIds } from './spdx-ids.ts'

/** The expression with ids as SPDX writes them; undefined when a part of it has no id. */
export function spdxExpression(words: string): string | undefined {
  if (words.length > longest) return undefined
  const whole = licenceOf(words.trim())
  if (whole !== undefined) return whole
  const parser: Parser = { tokens: tokensOf(words), at: 0, depth: 0 }
  const parsed = alternatives(parser)
  return parsed !== undefined && parser.at === parser.tokens.length ? textOf(parsed) : undefined
}

/**
 * Of words of which some have an id: the parts that all hold, each an expression in which `refer` stands for what has none.
 * Undefined where nothing has an id, or the words have not the form of an expression.
 */
export function spdxParts(words: string, refer: (word: string) => string): readonly string[] | undefined {
  if (words.length > longest) return undefined
  const parser: Parser = { tokens: tokensOf(words), at: 0, depth: 0, refer, hasId: false }
  const parsed = alternatives(parser)
  if (parsed === undefined || parser.at < parser.tokens.length || !parser.hasId) return undefined
  return parsed.operator === 'OR' ? [textOf(parsed)] : parsed.parts
}

/** Characters: an expression of all licences of a distribution's largest packages has some 1,500. */
const longest = 10_000
const deepest = 50

interface Parser {
  tokens: readonly string[]
  at: number
  depth: number
  /** Where words without an id are not the end. */
  refer?: (word: string) => string
  hasId?: boolean
}

/** What an operator joins; one part where there is none. */
interface Parsed {
  parts: readonly string[]
  operator?: 'AND' | 'OR'
}

function textOf({ parts, operator }: Parsed): string {
  return parts.join(` ${operator} `)
}

/** Parentheses, operators, and the words between them; `MIT/X11` is one name, and stays one until no id is found for it. */
function tokensOf(words: string): string[] {
  const tokens: string[] = []
  for (const part of words.split(/([()]|\s+(?:and|or|with)\s+(?:\/\s+)?|\s*\|{1,2}\s*|\s*&{1,2}\s*)/i)) {
    const token = part.trim()
    if (token === '') continue
    if (/^(?:and|&{1,2})$/i.test(token)) tokens.push('AND')
    else if (/^(?:or|\|{1,2})$/i.test(token)) tokens.push('OR')
    else if (/^with$/i.test(token)) tokens.push('WITH')
    else tokens.push(token)
  }
  return tokens
}

function alternatives(parser: Parser): Parsed | undefined {
  return joined(parser, 'OR', (inner) => joined(inner, 'AND', operand))
}

function joined(
  parser: Parser,
  operator: 'AND' | 'OR',
  next: (parser: Parser) => Parsed | undefined,
): Parsed | undefined {
  const parts: Parsed[] = []
  do {
    const part = next(parser)
    if (!part) return undefined
    parts.push(part)
  } while (parser.tokens[parser.at] === operator && ++parser.at)
  if (parts.length === 1) return parts[0]
  return withoutRepeats(
    parts.flatMap((part) => {
      if (part.operator === operator) return part.parts
      // AND binds closer than OR.
      return operator === 'AND' && part.operator === 'OR' ? `(${textOf(part)})` : textOf(part)
    }),
    operator,
  )
}

/** Each part once. */
function withoutRepeats(parts: readonly string[], operator: 'AND' | 'OR'): Parsed {
  const distinct = [...new Set(parts)]
  return distinct.length === 1 ? { parts: distinct } : { parts: distinct, operator }
}

function operand(parser: Parser): Parsed | undefined {
  const { tokens, at, refer } = parser
  const token = tokens[parser.at++]
  if (token === undefined || /^(?:[)]|AND|OR|WITH)$/.test(token)) return undefined
  if (token === '(') return inParentheses(parser)
  const named = namedBy(token, parser)
  if (!refer || (named && !named.parts.some((id) => id.startsWith('LicenseRef-')))) {
    parser.hasId = true
    return named
  }
  return { parts: [refer(tokens.slice(at, parser.at).join(' ').replace(' WITH ', ' with '))] }
}

/** One name, with its exception. */
function namedBy(token: string, parser: Parser): Parsed | undefined {
  const [joint, addition] = parser.tokens.slice(parser.at)
  const named = joint === 'WITH' ? licenceOf(`${token} with ${addition}`) : undefined // `BSD with advertising`
  if (named !== undefined) {
    parser.at += 2
    return { parts: [named] }
  }
  const licence = licenceOf(token)
  if (joint !== 'WITH') return licence === undefined ? choiceOf(token) : { parts: [licence] }
  const exception = exceptions.get((addition ?? '').toLowerCase())
  parser.at += 2
  return licence === undefined || licence.includes(' ') || exception === undefined
    ? undefined
    : { parts: [`${licence} WITH ${exception}`] }
}

function inParentheses(parser: Parser): Parsed | undefined {
  if (++parser.depth > deepest) return undefined
  const inner = alternatives(parser)
  parser.depth--
  return parser.tokens[parser.at++] === ')' ? inner : undefined
}

/** `MIT/Apache-2.0`, as Rust packages of before 2015 and many others write a choice. */
function choiceOf(token: string): Parsed | undefined {
  const parts = token.split('/').map((part) => licenceOf(part.trim()))
  return parts.length > 1 && parts.every((part) => part !== undefined) ? withoutRepeats(parts, 'OR') : undefined
}

function licenceOf(name: string): string | undefined {
  if (/^LicenseRef-[\w.-]+$/.test(name)) return name
  const key = name.toLowerCase()
  const id = idOf(key) ?? names.get(withoutNoise(key)) ?? idOf(key.replace(/^([a-z]+)v(?=\d)/, '$1-')) // `AFLv2.1`
  if (id !== undefined) return id
  if (/^https?:/.test(key)) return licenceAt(key)
  return key.endsWith('+') ? orLater(licenceOf(key.slice(0, -1))) : undefined
}

function idOf(key: string): string | undefined {
  return deprecated.get(key) ?? licences.get(key)
}

/** `MPL-1.1+`; those of GNU have ids of their own. */
function orLater(id: string | undefined): string | undefined {
  if (id === undefined || /[ +]/.test(id) || id.startsWith('LicenseRef-')) return undefined
  const [, base] = /^(.*GPL-.*|GFDL-.*)-only$/.exec(id) ?? []
  if (base !== undefined) return `${base}-or-later`
  return id.endsWith('-or-later') ? id : `${id}+`
}

/** Where the text lies. A text does not tell whether later versions do as well, as little as the plain name does. */
function licenceAt(address: string): string | undefined {
  const place = address.replaceAll(/^https?:\/\/(?:www\.)?|\/(?:legalcode)?$|\.(?:html?|php|txt)$/g, '')
  const [pattern, id] = addresses.find(([one]) => one.test(place)) ?? []
  return pattern && idOf(place.replace(pattern, id!))
}

const addresses: readonly (readonly [RegExp, string])[] = [
  [/^apache\.org\/licenses\/license-([\d.]+)$/, 'apache-$1'],
  [/^creativecommons\.org\/licenses\/([a-z-]+)\/([\d.]+)$/, 'cc-$1-$2'],
  [/^creativecommons\.org\/publicdomain\/zero\/([\d.]+)$/, 'cc0-$1'],
  [/^eclipse\.org\/(?:legal|org\/documents)\/epl-v?(\d)\.?0$/, 'epl-$1.0'],
  [/^eclipse\.org\/org\/documents\/edl-v10$/, 'bsd-3-clause'],
  [/^gnu\.org\/licenses\/(?:old-licenses\/)?([al]?gpl-[\d.]+)$/, '$1'],
  [/^mozilla\.org\/(?:en-us\/)?mpl\/(?:mpl-)?([\d.]+)$/, 'mpl-$1'],
  [/^opensource\.org\/licenses?\/([\w.-]+?)(?:-license)?$/, '$1'],
  [/^spdx\.org\/licenses\/([\w.+-]+)$/, '$1'],
]

/** `The MIT License (MIT)` → `mit`, `Apache License, Version 2.0` → `apache 2.0`. */
function withoutNoise(name: string): string {
  return name
    .replaceAll(/\(.*?\)|\b(?:the|licen[cs]ed?|version|software|under)\b|[,"']/g, ' ')
    .replaceAll(/\bv(?=\d)/g, ' ')
    .replaceAll(/[\s_-]+/g, ' ')
    .trim()
}

const licences = new Map(licenceIds.map((id) => [id.toLowerCase(), id]))
const exceptions = new Map(exceptionIds.map((id) => [id.toLowerCase(), id]))

/** Ids that SPDX has replaced by clearer ones: `GPL-2.0` did not say whether later versions are meant. */
const deprecated = new Map([
  ...licenceIds.flatMap((id) => {
    const [, base, later] = /^((?:A|L)?GPL-[\d.]+|GFDL-[\d.]+)(\+)?$/.exec(id) ?? []
    return base === undefined ? [] : [[id.toLowerCase(), `${base}-${later ? 'or-later' : 'only'}`] as const]
  }),
  ['bsd-2-clause-freebsd', 'BSD-2-Clause-Views'],
  ['bsd-2-clause-netbsd', 'BSD-2-Clause'],
  ['bzip2-1.0.5', 'bzip2-1.0.6'],
  ['gpl-2.0-with-autoconf-exception', 'GPL-2.0-only WITH Autoconf-exception-2.0'],
  ['gpl-2.0-with-classpath-exception', 'GPL-2.0-only WITH Classpath-exception-2.0'],
  ['gpl-2.0-with-font-exception', 'GPL-2.0-only WITH Font-exception-2.0'],
  ['gpl-3.0-with-autoconf-exception', 'GPL-3.0-only WITH Autoconf-exception-3.0'],
  ['nunit', 'zlib-acknowledgement'],
  ['standardml-nj', 'SMLNJ'],
] as const)

/** By what is left without noise. Only names that mean one licence: `BSD` and `GPL` alone are several. */
const names = new Map(
  Object.entries({
    MIT: ['mit', 'expat', 'mit/x11', 'x11/mit', 'mit/expat'],
    'Apache-2.0': ['apache 2.0', 'apache 2', 'apache2', 'apache2.0', 'asl 2.0', 'apache foundation 2.0', 'al 2.0'],
    'Apache-1.1': ['asl 1.1', 'apache 1.1'],
    'BSD-3-Clause': [
      'eclipse distribution v 1.0',
      'new bsd',
      'bsd 3 clause',
      'modified bsd',
      'revised bsd',
      '3 clause bsd',
      'bsd3',
    ],
    'BSD-2-Clause': ['simplified bsd', 'bsd 2 clause', '2 clause bsd', 'bsd2', 'freebsd'],
    'BSD-4-Clause': ['bsd with advertising', 'original bsd'],
    ISC: ['isc', 'iscl'],
    'MPL-1.1': ['mpl 1.1', 'mplv1.1', 'mozilla public 1.1'],
    'MPL-2.0': ['mpl 2.0', 'mplv2.0', 'mpl2', 'mozilla public 2.0'],
    'EPL-1.0': ['epl 1.0', 'eclipse public 1.0', 'eclipse public v 1.0'],
    'EPL-2.0': ['epl 2.0', 'eclipse public 2.0', 'eclipse public v. 2.0'],
    'CPL-1.0': ['cpl 1.0', 'common public 1.0'],
    'UPL-1.0': ['upl 1.0', 'universal permissive 1.0'],
    'CDDL-1.0': ['cddl 1.0', 'common development and distribution 1.0'],
    'PSF-2.0': ['psf', 'psfl', 'python foundation', 'psf 2.0'],
    'Python-2.0': ['python 2.0'],
    'Artistic-1.0': ['artistic 1.0'],
    'Artistic-2.0': ['artistic 2.0'],
    'BSL-1.0': ['boost', 'boost 1.0'],
    'CC0-1.0': ['cc0', 'cc0 1.0', 'cc0 1.0 universal'],
    'GPL-1.0-only': ['gpl 1', 'gplv1'],
    'GPL-1.0-or-later': ['gpl+', 'gpl 1+', 'gplv1+'],
    'GPL-2.0-only': ['gplv2', 'gpl 2', 'gpl 2.0', 'gnu gpl 2', 'gpl2', 'gnu general public 2'],
    'GPL-2.0-only WITH Classpath-exception-2.0': ['gpl 2.0 with classpath exception', 'gpl2 w/ cpe'],
    'GPL-2.0-or-later': ['gplv2+', 'gpl 2+', 'gpl2+', 'gnu general public 2 or later'],
    'GPL-3.0-only': ['gplv3', 'gpl 3', 'gpl 3.0', 'gnu gpl 3', 'gpl3', 'gnu general public 3'],
    'GPL-3.0-or-later': ['gplv3+', 'gpl 3+', 'gpl3+', 'gnu general public 3 or later'],
    'LGPL-2.0-only': ['lgplv2', 'lgpl 2', 'gnu lesser general public 2'],
    'LGPL-2.0-or-later': ['lgpl+', 'lgplv2+', 'lgpl 2+', 'gnu lesser general public 2 or later'],
    'LGPL-2.1-only': ['lgplv2.1', 'lgpl 2.1', 'gnu lesser general public 2.1'],
    'LGPL-2.1-or-later': ['lgplv2.1+', 'lgpl 2.1+', 'lgpl2.1+'],
    'LGPL-3.0-only': ['lgplv3', 'lgpl 3', 'lgpl3', 'gnu lesser general public 3'],
    'LGPL-3.0-or-later': ['lgplv3+', 'lgpl 3+', 'lgpl3+', 'gnu lesser general public 3 or later'],
    'AGPL-3.0-only': ['agplv3', 'gnu agplv3', 'agpl 3', 'gnu affero general public 3'],
    'AGPL-3.0-or-later': ['agplv3+', 'agpl 3+', 'gnu affero general public 3 or later'],
    Unlicense: ['unlicense'],
    WTFPL: ['wtfpl'],
    Zlib: ['zlib', 'zlib/libpng'],
    'zlib-acknowledgement': ['zlib with acknowledgement'],
    'ZPL-2.1': ['zpl 2.1', 'zplv2.1', 'zope public 2.1'],
    OpenSSL: ['openssl'],
    PostgreSQL: ['postgresql'],
    curl: ['curl'],
    Vim: ['vim'],
    'OFL-1.1': ['ofl', 'sil ofl 1.1', 'open font 1.1'],
  }).flatMap(([id, list]) => list.map((name) => [name, id] as const)),
)
