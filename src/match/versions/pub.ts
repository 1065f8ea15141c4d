// Versions of Dart's packages: semantic versions with zeros in front allowed, whose build counts: 1.0.0 < 1.0.0+1 < 1.0.0+2.
// https://pub.dev/documentation/pub_semver/latest/pub_semver/Version-class.html

import { readAs, semanticOrder } from './shared/semantic.ts'

const labels = '[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*'
const pattern = new RegExp(
  `^(?<major>[0-9]+)\\.(?<minor>[0-9]+)\\.(?<patch>[0-9]+)(?:-(?<labels>${labels}))?(?:\\+(?<build>${labels}))?$`,
)

/** Dart's integers have 64 bits with a sign. */
export const pub = semanticOrder('pub', ['Pub'], readAs(pattern, '9223372036854775807'), { buildCounts: true })
