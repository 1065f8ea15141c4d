// Versions of R's packages: whole numbers between dots or dashes, which mean the same. Zeros at the end do not count for
// the operators of package_version, by which R decides what is new enough; its compareVersion would put 1.0 before 1.0.0.
// https://cran.r-project.org/doc/manuals/r-release/R-exts.html#The-DESCRIPTION-file, ?package_version

import { dottedOrder } from './shared/dotted.ts'

/** R's whole numbers have 32 bits with a sign. */
const largest = 2 ** 31 - 1

export const cran = dottedOrder('cran', ['Bioconductor', 'CRAN'], (version) => {
  if (version.length > 1000 || !/^[0-9]+(?:[.-][0-9]+)*$/.test(version)) return undefined
  const numbers = version.split(/[.-]/).map(Number)
  if (numbers.some((number) => number > largest)) return undefined
  return numbers.slice(0, numbers.findLastIndex((number) => number !== 0) + 1)
})
