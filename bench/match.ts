// One machine's packages against an index, against parsing the advisories that name them from JSON.

import { matchPackages } from '../src/match/match.ts'
import type { Advisory, FeedItem } from '../src/model/advisory.ts'
import type { Package } from '../src/model/package.ts'
import { advisoryIndexInMemory } from '../src/store/advisory-index.ts'
import { inTurns, type Bench } from './figure.ts'

const packages = 500
const perPackage = 12
const distribution = { id: 'debian', version: '12', name: 'Debian GNU/Linux 12', ecosystem: 'Debian:12' }

export const matchBench: Bench = {
  room: 'match',
  async measure() {
    const advisories = Array.from({ length: packages * perPackage }, (_, index) => advisory(index))
    const installed = Array.from({ length: packages }, (_, index) => installedPackage(index))
    const texts = advisories.map((record) => JSON.stringify(record))
    async function* items(): AsyncGenerator<FeedItem> {
      for (const record of advisories) yield { kind: 'advisory', advisory: record }
    }
    const index = await advisoryIndexInMemory(items(), () => ({ origin: 'bench', builtAt: '2026-11-21T12:00:00Z' }))
    const found = matchPackages(installed, distribution, index).vulnerabilities.length
    const times = await inTurns(
      9,
      () => matchPackages(installed, distribution, index),
      () => texts.map((text) => JSON.parse(text) as unknown),
    )
    index.close()
    const name = `${packages} packages against ${advisories.length} advisories (${found} vulnerabilities)`
    return [{ name, floorName: 'parsing those advisories from JSON', bar: 10, ...times }]
  },
}

/** Of each package's advisories, half are fixed in the installed version. */
function advisory(index: number): Advisory {
  const fixed = `1:2.${index % perPackage}-1+deb12u${(index % 9) + 1}`
  return {
    id: `CVE-2026-${index}`,
    modified: '2026-11-21T12:00:00Z',
    affected: [
      {
        package: { ecosystem: 'Debian:12', name: `source-${Math.floor(index / perPackage)}` },
        ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed }] }],
      },
    ],
  }
}

function installedPackage(index: number): Package {
  return {
    ecosystem: 'Debian',
    name: `binary-${index}`,
    version: '1:2.6-1~bpo12+1',
    source: { name: `source-${index}`, version: '1:2.6-1~bpo12+1' },
    purl: `pkg:deb/debian/binary-${index}@2.6`,
    place: { path: 'var/lib/dpkg/status' },
  }
}
