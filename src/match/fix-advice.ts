// What building an image anew on another base would clear.

import type { Finding } from '../model/finding.ts'
import type { BaseImage, ImageLayer } from '../model/image.ts'
import type { Package } from '../model/package.ts'
import type { Rebase } from '../model/result.ts'

/** An image to build on, e.g. a newer build of the base, and what was found in it. */
export interface RebaseCandidate {
  name: string
  packages: readonly Package[]
  findings: readonly Finding[]
}

/**
 * Of the open vulnerabilities of an image: those that come with its base and that the candidate does not have in that package.
 * Each candidate that clears any, the best first. Where it is not known which layers are the base's, a package counts as the
 * base's when the candidate brings it too: one that it does not bring may be the image's own.
 */
export function rebaseAdvice(
  findings: readonly Finding[],
  image: { base?: BaseImage; layers: readonly ImageLayer[] },
  candidates: readonly RebaseCandidate[],
): Rebase[] {
  const count = image.base?.layers
  const ofBase = new Set(image.layers.slice(0, count ?? 0).map(({ digest }) => digest))
  const open = findings.filter(({ kind, suppressed }) => kind === 'vulnerability' && suppressed === undefined)
  return candidates
    .map(({ name, packages, findings: there }) => {
      const left = new Set(there.flatMap(keys))
      const brought = new Set(packages.map(nameOf))
      const inherited = open.filter(({ place, package: of }) =>
        count === undefined ? of && brought.has(nameOf(of)) : ofBase.has(place?.layer ?? ''),
      )
      const cleared = inherited.filter((finding) => !keys(finding).some((key) => left.has(key)))
      return { onto: name, clears: cleared.length, of: open.length }
    })
    .filter(({ clears }) => clears > 0)
    .toSorted((a, b) => b.clears - a.clears)
}

function nameOf({ ecosystem, name }: { ecosystem: string; name: string }): string {
  return `${ecosystem}\n${name}`
}

/** The vulnerability by each of its names, in the package whatever its version. */
function keys({ rule, aliases, package: of }: Finding): string[] {
  return [rule, ...aliases].map((name) => `${of?.ecosystem}\n${of?.name}\n${name}`)
}
