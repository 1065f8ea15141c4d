// By what images that begin with the same layers are found.

import { keyOf } from './storable.ts'

/**
 * For each height the key of the layers up to there, from the lowest on: images that begin with the same layers share them.
 * Each is made from the one below, as `ChainID` is:
 * https://github.com/opencontainers/image-spec/blob/main/config.md#layer-chainid
 */
export function chainsOf(layers: readonly string[]): string[] {
  const chains: string[] = []
  for (const layer of layers) chains.push(keyOf(chains.at(-1) ?? '', layer))
  return chains
}
