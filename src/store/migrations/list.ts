import type { Migration } from 'kysely/migration'
import { estate } from './0001-estate.ts'
import { signIn } from './0002-sign-in.ts'
import { packageSets } from './0003-package-sets.ts'
import { history } from './0004-history.ts'
import { unjudgedImages } from './0005-unjudged-images.ts'
import { verdictsThatEnd } from './0006-verdicts-that-end.ts'
import { chainsOfLayers } from './0007-chains-of-layers.ts'
import { judgedEcosystems } from './0008-judged-ecosystems.ts'
import { exceptionsTold } from './0009-exceptions-told.ts'
import { askedNames } from './0010-asked-names.ts'

/** In the order in which they run; one that was released is never changed. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-estate': estate,
  '0002-sign-in': signIn,
  '0003-package-sets': packageSets,
  '0004-history': history,
  '0005-unjudged-images': unjudgedImages,
  '0006-verdicts-that-end': verdictsThatEnd,
  '0007-chains-of-layers': chainsOfLayers,
  '0008-judged-ecosystems': judgedEcosystems,
  '0009-exceptions-told': exceptionsTold,
  '0010-asked-names': askedNames,
}
