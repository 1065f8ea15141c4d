// Versions of what Bitnami packages: `1.2.3`, and `1.2.3-4` for its fourth rebuild, which is later: there is no prerelease.
// Bitnami's advisories call their ranges SEMVER all the same. https://github.com/bitnami/go-version
//
// MinIO's releases are days: its packages are 2024.2.4, and most of its advisories write 2024.02.04. Bitnami's tool refuses that;
// here a zero in front of the second and third number does not count.

import { number, readAs, semanticOrder, tail } from './shared/semantic.ts'

const dated = new RegExp(`^(?<major>${number})\\.(?<minor>[0-9]+)\\.(?<patch>[0-9]+)${tail}`)

export const bitnami = semanticOrder('bitnami', ['Bitnami'], readAs(dated, '18446744073709551615'), {
  labelled: 'above',
})
