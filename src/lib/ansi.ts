// Colours and widths of a terminal. https://ecma-international.org/publications-and-standards/standards/ecma-48/ (SGR)

const codes = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, blue: 34, magenta: 35, cyan: 36 } as const
export type Style = keyof typeof codes

/** The text in a style, or as it is where colour is off. */
export function styled(text: string, style: Style, colour: boolean): string {
  return colour && text !== '' ? `\u001B[${codes[style]}m${text}\u001B[0m` : text
}

/** Cut to the width, with `~` where something is missing, and filled up with spaces. Give it text without styles. */
export function fit(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, Math.max(0, width - 1))}~` : text.padEnd(width)
}

/** Lines of at most `width`, broken between words; a word that is longer stands alone. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    const next = line === '' ? word : `${line} ${word}`
    if (next.length > width && line !== '') {
      lines.push(line)
      line = word
    } else line = next
  }
  return [...lines, line]
}
