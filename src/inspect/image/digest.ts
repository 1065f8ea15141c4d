// Digests, `sha256:…`. https://github.com/opencontainers/image-spec/blob/main/descriptor.md#digests

import { createHash } from 'node:crypto'

const form = /^(?:sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128})$/

export function isDigest(text: string): boolean {
  return form.test(text)
}

export function algorithmOf(digest: string): string {
  return digest.slice(0, digest.indexOf(':'))
}

export function digestOf(bytes: Uint8Array, algorithm = 'sha256'): string {
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`
}

export function mismatch(expected: string, found: string): string {
  return `its digest should be ${expected} and is ${found}`
}

/** The same stream; when it ends with another digest than it should have, it throws. */
export async function* verified(chunks: AsyncIterable<Uint8Array>, expected: string): AsyncGenerator<Uint8Array> {
  const hash = createHash(algorithmOf(expected))
  for await (const chunk of chunks) {
    hash.update(chunk)
    yield chunk
  }
  const found = `${algorithmOf(expected)}:${hash.digest('hex')}`
  if (found !== expected) throw new Error(mismatch(expected, found))
}
