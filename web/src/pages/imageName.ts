import { shortDigest } from '../figures.ts'

/** The first alias that is no digest, else the digest. */
export function imageName({ aliases, digest }: { aliases: readonly string[]; digest: string }): string {
  return aliases.find((alias) => !alias.includes('sha256:')) ?? aliases[0]?.split('@')[0] ?? shortDigest(digest)
}
