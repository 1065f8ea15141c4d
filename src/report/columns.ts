// Text set in columns for terminals.

/** Rows as lines: each column as wide as its widest cell, at most `limits`; the last one runs on to `width`. */
export function columns(rows: readonly (readonly string[])[], limits: readonly number[], width: number): string[] {
  const widths = limits.map((limit, index) =>
    Math.min(limit, Math.max(0, ...rows.map((row) => length(row[index] ?? '')))),
  )
  return rows.map((row) => {
    const line = row.map((cell, index) => {
      const space = widths[index]
      return space === undefined ? cell : cut(cell, space).padEnd(space + cell.length - length(cell))
    })
    return cut(line.filter((_, index) => widths[index] !== 0).join('  '), width).trimEnd()
  })
}

/** Cut to a number of characters; a cut is shown. */
export function cut(text: string, width: number): string {
  if (length(text) <= width) return text
  return `${[...text].slice(0, width - 1).join('')}…`
}

function length(text: string): number {
  return [...text].length
}
