// The images and machines of the estate as statements of VEX name them, and which statements a person may see: one about the
// image of a team is for those who may see that image. Rules and statements about packages hold for all teams.

import { storedExceptions, type Said } from '../import/exception-reach.ts'
import type { VexProduct } from '../import/statement.ts'
import { isTarget, namesTarget, type VexTarget } from '../import/vex-target.ts'
import type { KnownException } from '../model/exception.ts'
import type { Scope } from '../model/team.ts'
import { keyOfException, type ImageNames } from '../store/exceptions.ts'
import type { Exceptions } from '../store/store.ts'

/** `image`: undefined for what is none. */
export function targetOf(subject: string, image: ImageNames | undefined): VexTarget {
  if (!image) return { names: [subject, subject.slice(subject.lastIndexOf('/') + 1)], digests: [] }
  const { digest, configDigest, aliases, architecture } = image
  const inNames = aliases.flatMap((alias) => /@(?<digest>sha256:[0-9a-f]{64})$/.exec(alias)?.groups?.['digest'] ?? [])
  const digests = [digest, configDigest, ...inNames]
  return { names: aliases, digests, ...(architecture === null ? {} : { architecture }) }
}

/** Of a statement only the products that the scope may see; `said`: what the files say now. */
export async function knownWithin(store: Exceptions, said: Said, scope: Scope): Promise<KnownException[]> {
  const known = await store.known()
  if (scope.teams === 'all') return known
  const { images, others } = await store.subjectsWithin(scope)
  const targets = [...images.map((image) => targetOf(image.id, image)), ...others.map((id) => targetOf(id, undefined))]
  const maySee = (product: VexProduct): boolean =>
    !namesTarget(product) || targets.some((target) => isTarget(product, target))
  const keys = storedExceptions({ ...said, rules: [] }, '').map(keyOfException)
  const statements = Map.groupBy(said.statements, (_, index) => keys[index]!)
  return known.flatMap((exception) => {
    if (exception.kind === 'ignore') return [exception]
    const same = statements.get(exception.key) ?? []
    const products = exception.products.filter((_, index) => same.some((one) => maySee(one.products[index]!)))
    return products.length === 0 ? [] : [{ ...exception, products }]
  })
}
