/**
 * Bytes that may still be read out of a file: no more than it has. Records of a damaged or hostile file can share their
 * bytes, or lead back to themselves, and would otherwise grow without end. Throws once they are spent.
 */
export function budget(bytes: number): (spent: number) => void {
  let left = bytes
  return (spent) => {
    left -= spent
    if (left < 0) throw new Error('its records overlap: they have more bytes than the file')
  }
}
