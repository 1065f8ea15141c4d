import { givenBack } from '../../io/give-back.ts'
import { Unreachable, type Ask } from '../source.ts'

/**
 * An image as the tar that `docker save` writes. `found` as `addresses` gives it; `image` is its digest in the engine,
 * `sha256:…`, or a reference. Each piece is valid until the next one is asked for. Throws `EngineError`, also in the middle when the engine breaks off.
 */
export async function* exportImage(
  found: readonly string[],
  ask: Ask,
  image: string,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const [address] = found
  if (address === undefined) throw new Unreachable('no socket of an engine was found')
  // A colon stands for itself in a path, and Podman does not decode an encoded one.
  const name = encodeURIComponent(image).replaceAll('%3A', ':')
  yield* givenBack(await ask.engine(address).stream(`/images/${name}/get`, signal))
}
