// os-release: shell assignments, one a line. https://www.freedesktop.org/software/systemd/man/latest/os-release.html

/** Names with their values, without quotes. Lines that are no assignment are passed over, as the specification says. */
export function parseOsRelease(text: string): Map<string, string> {
  const fields = new Map<string, string>()
  for (const line of text.split('\n')) {
    const match = /^\s*(?<name>[A-Z][A-Z0-9_]*)=(?<value>.*)$/.exec(line.trimEnd())
    if (match?.groups) fields.set(match.groups['name']!, unquoted(match.groups['value']!))
  }
  return fields
}

function unquoted(value: string): string {
  const quote = value[0]
  if (quote === "'" && value.endsWith("'") && value.length > 1) return value.slice(1, -1)
  const inner = quote === '"' && value.endsWith('"') && value.length > 1 ? value.slice(1, -1) : value
  return inner.replaceAll(/\\(?<character>["$`\\])/g, '$<character>')
}
