import type { VersionOrder } from '../order.ts'
import { actions } from './actions.ts'
import { apk } from './apk.ts'
import { bitnami } from './bitnami.ts'
import { cargo } from './cargo.ts'
import { composer } from './composer.ts'
import { cran } from './cran.ts'
import { dpkg } from './dpkg.ts'
import { gem } from './gem.ts'
import { git } from './git.ts'
import { go } from './go.ts'
import { hackage } from './hackage.ts'
import { hex } from './hex.ts'
import { julia } from './julia.ts'
import { maven } from './maven.ts'
import { nuget } from './nuget.ts'
import { pacman } from './pacman.ts'
import { pep440 } from './pep440.ts'
import { pub } from './pub.ts'
import { rpm } from './rpm.ts'
import { semver } from './semver.ts'

export const orders: readonly VersionOrder[] = [
  actions,
  apk,
  bitnami,
  cargo,
  composer,
  cran,
  dpkg,
  gem,
  git,
  go,
  hackage,
  hex,
  julia,
  maven,
  nuget,
  pacman,
  pep440,
  pub,
  rpm,
  semver,
]
