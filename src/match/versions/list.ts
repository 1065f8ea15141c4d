import type { VersionOrder } from '../order.ts'
import { apk } from './apk.ts'
import { dpkg } from './dpkg.ts'
import { semver } from './semver.ts'

export const orders: readonly VersionOrder[] = [apk, dpkg, semver]
