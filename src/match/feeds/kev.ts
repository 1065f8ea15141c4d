// CISA's catalogue of vulnerabilities known to be exploited, one JSON file.
// https://www.cisa.gov/known-exploited-vulnerabilities-catalog

import { z } from 'zod'
import type { FeedItem } from '../../model/advisory.ts'
import type { Scan } from '../../model/scan.ts'
import type { Feed, FeedDocument } from '../feed.ts'
import { parseJson } from './formats/json.ts'

export const kev: Feed = {
  id: 'kev',
  files: ['**/known_exploited_vulnerabilities.json'],
  remote: {
    files: [
      {
        url: 'https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json',
        path: 'known_exploited_vulnerabilities.json',
      },
    ],
  },
  read,
}

const catalogue = z.object({ vulnerabilities: z.array(z.unknown()) })
const entry = z.object({ cveID: z.string().min(1), dateAdded: z.string().optional() })

function* read({ path, text }: FeedDocument, scan: Scan): Generator<FeedItem> {
  const parsed = catalogue.safeParse(parseJson(text))
  if (!parsed.success) return scan.gap('not a catalogue of exploited vulnerabilities', { path })
  for (const value of parsed.data.vulnerabilities) {
    const { success, data } = entry.safeParse(value)
    if (!success) scan.gap('entry without a cveID in the catalogue of exploited vulnerabilities', { path })
    else yield { kind: 'exploited', id: data.cveID, ...(data.dateAdded ? { since: data.dateAdded } : {}) }
  }
}
