// Versions of GitHub's actions, which are tags by custom: `v4`, `v4.1`, `v4.1.7`; missing numbers are zeros. Nothing defines
// them further, so they are read as semantic versions.
// https://docs.github.com/actions/how-tos/create-and-publish-actions/using-immutable-releases-and-tags-to-manage-your-actions-releases

import { readAs, semanticOrder, tagged } from './shared/semantic.ts'

const pattern = new RegExp(
  tagged.source.replace('\\.(?<minor>', '(?:\\.(?<minor>').replace('\\.(?<patch>', '(?:\\.(?<patch>').replace('(?:-(?<labels>', ')?)?(?:-(?<labels>'),
)

export const actions = semanticOrder('actions', ['GitHub Actions'], readAs(pattern))
