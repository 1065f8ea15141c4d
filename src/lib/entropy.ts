/** Bits for each character, by how often each occurs in the text: 0 for `aaaa`, at most 6 for 64 different ones. */
export function entropy(text: string): number {
  // By its low byte: texts are ASCII here, and counting is what costs.
  const counts = new Uint32Array(256)
  for (let at = 0; at < text.length; at++) counts[text.charCodeAt(at) & 0xff]!++
  let bits = 0
  for (const count of counts) if (count > 0) bits -= (count / text.length) * Math.log2(count / text.length)
  return bits
}
