// What the API answers, as schemas: the server checks and documents with them, the console takes its types from them.

import { z } from 'zod'
import { cellStates } from '../model/coverage.ts'
import { findingKinds, findingStates } from '../model/finding.ts'
import { layers, subLayers, tasks } from '../model/layers.ts'
import { responsibilities } from '../model/catalog.ts'
import { priorityLevels } from '../model/priority.ts'
import { severities } from '../model/severity.ts'
import { sourceStates } from '../model/source.ts'
import { roles } from '../model/team.ts'

export const severityCounts = z.record(z.enum(severities), z.int())
export const gapView = z
  .object({
    why: z.string(),
    place: z.object({ path: z.string(), line: z.int(), layer: z.string() }).partial().optional(),
  })
  .meta({ id: 'Gap' })

export const evidenceView = z
  .object({
    resource: z.string(),
    subLayer: z.enum(subLayers),
    task: z.enum(tasks),
    engine: z.string(),
    at: z.string(),
    depth: z.object({ done: z.int(), of: z.int(), unit: z.string() }),
    gaps: z.array(gapView),
  })
  .meta({ id: 'Evidence' })

export const cellPartView = z.object({
  subLayer: z.enum(subLayers),
  responsibility: z.enum(responsibilities),
  state: z.enum(cellStates),
  reason: z.string(),
  document: z.object({ id: z.string(), title: z.string(), url: z.string(), date: z.string().optional() }).optional(),
})

export const cellView = z.object({
  layer: z.enum(layers),
  task: z.enum(tasks),
  state: z.enum(cellStates),
  reason: z.string(),
  findings: severityCounts.nullable(),
  atLeast: z.boolean(),
})

/** One cell with all that its drawer shows. */
export const cellDetailView = cellView
  .extend({
    service: z.string(),
    name: z.string(),
    parts: z.array(cellPartView),
    evidence: z.array(evidenceView),
    tools: z.array(z.object({ id: z.string(), name: z.string(), sure: z.string() })),
    /** The worst open findings, at most 20, and how many there are. */
    worst: z.array(z.object({ id: z.string(), rule: z.string(), title: z.string(), severity: z.enum(severities) })),
    open: z.int(),
  })
  .meta({ id: 'CellDetail' })

export const matrixView = z
  .object({
    asOf: z.string(),
    rows: z.array(
      z.object({
        service: z.string(),
        name: z.string(),
        provider: z.string(),
        hostingModel: z.string(),
        found: z.boolean(),
        workloads: z.int(),
        cells: z.array(cellView),
      }),
    ),
    totals: z.record(z.enum(cellStates), z.int()),
    counted: z.int(),
    found: z.object({ open: severityCounts, notLookedAt: z.int() }),
    sources: z.object({ answered: z.int(), of: z.int() }),
  })
  .meta({ id: 'Matrix' })

export const coverageRowView = z
  .object({
    service: z.string(),
    layer: z.enum(layers),
    task: z.enum(tasks),
    state: z.enum(cellStates),
    reason: z.string(),
    evidence: z.array(evidenceView),
  })
  .meta({ id: 'CoverageRow' })

export const resourceView = z.object({
  id: z.string(),
  kind: z.string(),
  name: z.string(),
  service: z.string(),
  serviceName: z.string(),
  source: z.string(),
  team: z.string(),
  runsOn: z.string().optional(),
  exposure: z.string().optional(),
  state: z.string().optional(),
  images: z.array(z.object({ reference: z.string(), image: z.string().optional() })),
  firstSeen: z.string(),
  lastSeen: z.string(),
  /** Nine states in the matrix's order, this resource's own. */
  cells: z.array(z.enum(cellStates)),
  findings: severityCounts.nullable(),
})

export const inventoryView = z
  .object({ asOf: z.string(), total: z.int(), resources: z.array(resourceView) })
  .meta({ id: 'Inventory' })

export const findingView = z
  .object({
    id: z.string(),
    kind: z.enum(findingKinds),
    state: z.enum(findingStates),
    rule: z.string(),
    title: z.string(),
    severity: z.enum(severities),
    score: z.number().optional(),
    exploited: z.boolean(),
    subLayer: z.enum(subLayers),
    task: z.enum(tasks),
    fix: z.string().optional(),
    aliases: z.array(z.string()),
    references: z.array(z.string()),
    package: z
      .object({
        ecosystem: z.string(),
        name: z.string(),
        version: z.string(),
        purl: z.string(),
        fixedIn: z.string().optional(),
        /** The smallest version that clears all of the package's findings that have a fix. */
        upgradeTo: z.string().optional(),
      })
      .optional(),
    evidence: z.record(z.string(), z.unknown()),
    place: gapView.shape.place,
    firstSeen: z.string(),
    lastSeen: z.string(),
    /** That it is exploited within 30 days, from 0 to 1; `percentile`: the share of all that are less likely to be. */
    epss: z.object({ probability: z.number(), percentile: z.number() }).optional(),
    /** Why there is no fix, where the distribution says so. */
    fixState: z.string().optional(),
    /** Who does not pay for it cannot get the fix: `Ubuntu Pro`. */
    subscription: z.string().optional(),
    /** Which part of the package it is in. */
    hint: z.string().optional(),
    /** How soon it wants an answer, and why, in one sentence. */
    priority: z.object({ level: z.enum(priorityLevels), because: z.string() }),
    /** Which record says what, where several name it. */
    says: z
      .array(
        z.object({
          id: z.string(),
          severity: z.enum(severities),
          score: z.number().optional(),
          fixedIn: z.string().optional(),
          state: z.string().optional(),
        }),
      )
      .optional(),
    suppressed: z.object({ by: z.string(), reason: z.string(), until: z.string().optional() }).optional(),
    /** Ids and names of the resources that have it: machines, workloads. */
    resources: z.array(z.object({ id: z.string(), name: z.string() })),
  })
  .meta({ id: 'Finding' })

/** Findings of one cause (rule, or advisory and package), worst first. */
export const findingGroupView = z.object({
  key: z.string(),
  /** A sentence that begins with the verb of the fix. */
  title: z.string(),
  rule: z.string(),
  kind: z.enum(findingKinds),
  severity: z.enum(severities),
  exploited: z.boolean(),
  count: z.int(),
  resources: z.array(z.object({ id: z.string(), name: z.string() })),
  first: findingView,
})

export const findingsView = z
  .object({
    asOf: z.string(),
    /** Groups in all, after the filter. */
    total: z.int(),
    counts: severityCounts,
    notLookedAt: z.int(),
    groups: z.array(findingGroupView),
  })
  .meta({ id: 'Findings' })

export const sourceView = z
  .object({
    id: z.string(),
    name: z.string(),
    state: z.enum(sourceStates),
    reason: z.string().optional(),
    askedAt: z.string(),
    answeredAt: z.string().optional(),
    resources: z.int(),
    asks: z.array(z.string()),
    offer: z.string(),
    /** Cells of the matrix that are unknown while it is silent. */
    cells: z.array(z.object({ service: z.string(), layer: z.enum(layers), task: z.enum(tasks) })),
    gaps: z.array(gapView),
  })
  .meta({ id: 'Source' })
export const sourcesView = z.object({ asOf: z.string(), sources: z.array(sourceView) }).meta({ id: 'Sources' })

export const workloadView = resourceView
  .extend({
    labels: z.record(z.string(), z.string()),
    properties: z.record(z.string(), z.unknown()),
    detail: z.array(cellDetailView),
    findingList: z.array(findingView),
    machine: z.object({ id: z.string(), name: z.string() }).optional(),
  })
  .meta({ id: 'Workload' })

export const packageView = z.object({
  ecosystem: z.string(),
  name: z.string(),
  version: z.string(),
  purl: z.string(),
  path: z.string().optional(),
  layer: z.string().optional(),
  licence: z.string().optional(),
  /** Named by a lock file or a manifest; nothing shows that it is installed. */
  declared: z.literal(true).optional(),
  /** The system's package that brought it, by its purl. */
  ownedBy: z.string().optional(),
  /** The layer, by its digest, that removed or replaced it: shipped still, and not judged. */
  hiddenBy: z.string().optional(),
})

const signatureView = z.object({
  kind: z.enum(['cosign', 'notation']),
  verified: z.boolean(),
  /** Who made it, and what shows that; only of what is verified. */
  by: z.string().optional(),
  means: z.enum(['key', 'identity', 'certificate']).optional(),
  at: z.string().optional(),
  /** What keeps it from being verified. */
  why: z.string().optional(),
})
/** Where it comes from, and who has signed it. */
const imageOriginView = z.object({
  source: z.string().optional(),
  revision: z.string().optional(),
  /** Path of the workflow or Dockerfile in the repository. */
  buildFile: z.string().optional(),
  builder: z.string().optional(),
  /** The line of the Dockerfile that made a layer. */
  steps: z.array(z.object({ layer: z.string(), file: z.string(), line: z.int() })),
  /** What these rest on. */
  known: z.enum(['label', 'provenance', 'verified provenance']).optional(),
  signatures: z.array(signatureView),
  attestations: z.array(signatureView.omit({ kind: true }).extend({ predicate: z.string() })),
})

export const imageView = z
  .object({
    id: z.string(),
    digest: z.string(),
    aliases: z.array(z.string()),
    architecture: z.string().optional(),
    os: z.string().optional(),
    distribution: z.string().optional(),
    size: z.int(),
    layers: z.array(
      z.object({
        digest: z.string(),
        size: z.int(),
        /** Those that a container sees. */
        packages: z.int(),
        /** Those that a later layer removed or replaced. */
        hidden: z.int(),
        createdBy: z.string().optional(),
        /** Bytes that a later layer removed or replaced; absent where that is not known. */
        wasted: z.int().optional(),
      }),
    ),
    base: z
      .object({
        /** How many of the layers are its, from the first on; absent where only its name is known. */
        layers: z.int().optional(),
        name: z.string().optional(),
        digest: z.string().optional(),
        /** Because its builder says so, or because another image that was read consists of these layers. */
        known: z.enum(['annotation', 'estate']),
      })
      .optional(),
    origin: imageOriginView.optional(),
    /** Programs that run as their owner or group, whoever starts them; `mode` in octal digits. */
    setuid: z.array(z.object({ path: z.string(), mode: z.string(), layer: z.string() })),
    packages: z.array(packageView),
    findings: z.array(findingView),
    gaps: z.array(gapView),
    /** Packages judged of those found; null where vulnerabilities were never looked for. */
    judged: z.object({ done: z.int(), of: z.int() }).nullable(),
    usedBy: z.array(z.object({ id: z.string(), name: z.string() })),
  })
  .meta({ id: 'Image' })
export const imagesView = z
  .object({
    asOf: z.string(),
    total: z.int(),
    images: z.array(
      imageView.pick({ id: true, digest: true, aliases: true, distribution: true, size: true }).extend({
        layers: z.int(),
        packages: z.int(),
        usedBy: z.int(),
        findings: severityCounts.nullable(),
      }),
    ),
  })
  .meta({ id: 'Images' })

/** Who has a vulnerability, or certain versions of a package. Totals count all; the lists may hold fewer. */
export const affectedView = z
  .object({
    asOf: z.string(),
    asked: z.union([z.object({ vulnerability: z.string() }), z.object({ package: z.string(), versions: z.string() })]),
    vulnerabilities: z.array(
      z.object({
        rule: z.string(),
        aliases: z.array(z.string()),
        title: z.string(),
        severity: z.enum(severities),
        exploited: z.boolean(),
      }),
    ),
    packages: z.array(
      z.object({
        ecosystem: z.string(),
        name: z.string(),
        version: z.string(),
        purl: z.string(),
        fixedIn: z.string().optional(),
      }),
    ),
    images: z.object({
      total: z.int(),
      list: z.array(z.object({ id: z.string(), name: z.string(), usedBy: z.int() })),
    }),
    workloads: z.object({
      total: z.int(),
      running: z.int(),
      list: z.array(
        z.object({
          id: z.string(),
          name: z.string(),
          kind: z.string(),
          service: z.string(),
          team: z.string(),
          state: z.string().optional(),
          exposure: z.string().optional(),
          /** Absent where the machine itself has the package. */
          image: z.string().optional(),
        }),
      ),
    }),
    /** Images of which not all could be judged: they may be affected too. */
    notJudged: z.int(),
    /** Versions that could not be compared with those asked for. */
    notCompared: z.array(z.string()),
  })
  .meta({ id: 'Affected' })

/** Who is signed in, and what the frame shows beside the pages. */
export const sessionView = z
  .object({
    person: z.object({ id: z.string(), name: z.string(), role: z.enum(roles), team: z.string() }),
    version: z.string(),
    estate: z.string(),
    counts: z.object({ resources: z.int(), findings: z.int(), images: z.int(), silentSources: z.int() }),
  })
  .meta({ id: 'Session' })

/** A one-time link that signs in whoever opens it first. */
export const signInLinkView = z.object({ url: z.string(), expiresAt: z.string() }).meta({ id: 'SignInLink' })

/** One step of a cycle, as it happens; the last one of each `step` counts. */
export const progressView = z
  .object({
    cycle: z.string(),
    step: z.enum(['sources', 'images', 'matching', 'hardening', 'coverage']),
    done: z.int(),
    of: z.int(),
    /** What is being looked at. */
    note: z.string(),
    finished: z.boolean(),
  })
  .meta({ id: 'Progress' })

export const errorView = z
  .object({
    /** A word that programs can test: `not-signed-in`, `not-allowed`, `not-found`, `bad-request`. */
    code: z.string(),
    /** What went wrong and what to do next. */
    message: z.string(),
  })
  .meta({ id: 'Error' })

export type SeverityCountsView = z.infer<typeof severityCounts>
export type EvidenceView = z.infer<typeof evidenceView>
export type CellView = z.infer<typeof cellView>
export type CellDetailView = z.infer<typeof cellDetailView>
export type MatrixView = z.infer<typeof matrixView>
export type CoverageRowView = z.infer<typeof coverageRowView>
export type ResourceView = z.infer<typeof resourceView>
export type InventoryView = z.infer<typeof inventoryView>
export type FindingView = z.infer<typeof findingView>
export type FindingGroupView = z.infer<typeof findingGroupView>
export type FindingsView = z.infer<typeof findingsView>
export type SourceView = z.infer<typeof sourceView>
export type SourcesView = z.infer<typeof sourcesView>
export type WorkloadView = z.infer<typeof workloadView>
export type ImageView = z.infer<typeof imageView>
export type ImagesView = z.infer<typeof imagesView>
export type AffectedView = z.infer<typeof affectedView>
export type SessionView = z.infer<typeof sessionView>
export type SignInLinkView = z.infer<typeof signInLinkView>
export type ProgressView = z.infer<typeof progressView>
export type ErrorView = z.infer<typeof errorView>
