// A source that speaks the API of the Docker Engine; which one it is, and where it listens, is all that differs.

import { publicAddress } from '../../io/engine.ts'
import type { Source } from '../source.ts'
import { addresses, type Places } from './addresses.ts'
import { askEngine, engineCalls } from './engine-resources.ts'
import { exportImage } from './export-image.ts'

export function engineSource(own: Pick<Source, 'id' | 'name' | 'speaksFor' | 'offer'>, places: Places): Source {
  return {
    ...own,
    asks: engineCalls,
    async locate(ask) {
      const [first] = await addresses(ask, places)
      return first && `${own.name} at ${publicAddress(first)}`
    },
    async *discover(ask, scan) {
      yield* askEngine(await addresses(ask, places), own.id, ask, scan)
    },
    async *image(ask, digest, signal) {
      yield* exportImage(await addresses(ask, places), ask, digest, signal)
    },
  }
}
