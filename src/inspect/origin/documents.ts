// What lies beside an image, kept as it was read: whoever trusts others later has its signatures judged again from it, without
// asking anybody.

import type { ImageOrigin, OriginDocuments } from '../../model/image.ts'
import type { Scan } from '../../model/scan.ts'
import { readOrigin, type Shelf, type Subject } from './origin.ts'
import type { Trust } from './trust.ts'

/** Bytes kept of one image: signatures and provenance have some kilobytes, and an SBOM in an envelope is read again instead. */
const mostKept = 1024 * 1024

/** `documents`: absent where nothing lay beside it, or too much to keep. */
export interface KeptOrigin {
  origin?: ImageOrigin
  documents?: OriginDocuments
}

/** As `readOrigin`, and what it read. */
export async function keepOrigin(subject: Subject, shelf: Shelf, scan: Scan): Promise<KeptOrigin> {
  const { kept, recording } = recorded(shelf)
  const origin = await readOrigin(subject, recording, scan)
  if (origin === undefined) return {}
  const { digest, digests, attestations, labelled, layers } = subject
  const read = kept()
  if (read === undefined || origin.signatures.length + origin.attestations.length === 0) return { origin }
  const about = { digest, digests, attestations, layers: [...layers], ...(labelled ? { labelled } : {}) }
  return { origin, documents: { ...about, ...read } }
}

/** The same documents by the trust of now. */
export async function judgeOriginAgain(
  { digest, digests, attestations, labelled, layers, ...kept }: OriginDocuments,
  { trust, now }: { trust: Trust; now: Date },
  scan: Scan,
): Promise<ImageOrigin | undefined> {
  const subject = { digest, digests, attestations, labelled, layers: new Map(layers) }
  return readOrigin({ ...subject, trust, now }, replayed(kept), scan)
}

type Documents = Pick<OriginDocuments, 'manifests' | 'blobs' | 'referrers'>

function recorded(shelf: Shelf): { recording: Shelf; kept(): Documents | undefined } {
  const manifests: Record<string, string | null> = {}
  const blobs: Record<string, string> = {}
  const referrers: Record<string, OriginDocuments['referrers'][string]> = {}
  let room = mostKept
  const text = (bytes: Buffer): string => {
    room -= bytes.length
    return room < 0 ? '' : bytes.toString('base64')
  }
  return {
    kept: () => (room < 0 ? undefined : { manifests, blobs, referrers }),
    recording: {
      async manifest(reference) {
        const bytes = await shelf.manifest(reference)
        manifests[reference] = bytes === undefined ? null : text(bytes)
        return bytes
      },
      async blob(descriptor) {
        const bytes = await shelf.blob(descriptor)
        blobs[descriptor.digest] = text(bytes)
        return bytes
      },
      async referrers(digest) {
        const list = await shelf.referrers(digest)
        referrers[digest] = list ?? null
        return list
      },
    },
  }
}

/** What could not be read then cannot be read now. */
function replayed({ manifests, blobs, referrers }: Documents): Shelf {
  const known = <T>(of: Readonly<Record<string, T>>, name: string): T => {
    if (!Object.hasOwn(of, name)) throw new Error('it could not be read when the image was')
    return of[name]!
  }
  return {
    async manifest(reference) {
      const text = known(manifests, reference)
      return text === null ? undefined : Buffer.from(text, 'base64')
    },
    blob: async ({ digest }) => Buffer.from(known(blobs, digest), 'base64'),
    async referrers(digest) {
      return known(referrers, digest) ?? undefined
    },
  }
}
