import { readFileSync } from 'node:fs'

/** Of this product, from its package.json; the same path from the sources and from the compiled package. */
export function productVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}
