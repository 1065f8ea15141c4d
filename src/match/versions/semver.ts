// Semantic versions, as npm orders them; also every range of OSV's type SEMVER. https://semver.org/#spec-item-11

import parse from 'semver/functions/parse.js'
import compareVersions from 'semver/functions/compare.js'
import type { VersionOrder } from '../order.ts'

export const semver: VersionOrder = {
  id: 'semver',
  ecosystems: ['npm'],
  valid: (version) => parse(version) !== null,
  compare: (a, b) => compareVersions(a, b),
}
