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

/** What Maven writes: `key=value` lines without the format's rarer forms. */
export function properties(text: string): Map<string, string> {
  const values = new Map<string, string>()
  for (const line of text.split(/\r\n?|\n/)) {
    const [, key, value] = /^\s*([^#!=:\s][^=:\s]*)\s*[=:]\s*(.*?)\s*$/.exec(line.slice(0, 2000)) ?? []
    if (key !== undefined && value !== undefined) values.set(key, value)
  }
  return values
}
