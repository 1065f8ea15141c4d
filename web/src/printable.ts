// Text of others as it may be shown. Names come out of images and from whoever may start a container; characters that turn the
// direction of writing also turn what stands beside a name: `CVSS 8.1` would read `1.8 SSVC`. The command line writes them so too.
// https://www.unicode.org/reports/tr9/#Directional_Formatting_Characters

/** Letters that are written from the right are left as they are: only what changes the direction of others is taken. */
const turning = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g
const anyTurning = new RegExp(turning.source)

/** By which things are asked for: they must reach the server as it wrote them. */
const identifiers: ReadonlySet<string> = new Set(['id', 'image', 'resource', 'runsOn', 'digest', 'key'])

/** U+202E between a and b → `a\u{202e}b` */
export function printable(text: string): string {
  return text.replaceAll(turning, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`)
}

/** The answer that a JSON text holds, with all texts printable but those that name a thing to the server. */
export function readJson(text: string): unknown {
  if (!anyTurning.test(text)) return JSON.parse(text)
  return JSON.parse(text, (name, value: unknown) =>
    typeof value === 'string' && !identifiers.has(name) ? printable(value) : value,
  )
}
