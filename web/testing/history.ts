// What became of the findings of the workload of the fixtures.

import type { ChangeView, ImageRunView, PastFindingView } from '../../src/serve/views/history.ts'
import { digest, minutesAgo } from './parts.ts'

const image = { id: `image/${digest('a')}`, digest: digest('a'), name: 'shop/api:4.18.2' }

export const replaced: ChangeView = {
  at: minutesAgo(120),
  state: 'fixed',
  cause: 'image replaced',
  why: `fixed by digest ${image.digest} (${image.name})`,
  image,
}

export const pastFindings: readonly PastFindingView[] = [
  {
    kind: 'vulnerability',
    rule: 'DSA-8',
    aliases: ['CVE-2026-0008'],
    title: 'expat 2.5.0 is affected by CVE-2026-0008',
    severity: 'high',
    package: { ecosystem: 'Debian', name: 'expat', version: '2.5.0' },
    firstSeen: minutesAgo(9000),
    state: 'fixed',
    changes: [replaced],
  },
  {
    kind: 'vulnerability',
    rule: 'DSA-9',
    aliases: [],
    title: 'less 590 is affected by DSA-9',
    severity: 'medium',
    package: { ecosystem: 'Debian', name: 'less', version: '590' },
    firstSeen: minutesAgo(9000),
    state: 'fixed',
    changes: [
      {
        at: minutesAgo(300),
        state: 'fixed',
        cause: 'advisory withdrawn',
        why: 'DSA-9 was withdrawn on 2026-11-10',
      },
    ],
  },
]

export const imageRuns: readonly ImageRunView[] = [
  {
    id: `image/${digest('b')}`,
    digest: digest('b'),
    name: 'shop/api:4.18.1',
    from: minutesAgo(9000),
    to: minutesAgo(120),
  },
  { ...image, from: minutesAgo(120) },
]
