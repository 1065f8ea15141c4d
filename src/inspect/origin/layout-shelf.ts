// What lies beside an image in an OCI layout, found as in a registry: by tags made of its digest, or by their subject.

import { parseDocument } from '../image/config.ts'
import { isDigest } from '../image/digest.ts'
import type { Descriptor } from '../image/oci-schemas.ts'
import { cosignKinds, manifestSchema, refName } from './layout-artifacts.ts'
import { parseReferrers, type Shelf } from './origin.ts'

export interface LayoutDocuments {
  /** What index.json lists. */
  listed: readonly Descriptor[]
  has(digest: string): Promise<boolean>
  /** Verified by its digest. Throws one clause. */
  document(descriptor: Pick<Descriptor, 'digest'>): Promise<Buffer>
}

/** `root`: what index.json lists of the image. */
export function layoutShelf(layout: LayoutDocuments, root: Descriptor): Shelf {
  const { listed } = layout
  let subjects: Promise<Subjects> | undefined

  async function manifest(reference: string): Promise<Buffer | undefined> {
    const descriptor = isDigest(reference) ? { digest: reference } : listed.find((one) => hasTag(one, reference))
    if (descriptor === undefined || !(await layout.has(descriptor.digest))) return undefined
    return layout.document(descriptor)
  }
  async function referrers(digest: string): Promise<Descriptor[]> {
    subjects ??= subjectsIn(layout, root)
    const { known, unknown } = await subjects
    const page = await manifest(digest.replace(':', '-'))
    const saved = listed.filter((one) => cosignKinds.has(one.annotations?.['kind']) && isOfSameName(one, root))
    return [...saved, ...(known.get(digest) ?? []), ...(page ? parseReferrers(page) : []), ...unknown]
  }
  return { manifest, blob: (descriptor) => layout.document(descriptor), referrers }
}

interface Subjects {
  /** Those that refer to a digest, by it. */
  known: Map<string, Descriptor[]>
  /** May refer to any: whoever reads them is told why they cannot be read. */
  unknown: Descriptor[]
}

async function subjectsIn(layout: LayoutDocuments, root: Descriptor): Promise<Subjects> {
  const subjects: Subjects = { known: new Map(), unknown: [] }
  for (const descriptor of layout.listed) {
    if (descriptor.digest === root.digest) continue
    try {
      if (!(await layout.has(descriptor.digest))) continue
      const bytes = await layout.document(descriptor)
      const { subject } = parseDocument(manifestSchema, bytes.toString('utf8'), descriptor.digest)
      if (subject) subjects.known.set(subject.digest, [...(subjects.known.get(subject.digest) ?? []), descriptor])
    } catch {
      subjects.unknown.push(descriptor)
    }
  }
  return subjects
}

function hasTag({ annotations }: Descriptor, tag: string): boolean {
  const name = refName(annotations)
  return name === tag || name?.endsWith(`:${tag}`) === true
}

function isOfSameName({ annotations }: Descriptor, root: Descriptor): boolean {
  const [own, other] = [refName(annotations), refName(root.annotations)]
  return own === undefined || other === undefined || own === other
}
