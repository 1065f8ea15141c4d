// Texts in base64, as Kubernetes writes the values of its Secrets, and pipelines the files that they are given.

/** How the base64 of every text begins that begins with `text`, which is ASCII. */
export function packedStart(text: string): string {
  return Buffer.from(text)
    .toString('base64')
    .slice(0, Math.floor((text.length * 8) / 6))
}

export interface Unpacked {
  text: string
  /** Characters of the base64, with its line ends. */
  length: number
}

/** From the first character of `packed` to where the base64 ends; lines are wrapped at 60 characters or more. */
export function unpackedAt(packed: string): Unpacked {
  const [whole] = /^(?:[A-Za-z0-9+/]{60,200}\r?\n[ \t]{0,40})*[A-Za-z0-9+/]*/.exec(packed)!
  return { text: Buffer.from(whole, 'base64').toString('latin1'), length: whole.length }
}

/** Whether base64 goes on before `byte`: then what follows is only a part of it. */
export function isWithinPacked(byte: number | undefined): boolean {
  return byte === 0x2b || byte === 0x2f
}
