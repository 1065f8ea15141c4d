// Whom the user trusts to sign images, on the stored estate: when that changes, or a certificate or revocation list runs out on
// which a verdict rests, signatures are judged again from what was kept of them, and those of which too much would have to be kept count as verified by nobody until their image is read again.

import { judgeOriginAgain } from '../inspect/inspect.ts'
import type { Clock } from '../io/clock.ts'
import type { ImageOrigin } from '../model/image.ts'
import type { Origins } from '../store/store.ts'
import { collectGaps } from './collect-gaps.ts'
import { loadTrust, type LoadedTrust, type TrustWords } from './trust.ts'

export interface HeldTrust {
  current(): LoadedTrust
  /** Reads the file and what it names again; throws when they are wrong, and the trust of before holds. */
  reload(): Promise<void>
}

/** Throws with a message that names the option, the file and what was expected. */
export async function holdTrust(words: TrustWords): Promise<HeldTrust> {
  let trust = await loadTrust(words)
  return {
    current: () => trust,
    async reload() {
      trust = await loadTrust(words)
    },
  }
}

export interface JudgedOrigins {
  /** Images whose signatures were judged again, and those that have to be read again for it. */
  judged: number
  stale: number
}

/** What another trust judged, and what holds no longer. Cut short, it goes on where it stood. */
export async function judgeOrigins(
  origins: Origins,
  trust: LoadedTrust,
  clock: Clock,
  signal: AbortSignal,
): Promise<JudgedOrigins> {
  const counted = { judged: 0, stale: 0 }
  for await (const batch of origins.toJudge(trust.id, clock())) {
    for (const { image, origin, documents, isOfAnother } of batch) {
      signal.throwIfAborted()
      const { scan } = collectGaps(signal)
      const judged = documents && (await judgeOriginAgain(documents, { trust, now: new Date(clock()) }, scan))
      await origins.record(image, trust.id, judged ?? staleOrigin(origin, isOfAnother ? changed : ranOut))
      counted[judged ? 'judged' : 'stale']++
    }
  }
  return counted
}

const changed = 'whom you trust has changed since it was judged'
const ranOut = 'a certificate or revocation list has run out since it was judged'

/** Nothing of it counts as verified: nobody has verified it by the trust of now. */
function staleOrigin({ known, signatures, attestations, ...rest }: ImageOrigin, since: string): ImageOrigin {
  const whyStale = `${since}, and what it rests on was too much to keep`
  const unverified = { verified: false, why: whyStale } as const
  const source = known === 'verified provenance' ? 'provenance' : known
  return {
    ...rest,
    ...(source === undefined ? {} : { known: source }),
    signatures: signatures.map(({ kind }) => ({ kind, ...unverified })),
    attestations: attestations.map(({ predicate }) => ({ predicate, ...unverified })),
    stale: `${whyStale}: it is read again at the next look, where its source still has it`,
  }
}
