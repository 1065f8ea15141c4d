// Whether a text begins where it stands, or is the rest of something longer.

/** Whether what stands before `at` belongs to the same word. */
export function isPartOfWord(bytes: Buffer, at: number): boolean {
  return isOfWord(bytes[at - 1]) && !isEscape(bytes, at)
}

export function isOfWord(byte: number | undefined): boolean {
  if (byte === undefined) return false
  const isLetter = (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a
  return isLetter || (byte >= 0x30 && byte <= 0x39) || byte === 0x5f
}

/** `\n`, `\t`, `\r` of a quoted text, `%3D` of an address: they end what stands before them. */
function isEscape(bytes: Buffer, at: number): boolean {
  const [third = 0, second = 0, first = 0] = [bytes[at - 3], bytes[at - 2], bytes[at - 1]]
  if (second === 0x5c) return first === 0x6e || first === 0x74 || first === 0x72
  return third === 0x25 && second >= 0x32 && second <= 0x37 && isHexDigit(first)
}

function isHexDigit(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66)
}
