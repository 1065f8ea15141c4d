/** Numbers of any length: dates with times, and hashes of digits only, are longer than what a double holds exactly. */
export function compareDigits(a: string, b: string): number {
  if (a === b) return 0
  const left = withoutZeros(a)
  const right = withoutZeros(b)
  return left.length - right.length || compareTexts(left, right)
}

function withoutZeros(digits: string): string {
  return digits.startsWith('0') ? digits.replace(/^0+/, '') : digits
}

export function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
