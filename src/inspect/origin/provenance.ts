// How an image came to be, as its builder tells: in-toto statements with SLSA provenance.
//
// Statement: https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md
// Provenance: https://slsa.dev/spec/v1.0/provenance, https://slsa.dev/spec/v0.2/provenance; BuildKit's additions:
// https://docs.docker.com/build/metadata/attestations/slsa-definitions/

import { z } from 'zod'
import { buildSteps, type BuildStep } from './build-steps.ts'
import { repositoryAddress, withoutSignIn } from './repository-address.ts'

export interface Provenance {
  /** Address of the repository. */
  source?: string
  /** Commit. */
  revision?: string
  /** Path in the repository of what says how it is built: a workflow or a Dockerfile. */
  buildFile?: string
  /** Address that names who built it. */
  builder?: string
  steps?: readonly BuildStep[]
}

export interface Statement {
  /** Digests of what it speaks of, `sha256:…`. */
  subjects: readonly string[]
  /** Address that names the kind of the statement. */
  predicate: string
  /** Of a statement of provenance. */
  provenance?: Provenance
}

const text = z.string().max(2000).optional().catch(undefined)
const digests = z.record(z.string(), z.string()).optional().catch(undefined)
const material = z.object({ uri: text, digest: digests }).optional().catch(undefined)
/** `path` in version 1, `entryPoint` before it. */
const config = z.object({ uri: text, digest: digests, path: text, entryPoint: text }).optional().catch(undefined)
const materials = z.array(material).max(100_000).optional().catch(undefined)
/** Where the folder of the Dockerfile lies in the repository is told beside it. */
const vcs = z.object({ source: text, revision: text, 'localdir:dockerfile': text }).optional().catch(undefined)
/** The rest is read by `buildSteps`. */
const buildkit = z.looseObject({ vcs }).optional().catch(undefined)
const builder = z.object({ id: text }).optional().catch(undefined)

const statementSchema = z.object({
  subject: z.array(z.object({ digest: z.record(z.string(), z.string()) })).max(100_000),
  predicateType: z.string().max(2000),
  predicate: z.unknown(),
})
const version1 = z.object({
  buildDefinition: z.object({
    externalParameters: z
      .object({
        configSource: config,
        workflow: z.object({ repository: text, path: text }).optional().catch(undefined),
      })
      .optional()
      .catch(undefined),
    resolvedDependencies: materials,
  }),
  runDetails: z.object({
    builder,
    metadata: z.object({ buildkit_metadata: buildkit }).optional().catch(undefined),
  }),
})
const buildkitMetadata = 'https://mobyproject.org/buildkit@v1#metadata'
const version02 = z.object({
  builder,
  invocation: z.object({ configSource: config }).optional().catch(undefined),
  materials,
  metadata: z
    .object({ [buildkitMetadata]: buildkit })
    .optional()
    .catch(undefined),
})

/** Throws one clause when it is no statement. */
export function parseStatement(json: string): Statement {
  let parsed: z.infer<typeof statementSchema>
  try {
    parsed = statementSchema.parse(JSON.parse(json))
  } catch {
    throw new Error('it is no in-toto statement')
  }
  const subjects = parsed.subject.flatMap(({ digest }) => Object.entries(digest).map(([name, hex]) => `${name}:${hex}`))
  const provenance = provenanceOf(parsed.predicateType, parsed.predicate)
  return { subjects, predicate: parsed.predicateType, ...(provenance ? { provenance } : {}) }
}

function provenanceOf(predicateType: string, predicate: unknown): Provenance | undefined {
  if (predicateType.startsWith('https://slsa.dev/provenance/v1')) {
    const { data } = version1.safeParse(predicate)
    if (data === undefined) return undefined
    const { externalParameters: given, resolvedDependencies = [] } = data.buildDefinition
    return from({
      buildkit: data.runDetails.metadata?.buildkit_metadata,
      repository: given?.workflow?.repository,
      buildFile: given?.workflow?.path ?? given?.configSource?.path,
      used: [given?.configSource, ...resolvedDependencies],
      builder: data.runDetails.builder?.id,
    })
  }
  if (predicateType.startsWith('https://slsa.dev/provenance/v0.')) {
    const { data } = version02.safeParse(predicate)
    if (data === undefined) return undefined
    const given = data.invocation?.configSource
    return from({
      buildkit: data.metadata?.[buildkitMetadata],
      buildFile: given?.entryPoint,
      used: [given, ...(data.materials ?? [])],
      builder: data.builder?.id,
    })
  }
  return undefined
}

interface Told {
  buildkit?: z.infer<typeof buildkit>
  repository?: string | undefined
  buildFile: string | undefined
  used: readonly z.infer<typeof material>[]
  builder: string | undefined
}

/** What the builder says outright, else the first thing from git that went into the build: it names the repository that was built. */
function from({ buildkit, repository, buildFile, used, builder }: Told): Provenance {
  const git = used.find((each) => each?.uri !== undefined && isGit(each.uri))
  const known = buildkit?.vcs
  const source = known?.source ?? repository ?? git?.uri
  const revision = known?.revision ?? git?.digest?.['gitCommit'] ?? git?.digest?.['sha1']
  const folder = known?.['localdir:dockerfile']?.replace(/^\.?\/?|\/$/g, '')
  const steps = buildSteps(buildkit)
  return {
    ...(source ? { source: repositoryAddress(source) } : {}),
    ...(revision ? { revision } : {}),
    ...(buildFile ? { buildFile: folder ? `${folder}/${buildFile}` : buildFile } : {}),
    ...(builder ? { builder: withoutSignIn(builder) } : {}),
    ...(steps.length > 0 ? { steps } : {}),
  }
}

function isGit(address: string): boolean {
  return /^git[+@]/.test(address) || /^(?:https?|ssh|git):\/\/[^?]*\.git(?:$|[#@?])/.test(address)
}
