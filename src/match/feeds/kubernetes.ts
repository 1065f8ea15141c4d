// Kubernetes' own vulnerabilities, by component: records like OSV's that the community keeps, and its official feed, which
// tells versions in prose only, so that what it alone knows names no package.
// https://github.com/kubernetes-sigs/cve-feed-osv, https://kubernetes.io/docs/reference/issues-security/official-cve-feed/

import { z } from 'zod'
import { advisory, type Advisory, type FeedItem } from '../../model/advisory.ts'
import type { Scan } from '../../model/scan.ts'
import type { Feed, FeedDocument } from '../feed.ts'
import { parseJson } from './formats/json.ts'

const officialFeed = 'official-cve-feed.json'

export const kubernetes: Feed = {
  id: 'kubernetes',
  files: [`**/${officialFeed}`, '**/kubernetes/**/*.json', '**/cve-feed-osv*/**/*.json'],
  remote: {
    files: [
      {
        url: 'https://kubernetes.io/docs/reference/issues-security/official-cve-feed/index.json',
        path: officialFeed,
      },
      {
        url: 'https://github.com/kubernetes-sigs/cve-feed-osv/archive/refs/heads/main.zip',
        path: 'cve-feed-osv.zip',
      },
    ],
  },
  read,
}

const feed = z.object({ items: z.array(z.unknown()) })
/** One item can be about several: `CVE-2023-2727, CVE-2023-2728`. */
const ids = z
  .string()
  .transform((text) => text.split(/[\s,]+/).filter(Boolean))
  .pipe(z.array(z.string().regex(/^CVE-\d+-\d+$/)).min(1))
const item = z.object({ id: ids, summary: z.string(), date_published: z.string() })

function* read({ path, text }: FeedDocument, scan: Scan): Generator<FeedItem> {
  if (path.endsWith(officialFeed)) return yield* readOfficial(path, text, scan)
  // The repository holds its program too, with documents of other kinds to test it.
  if (path.includes('/cve-feed-osv') && !/\/vulns\/[^/]+$/.test(path)) return
  const { success, data } = advisory.safeParse(parseJson(text))
  if (success) yield { kind: 'advisory', advisory: named(data) }
  else scan.gap('not a record of Kubernetes', { path })
}

function* readOfficial(path: string, text: string, scan: Scan): Generator<FeedItem> {
  const parsed = feed.safeParse(parseJson(text))
  if (!parsed.success) return scan.gap("not Kubernetes' official feed", { path })
  for (const value of parsed.data.items) {
    const { success, data } = item.safeParse(value)
    if (!success) scan.gap('an item without a CVE', { path })
    for (const id of data?.id ?? []) {
      const { summary, date_published: modified } = data!
      yield { kind: 'advisory', advisory: named({ id, modified, summary: summary.trim() }) }
    }
  }
}

/** Under a name of its own, since the CVE itself has other records; the ecosystem is written as OSV writes it. */
function named({ affected, upstream = [], ...rest }: Advisory): Advisory {
  const { id } = rest
  return {
    ...rest,
    id: `KUBERNETES-${id}`,
    upstream: [...new Set([id, ...upstream])],
    ...(affected && {
      affected: affected.map((entry) =>
        entry.package ? { ...entry, package: { ...entry.package, ecosystem: 'Kubernetes' } } : entry,
      ),
    }),
  }
}
