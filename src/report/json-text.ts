/**
 * A document as JSON that is safe to print: what JSON leaves as it is and a terminal may obey (control characters of the
 * upper half, marks that turn the direction of writing) is escaped. Such characters stand only inside strings.
 */
export function jsonText(document: unknown): string {
  const text = JSON.stringify(document, null, 2)
  const escaped = text.replaceAll(/[\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
  return `${escaped}\n`
}
