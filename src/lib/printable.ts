/**
 * Text as it may stand in a terminal: what could move the cursor, change colours, end the line or turn the direction of
 * writing is shown as its code, `\u{1b}`. Names come out of images, and whoever built one chose them.
 */
export function printable(text: string): string {
  return text.toWellFormed().replaceAll(unsafe, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`)
}

/** The same for a text of several lines, such as the message of an error. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n')
}

// Control (Cc), format (Cf: marks of direction, invisible ones), line and paragraph separators.
const unsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu
