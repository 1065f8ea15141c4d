// Versions of Julia's packages: semantic versions whose missing numbers are zeros, whose dash may be left out in front of a
// letter (`1.0rc1`), and whose build counts: libraries built anew are `3.0.8+1`.
// https://docs.julialang.org/en/v1/manual/strings/#man-version-number-literals

import { readAs, semanticOrder } from './shared/semantic.ts'

const labels = '[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*'
const numbers = '(?<major>[0-9]+)(?:\\.(?<minor>[0-9]+)(?:\\.(?<patch>[0-9]+))?)?'
const pattern = new RegExp(`^v?${numbers}(?:(?:-|(?=[A-Za-z]))(?<labels>${labels}))?(?:\\+(?<build>${labels}))?$`)

export const julia = semanticOrder('julia', ['Julia'], readAs(pattern, '4294967295'), { buildCounts: true })
