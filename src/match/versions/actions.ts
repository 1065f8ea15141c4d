// Versions of GitHub's actions, which are tags by custom: `v4`, `v4.1`, `v4.1.7`; missing numbers are zeros. Nothing defines
// them further, so they are read as semantic versions.

import { number, readAs, semanticOrder, tail } from './shared/semantic.ts'

const pattern = new RegExp(`^v?(?<major>${number})(?:\\.(?<minor>${number})(?:\\.(?<patch>${number}))?)?${tail}`)

export const actions = semanticOrder('actions', ['GitHub Actions'], readAs(pattern))
