// Every target. A new extractor is one by itself; a new reader of bytes that nobody trusts gets a line in one of these lists.

import type { FuzzTarget } from './target.ts'
import { archiveTargets } from './targets/archives.ts'
import { binaryTargets } from './targets/binaries.ts'
import { contentTargets } from './targets/contents.ts'
import { documentTargets } from './targets/documents.ts'
import { extractorTargets } from './targets/extractors.ts'
import { imageTargets } from './targets/images.ts'
import { layerTargets } from './targets/layers.ts'
import { textTargets } from './targets/texts.ts'

export const targets: readonly FuzzTarget[] = [
  ...archiveTargets,
  ...layerTargets,
  ...imageTargets,
  ...documentTargets,
  ...binaryTargets,
  ...contentTargets,
  ...textTargets,
  ...extractorTargets,
]
