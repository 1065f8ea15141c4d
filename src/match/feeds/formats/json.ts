/** The value; undefined where the text is not JSON, which no JSON text gives. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
