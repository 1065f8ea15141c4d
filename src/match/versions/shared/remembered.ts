/** Far more versions than one package's advisories name, and small beside what they are read from. */
const most = 10_000

/**
 * Reads each text once: matching asks for the same bounds again and again. What is remembered is forgotten as a whole when
 * there is too much of it.
 */
export function remembered<Read>(read: (text: string) => Read): (text: string) => Read {
  const known = new Map<string, Read>()
  return (text) => {
    let found = known.get(text)
    if (found === undefined) {
      found = read(text)
      if (known.size >= most) known.clear()
      known.set(text, found)
    }
    return found
  }
}
