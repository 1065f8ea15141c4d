// Versions of what Bitnami packages: `1.2.3`, and `1.2.3-4` for its fourth rebuild, which is later: there is no prerelease.
// Bitnami's advisories call their ranges SEMVER all the same. https://github.com/bitnami/go-version

import { readAs, semanticOrder, strict } from './shared/semantic.ts'

export const bitnami = semanticOrder('bitnami', ['Bitnami'], readAs(strict, '18446744073709551615'), {
  labelled: 'above',
})
