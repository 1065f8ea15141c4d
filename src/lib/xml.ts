// A small reader of XML for files that programs write: elements and their text, nothing else. No document type is
// followed and no entity is defined, so that nothing can grow or reach out.
// https://www.w3.org/TR/xml/

export interface XmlElement {
  /** Without its prefix. */
  name: string
  attributes: ReadonlyMap<string, string>
  children: XmlElement[]
  /** Directly inside, without the space around it. */
  text: string
}

/** The text is no XML, or goes beyond a limit; the message is a clause that continues "it …". */
export class XmlError extends Error {
  override readonly name = 'XmlError'
}

const deepest = 200
const token =
  /<!--[^]*?-->|<\?[^]*?\?>|<!\[CDATA\[(?<data>[^]*?)\]\]>|<!(?<type>DOCTYPE)|<\/(?<end>[^\s<>/]+)\s*>|<(?<start>[^\s<>/!?]+)(?<attributes>(?:\s+[^\s=<>/]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(?<empty>\/?)>|(?<text>[^<]+)/y
const attribute = /([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g

/** The root element. Throws `XmlError`. */
export function parseXml(source: string): XmlElement {
  const top: XmlElement = { name: '', attributes: new Map(), children: [], text: '' }
  const open = [top]
  token.lastIndex = 0
  while (token.lastIndex < source.length) {
    const at = token.lastIndex
    const groups = token.exec(source)?.groups
    if (!groups) throw new XmlError(`is no XML: it breaks off at character ${at + 1}`)
    if (groups['type']) throw new XmlError('declares a document type, which is not read')
    take(groups, open)
  }
  const [root] = top.children
  if (open.length > 1) throw new XmlError(`is no XML: ${open.at(-1)!.name} does not end`)
  if (!root) throw new XmlError('is no XML: it has no element')
  return root
}

/** The first child of that name. */
export function child(element: XmlElement | undefined, name: string): XmlElement | undefined {
  return element?.children.find((one) => one.name === name)
}

function take(groups: Record<string, string | undefined>, open: XmlElement[]): void {
  const inside = open.at(-1)!
  const { start, end, text, data } = groups
  if (start !== undefined) {
    const element: XmlElement = {
      name: withoutPrefix(start),
      attributes: attributesIn(groups['attributes'] ?? ''),
      children: [],
      text: '',
    }
    inside.children.push(element)
    if (groups['empty'] !== '/') open.push(element)
    if (open.length > deepest) throw new XmlError(`has elements more than ${deepest} deep`)
  } else if (end !== undefined) {
    if (open.length === 1 || inside.name !== withoutPrefix(end))
      throw new XmlError(`is no XML: ${end} ends and did not begin`)
    inside.text = inside.text.trim()
    open.pop()
  } else if (data !== undefined) inside.text += data
  else if (text !== undefined) inside.text += unescaped(text)
}

function attributesIn(text: string): Map<string, string> {
  return new Map(
    Array.from(text.matchAll(attribute), ([, name, double, single]) => [
      withoutPrefix(name!),
      unescaped(double ?? single ?? ''),
    ]),
  )
}

function withoutPrefix(name: string): string {
  return name.slice(name.indexOf(':') + 1)
}

const entities: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

/** Others than XML's own stay as they are written. */
function unescaped(text: string): string {
  if (!text.includes('&')) return text
  return text.replaceAll(/&(?:#x([0-9a-f]{1,6})|#([0-9]{1,7})|([a-z]+));/gi, (whole, hex, decimal, name) => {
    if (name) return (Object.hasOwn(entities, name) ? entities[name] : undefined) ?? whole
    const code = hex ? Number.parseInt(hex, 16) : Number(decimal)
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole
  })
}
