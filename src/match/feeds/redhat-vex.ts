// Red Hat's VEX documents: for one vulnerability which component of which product is fixed by what, affected without a fix
// and why, not affected, or not yet looked at. One CSAF document each.
// https://security.access.redhat.com/data/csaf/v2/vex/, https://docs.oasis-open.org/csaf/csaf/v2.0/os/csaf-v2.0-os.html
// How Red Hat fills it: https://redhatproductsecurity.github.io/security-data-guidelines/csaf-vex/

import type { Advisory, Affected, FeedItem } from '../../model/advisory.ts'
import type { Scan } from '../../model/scan.ts'
import type { Feed, FeedDocument, RemoteFile } from '../feed.ts'
import { affectedBy } from './formats/redhat-statements.ts'
import { csafDocument, type CsafDocument } from './formats/csaf.ts'
import { parseJson } from './formats/json.ts'
import { toInstant } from './formats/updateinfo.ts'

const folder = 'https://security.access.redhat.com/data/csaf/v2/vex/'

export const redhatVex: Feed = {
  id: 'redhat-vex',
  files: ['**/redhat-vex/**/*.json', '**/csaf-vex/**/*.json', '**/csaf_vex_*/**/*.json'],
  remote: { files: [{ url: `${folder}archive_latest.txt`, path: 'archive_latest.txt', isList: true }], named },
  read,
}

/** The name of the archive of the day, and nothing else. */
function named(_: RemoteFile, text: string): RemoteFile[] {
  const name = text.trim()
  if (!/^csaf_vex_\d{4}-\d\d-\d\d\.tar\.zst$/.test(name)) throw new Error('it names no archive')
  // Under the same name every day, so that a new one takes the place of the old one.
  return [{ url: `${folder}${name}`, path: 'csaf_vex_latest.tar.zst' }]
}

function* read({ path, text }: FeedDocument, scan: Scan): Generator<FeedItem> {
  const { success, data } = csafDocument.safeParse(parseJson(text))
  if (!success || data.document.category !== 'csaf_vex') return scan.gap('not a VEX document of Red Hat', { path })
  for (const vulnerability of data.vulnerabilities) {
    const { cve } = vulnerability
    if (cve === undefined) scan.gap('a vulnerability without a CVE', { path })
    else {
      const affected = affectedBy(data, vulnerability, (why) => scan.gap(`${cve}: ${why}`, { path }))
      // Much is about container images and products that no package manager installs.
      if (affected.length > 0) yield { kind: 'advisory', advisory: toAdvisory(data, vulnerability, cve, affected) }
    }
  }
}

function toAdvisory(
  { document }: CsafDocument,
  { title, scores }: CsafDocument['vulnerabilities'][number],
  cve: string,
  affected: Affected[],
): Advisory {
  const vector = scores.map(({ cvss_v3: v3 }) => v3?.vectorString).find(Boolean)
  const severity = document.aggregate_severity?.text.toLowerCase()
  return {
    id: `REDHAT-${cve}`,
    modified: toInstant(document.tracking.current_release_date),
    upstream: [cve],
    ...(title ? { summary: title } : {}),
    ...(vector ? { severity: [{ type: 'CVSS_V3', score: vector }] } : {}),
    affected,
    ...(severity ? { database_specific: { severity } } : {}),
  }
}
