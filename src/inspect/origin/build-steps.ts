// Which line of the Dockerfile made which layer, as BuildKit's provenance in its long form (`mode=max`) tells.
//
// `layers` names for each step all layers that its result consists of, `source` the lines of each step:
// https://docs.docker.com/build/metadata/attestations/slsa-definitions/

import { z } from 'zod'

export interface BuildStep {
  /** Digest of the layer as it is stored. */
  layer: string
  /** As the builder was given it. */
  file: string
  /** From 1. */
  line: number
}

const text = z.string().max(2000)
const layersSchema = z.record(text, z.array(z.array(z.object({ digest: text })).max(1000)).max(1000))
const locationsSchema = z.record(
  text,
  z.object({
    locations: z
      .array(
        z.object({
          sourceIndex: z.int().min(0).optional(),
          ranges: z.array(z.object({ start: z.object({ line: z.int().min(1) }) })).optional(),
        }),
      )
      .optional(),
  }),
)
const schema = z.object({
  layers: layersSchema,
  source: z.object({ infos: z.array(z.object({ filename: text })).max(1000), locations: locationsSchema }),
})
/** Of builds for several platforms, too. */
const mostSteps = 10_000

/** `metadata`: BuildKit's own; nothing of what is in another form. */
export function buildSteps(metadata: unknown): BuildStep[] {
  const { data } = schema.safeParse(metadata)
  if (data === undefined) return []
  const { layers, source } = data
  // A step has what those before it had: whoever has a layer among the fewest has made it.
  const results = Object.entries(layers)
    .flatMap(([step, chains]) => chains.map((chain) => ({ step: step.replace(/:\d+$/, ''), chain })))
    .toSorted((a, b) => a.chain.length - b.chain.length)
  const made = new Map<string, BuildStep>()
  const seen = new Set<string>()
  for (const { step, chain } of results) {
    const place = placeOf(step, source)
    for (const { digest: layer } of chain) {
      if (seen.has(layer) || seen.size >= mostSteps) continue
      seen.add(layer)
      if (place) made.set(layer, { layer, ...place })
    }
  }
  return [...made.values()]
}

function placeOf(step: string, { infos, locations }: z.infer<typeof schema>['source']) {
  const location = locations[step]?.locations?.[0]
  const lines = location?.ranges?.map(({ start }) => start.line) ?? []
  const file = infos[location?.sourceIndex ?? 0]?.filename
  return file === undefined || lines.length === 0 ? undefined : { file, line: Math.min(...lines) }
}
