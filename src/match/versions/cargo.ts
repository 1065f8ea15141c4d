// Versions of crates: semantic versions to the letter, with numbers of 64 bits. What follows a plus sign does not count for
// advisories: https://docs.rs/semver/latest/semver/struct.Version.html#method.cmp_precedence

import { readAs, semanticOrder, strict } from './shared/semantic.ts'

export const cargo = semanticOrder('cargo', ['crates.io'], readAs(strict, '18446744073709551615'))
