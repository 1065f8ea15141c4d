/**
 * Everything but letters, digits and `-._~` is percent-encoded, as UTF-8; half of a surrogate pair becomes U+FFFD.
 * https://www.rfc-editor.org/rfc/rfc3986#section-2.3
 */
export function percentEncoded(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replaceAll(/[!'()*]/g, (character) => {
    return `%${character.charCodeAt(0).toString(16).toUpperCase()}`
  })
}
