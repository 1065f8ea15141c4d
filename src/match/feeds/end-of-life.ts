// Until when releases are supported, by endoflife.date: its API, or the products of its repository.
// https://endoflife.date/docs/api/v1/, https://github.com/endoflife-date/endoflife.date/tree/master/products

import { parseDocument } from 'yaml'
import { z } from 'zod'
import type { FeedItem } from '../../model/advisory.ts'
import type { Scan } from '../../model/scan.ts'
import type { Feed, FeedDocument } from '../feed.ts'
import { parseJson } from './formats/json.ts'

export const endOfLife: Feed = {
  id: 'end-of-life',
  files: ['**/end-of-life/*.json', '**/end-of-life/products/*.md', '**/end-of-life/products/*.yaml'],
  oldAfter: 90,
  remote: { files: [{ url: 'https://endoflife.date/api/v1/products/full', path: 'products.json' }] },
  read,
}

const day = z.iso.date()
const answer = z.object({ result: z.array(z.unknown()) })
const product = z.object({
  name: z.string().min(1),
  releases: z.array(z.object({ name: z.string(), eolFrom: day.nullish() })),
})
const page = z.object({
  permalink: z.string().regex(/^\/[\w.-]+$/),
  releases: z.array(z.object({ releaseCycle: z.string(), eol: z.union([day, z.boolean()]) })),
})

/** Without a day it either has not ended, or nobody knows when it did: both leave what is known otherwise. */
function* read({ path, text }: FeedDocument, scan: Scan): Generator<FeedItem> {
  if (!path.endsWith('.json')) return yield* ofRepository(text, path, scan)
  const parsed = answer.safeParse(parseJson(text))
  if (!parsed.success) return scan.gap('not an answer of endoflife.date', { path })
  for (const value of parsed.data.result) {
    const { success, data } = product.safeParse(value)
    if (!success) scan.gap('a product of endoflife.date that cannot be read', { path })
    else for (const { name, eolFrom } of data.releases) if (eolFrom) yield ends(data.name, name, eolFrom)
  }
}

/** Front matter in YAML, between lines of dashes, or alone. */
function* ofRepository(text: string, path: string, scan: Scan): Generator<FeedItem> {
  const matter = /^---\n(?<matter>[^]*?)\n---(?:\n|$)/.exec(text)?.groups?.['matter'] ?? text
  const { success, data } = page.safeParse(parsedYaml(matter))
  if (!success) return scan.gap('not a product of endoflife.date', { path })
  for (const { releaseCycle, eol } of data.releases) {
    if (typeof eol === 'string') yield ends(data.permalink.slice(1), releaseCycle, eol)
  }
}

/** Days stay text, as they are written. */
function parsedYaml(text: string): unknown {
  const document = parseDocument(text, { schema: 'core', prettyErrors: false })
  return document.errors.length > 0 ? undefined : document.toJS({ maxAliasCount: 50 })
}

function ends(name: string, release: string, day: string): FeedItem {
  const ecosystem = Object.hasOwn(distributions, name) ? distributions[name]!(release) : undefined
  return { kind: 'end-of-life', of: ecosystem ?? `${name}:${release}`, day }
}

/** Releases as the ecosystem of the distribution names them. */
const distributions: Readonly<Record<string, (release: string) => string>> = {
  debian: (release) => `Debian:${release}`,
  ubuntu: (release) => `Ubuntu:${release}${/^\d*[02468]\.04$/.test(release) ? ':LTS' : ''}`,
  'alpine-linux': (release) => `Alpine:v${release}`,
  rhel: (release) => `Red Hat:enterprise_linux:${release}`,
  centos: (release) => `CentOS:${release}`,
  'centos-stream': (release) => `CentOS Stream:${release}`,
  'rocky-linux': (release) => `Rocky Linux:${release}`,
  almalinux: (release) => `AlmaLinux:${release}`,
  'oracle-linux': (release) => `Oracle Linux:${release}`,
  fedora: (release) => `Fedora:${release}`,
  'amazon-linux': (release) => `Amazon Linux:${release}`,
  opensuse: (release) => `openSUSE:Leap ${release}`,
  sles: (release) => `SUSE:Linux Enterprise Server ${release.replace('.', ' SP')}`,
}
