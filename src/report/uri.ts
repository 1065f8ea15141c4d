// Addresses in documents that other programs open: always valid, never leading out of the target.

import { percentEncoded } from '../lib/percent.ts'

/** A path of the target as a relative reference (RFC 3986); undefined for one that climbs out of it. */
export function pathReference(path: string): string | undefined {
  const segments = path.split('/').filter((segment) => segment !== '' && segment !== '.')
  if (segments.length === 0 || segments.includes('..')) return undefined
  return segments.map(percentEncoded).join('/')
}

/** An address of the web in its normal form; undefined for anything else. */
export function webAddress(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined
  const { protocol, href, username, password } = new URL(text)
  const plain =
    /^https?:\/\/[\w.:-]+(?:[/?#](?:[\w.~:/?@!$&'()*+,;=-]|%[0-9a-f]{2})*)?(?:#(?:[\w.~:/?@!$&'()*+,;=-]|%[0-9a-f]{2})*)?$/i
  return /^https?:$/.test(protocol) && username === '' && password === '' && plain.test(href) ? href : undefined
}
