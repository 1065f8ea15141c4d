// Large documents cut into parts that fit into memory, as their text streams by.

/** The text breaks off, or a part of it is too large; one clause that continues "it …". */
export class CutError extends Error {
  override readonly name = 'CutError'
}

/** Each member of one JSON object, as an object of its own: `{"a":…}`, `{"b":…}`. Throws `CutError`. */
export async function* cutMembers(pieces: AsyncIterable<string>, largest: number): AsyncGenerator<string> {
  let held = ''
  /** Where the member at hand begins in what is held; how far it was looked at; how deep that is. */
  let start = 0
  let at = 0
  let depth = 0
  let inString = false
  let closed = false
  for await (const piece of pieces) {
    held += piece
    for (; at < held.length && !closed; at++) {
      const code = held.charCodeAt(at)
      if (inString) {
        // A jump to the next quote or backslash: nearly all of the text is in strings.
        if (code === backslash) at++
        else if (code === quote) inString = false
        else at = nextSpecial(held, at) - 1
      } else if (code === quote) inString = true
      else if (code === openBrace || code === openBracket) {
        if (depth++ === 0) {
          if (code !== openBrace) throw new CutError('is no JSON object')
          start = at + 1
        }
      } else if (code === closeBrace || code === closeBracket) {
        if (--depth === 0) {
          if (held.slice(start, at).trim() !== '') yield `{${held.slice(start, at)}}`
          closed = true
        }
      } else if (code === comma && depth === 1) {
        yield `{${held.slice(start, at)}}`
        start = at + 1
      } else if (depth === 0 && code > space) throw new CutError('is no JSON object')
    }
    if (closed) continue
    if (at - start > largest) throw new CutError(`has a member of more than ${largest} characters`)
    held = held.slice(start)
    at -= start
    start = 0
  }
  if (!closed) throw new CutError(depth === 0 ? 'is no JSON object' : 'breaks off')
}

const quote = 0x22
const backslash = 0x5c
const openBrace = 0x7b
const closeBrace = 0x7d
const openBracket = 0x5b
const closeBracket = 0x5d
const comma = 0x2c
const space = 0x20

function nextSpecial(text: string, from: number): number {
  const end = text.indexOf('"', from)
  const escape = text.indexOf('\\', from)
  const first = end < 0 ? escape : escape < 0 ? end : Math.min(end, escape)
  return first < 0 ? text.length : first
}

/**
 * Each element of that name in an XML text, with all that is in it; one has attributes, so that a word in a comment is
 * none, and stands in no other of its name. Throws `CutError`.
 */
export async function* cutElements(
  pieces: AsyncIterable<string>,
  name: string,
  largest: number,
): AsyncGenerator<string> {
  const begins = new RegExp(`<(?:[\\w-]+:)?${name}\\s+[\\w:-]+\\s*=`)
  const ends = new RegExp(`</(?:[\\w-]+:)?${name}\\s*>`)
  let held = ''
  let inside = false
  let seen = false
  /** Where to look on: what was looked at once is not looked at again. */
  let from = 0
  for await (const piece of pieces) {
    held += piece
    for (;;) {
      const match = (inside ? ends : begins).exec(held.slice(from))
      if (!match) break
      seen = true
      const at = from + match.index
      if (inside) yield held.slice(0, at + match[0].length)
      held = held.slice(inside ? at + match[0].length : at)
      inside = !inside
      from = inside ? match[0].length : 0
    }
    // A tag may be cut in two.
    from = Math.max(from, held.length - longestTag)
    if (!inside) {
      held = held.slice(from)
      from = 0
    }
    if (held.length > largest) throw new CutError(`has a ${name} of more than ${largest} characters`)
  }
  if (inside) throw new CutError('breaks off')
  if (!seen) throw new CutError(`has no ${name}`)
}

const longestTag = 200
