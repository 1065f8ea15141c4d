// The two kinds of files in an archive that say what it is: the manifest, and pom.properties.

/**
 * The main attributes of a manifest; a value that is longer than a line goes on in the next one, behind a space.
 * https://docs.oracle.com/en/java/javase/21/docs/specs/jar/jar.html#jar-manifest
 */
export function manifestAttributes(text: string): Map<string, string> {
  const attributes = new Map<string, string>()
  const [main = ''] = text.replaceAll(/\r\n?/g, '\n').replaceAll('\n ', '').split(/\n\n/, 1)
  for (const line of main.split('\n')) {
    const colon = line.indexOf(': ')
    if (colon > 0) attributes.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 2).trim())
  }
  return attributes
}

/**
 * The names of `MIT;link="https://…", "Apache License, Version 2.0";description="…"`, without their attributes; a comma that
 * is not in quotes is followed by another licence. https://docs.osgi.org/specification/osgi.core/8.0.0/framework.module.html
 */
export function bundleLicences(attribute: string | undefined): string | undefined {
  if (attribute === undefined) return undefined
  const clauses = attribute.match(/(?:"[^"]*"|[^",])+/g) ?? []
  const names = clauses
    .map((clause) => /^\s*(?:"([^"]*)"|([^;]*))/.exec(clause))
    .map((found) => (found?.[1] ?? found?.[2] ?? '').trim())
  return names.filter((name) => name !== '' && name !== '<<EXTERNAL>>').join(', ') || undefined
}

/** What Maven writes: `key=value` lines without the format's rarer forms. */
export function properties(text: string): Map<string, string> {
  const values = new Map<string, string>()
  for (const line of text.split(/\r\n?|\n/)) {
    const [, key, value] = /^\s*([^#!=:\s][^=:\s]*)\s*[=:]\s*(.*?)\s*$/.exec(line.slice(0, 2000)) ?? []
    if (key !== undefined && value !== undefined) values.set(key, value)
  }
  return values
}
