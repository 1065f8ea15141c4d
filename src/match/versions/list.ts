import type { VersionOrder } from '../order.ts'
import { apk } from './apk.ts'
import { dpkg } from './dpkg.ts'
import { maven } from './maven.ts'
import { nuget } from './nuget.ts'
import { pep440 } from './pep440.ts'
import { rpm } from './rpm.ts'
import { semver } from './semver.ts'

export const orders: readonly VersionOrder[] = [apk, dpkg, maven, nuget, pep440, rpm, semver]
