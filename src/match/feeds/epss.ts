// FIRST's estimates of how likely each vulnerability is to be exploited: CSV, after a comment with the model and the day.
// https://www.first.org/epss/data_stats

import type { FeedItem } from '../../model/advisory.ts'
import type { Scan } from '../../model/scan.ts'
import type { Feed, FeedDocument } from '../feed.ts'

export const epss: Feed = {
  id: 'epss',
  files: ['**/epss_scores-*.csv'],
  remote: {
    files: [
      {
        url: 'https://epss.empiricalsecurity.com/epss_scores-current.csv.gz',
        path: 'epss_scores-current.csv.gz',
      },
    ],
  },
  read,
}

const header = 'cve,epss,percentile'
const comment = /^#model_version:\S+?,score_date:\d{4}-\d\d-\d\dT/
const row = /^(?<id>[A-Z]+-\d[\d-]*),(?<probability>[\d.e-]+),(?<percentile>[\d.e-]+)$/

function* read({ path, text }: FeedDocument, scan: Scan): Generator<FeedItem> {
  const lines = text.split('\n')
  if (!comment.test(lines[0] ?? ''))
    return scan.gap('no EPSS: its first line does not tell the model and the day', { path })
  if (lines[1]?.trim() !== header) return scan.gap(`no EPSS: its columns are not ${header}`, { path })
  for (const [index, line] of lines.entries()) {
    if (index < 2 || line === '') continue
    const { id, probability, percentile } = row.exec(line.trimEnd())?.groups ?? {}
    const item = {
      kind: 'epss',
      id: id ?? '',
      probability: Number(probability),
      percentile: Number(percentile),
    } as const
    if (isShare(item.probability) && isShare(item.percentile)) yield item
    else scan.gap('a line that is no estimate', { path, line: index + 1 })
  }
}

function isShare(number: number): boolean {
  return number >= 0 && number <= 1
}
