// The store: everything that is kept, and the questions that it answers.

import { chmodSync, mkdirSync, realpathSync, statSync } from 'node:fs'
import { setImmediate as turn } from 'node:timers/promises'
import { systemClock, type Clock } from '../io/clock.ts'
import type { Estate, EstateRecorder } from '../model/estate.ts'
import type { Evidence } from '../model/evidence.ts'
import type { ReadException } from '../model/exception.ts'
import type { ImageOrigin } from '../model/image.ts'
import type { Resource } from '../model/resource.ts'
import type { SourceReport } from '../model/source.ts'
import type { Person, Scope } from '../model/team.ts'
import type { Rematched, Verdict } from '../model/verdict.ts'
import { howToRestore, keepCopy, type KeptCopy } from './copies.ts'
import { messageOf, openEmbedded, openPostgres, type Database } from './database.ts'
import { verifyEvidence, type BrokenEvidence } from './evidence-chain.ts'
import {
  changedExceptions,
  imageNames,
  knownExceptions,
  ownFindings,
  recordExceptions,
  recordOwn,
  recordWeighed,
  subjectsOf,
  subjectsWithin,
  weighable,
  weighedSubjects,
  type Resuppressed,
  type Weighed,
} from './exceptions.ts'
import { clearRejudged, judgedReader, rejudged } from './judged-depth.ts'
import { likelihoods, replaceLikelihoods, type Likelihood } from './likelihoods.ts'
import { lockStore } from './lock.ts'
import { originsToJudge, recordOrigin } from './origins.ts'
import { announce, markSent, takeDue, tryAgainAt } from './outbox.ts'
import { packagesToJudge, type PackageChoice } from './packages-to-judge.ts'
import { audit, createPerson, createTeam, giveToTeam, person, type AuditEntry, type NewPerson } from './people.ts'
import { containing, packagesNamed, vulnerablePackages } from './query-affected.ts'
import { estate, liveResources } from './query-estate.ts'
import { fixedFindings } from './query-fixed.ts'
import { findings, findingsOf, type FindingGroups, type StoredFinding } from './query-findings.ts'
import type { FindingQuery } from './finding-query.ts'
import { workloadHistory, type WorkloadHistory } from './query-history.ts'
import { imageDetail, images, type ImageDetail, type ImageQuery, type ImageSummary } from './query-images.ts'
import { counts, resource, resources, sources, type ResourceQuery, type StoredResource } from './query-resources.ts'
import { recordAssessment } from './record-assessment.ts'
import { readImage, recordImage, recordPackages } from './record-image.ts'
import { lastRematch, recordEvidence, recordRematch, saysOtherwise, type Counted } from './record-rematch.ts'
import { knownSources, recordSource } from './record-source.ts'
import { recordVerdicts } from './record-verdicts.ts'
import { createSignIn, type SignIn } from './sign-in.ts'
import { upkeepOf } from './upkeep.ts'
import { imagesNotJudged } from './unjudged-images.ts'

/** Of the queries, those with a scope never answer with a row outside of it. */
export interface Store extends EstateRecorder {
  /** All of it when no scope is given. */
  estate(scope?: Scope): Promise<Estate>
  resources(scope: Scope, query: ResourceQuery): Promise<{ total: number; resources: readonly StoredResource[] }>
  resource(scope: Scope, id: string): Promise<StoredResource | undefined>
  sources(scope: Scope): Promise<readonly SourceReport[]>
  counts(scope: Scope): Promise<{ resources: number; findings: number; images: number; silentSources: number }>
  findings(scope: Scope, query: FindingQuery): Promise<FindingGroups>
  /** Open and excepted ones of a resource, with those of the images that it runs; or of an image. Worst first. */
  findingsOf(scope: Scope, id: string): Promise<readonly StoredFinding[]>
  /** What became of the findings of a resource, and which images it ran. */
  history(scope: Scope, resource: string): Promise<WorkloadHistory>
  images(scope: Scope, query: ImageQuery): Promise<{ total: number; images: readonly ImageSummary[] }>
  imageDetail(scope: Scope, id: string): Promise<ImageDetail | undefined>
  /** Where the chain of evidence does not hold; undefined when it does. */
  verifyEvidence(): Promise<BrokenEvidence | undefined>

  person(id: string): Promise<Person | undefined>
  createPerson(given: NewPerson): Promise<Person>
  createTeam(id: string, name: string): Promise<void>
  giveToTeam(resource: Resource['id'], team: string): Promise<void>
  audit(entry: AuditEntry): Promise<void>
  readonly signIn: SignIn
  readonly verdicts: Verdicts
  readonly exceptions: Exceptions
  readonly origins: Origins
  readonly affected: AffectedQueries
  readonly outbox: Outbox

  /** At most one copy a day of the embedded store; a PostgreSQL's own backups are its administrator's. */
  keepCopy(): Promise<KeptCopy>
  /** Keeps a copy when one is due, and gives the folder back. */
  close(): Promise<void>
}

export type Verdicts = ReturnType<typeof createVerdicts>
export type Origins = ReturnType<typeof createOrigins>
export type Exceptions = ReturnType<typeof createExceptions>
export type AffectedQueries = ReturnType<typeof createAffected>
export type Outbox = ReturnType<typeof createOutbox>

/** `folder`: the data folder, where the embedded store lives; `database`: the URL of a PostgreSQL. */
export type StoreLocation = { folder: string } | { database: string }

/** `as`: what this process is, for the message that a second one gets. */
export interface StoreOptions {
  clock?: Clock
  as?: string
}

/** Makes the tables that are missing. Throws `StoreInUse` when another process has the folder open. */
export async function openStore(location: StoreLocation, options: StoreOptions = {}): Promise<Store> {
  const { clock = systemClock, as = 'plimsoll' } = options
  if ('folder' in location) return openFolder(location.folder, clock, as)
  const db = await openPostgres(location.database)
  const upkeep = async (): Promise<void> => {} // its own autovacuum does it
  const keepNothing = async (): Promise<KeptCopy> => ({ skipped: 'the database is not the embedded one' })
  return createStore(db, clock, upkeep, { keepCopy: keepNothing, close: () => db.destroy() })
}

async function openFolder(folder: string, clock: Clock, as: string): Promise<Store> {
  refuseOpenToAll(folder)
  mkdirSync(`${folder}/store`, { recursive: true, mode: 0o700 })
  chmodSync(`${folder}/store`, 0o700)
  const lock = lockStore(folder, as, clock())
  try {
    const { db, pglite } = await openEmbedded(realpathSync(`${folder}/store`)) // which may be a link to another disk
    const copy = (): Promise<KeptCopy> => keepCopy(pglite, folder, clock())
    const close = async (): Promise<void> => {
      await copy()
      await db.destroy()
      lock.release()
    }
    const keepUp = upkeepOf(db)
    // PGlite answers on this thread without ever waiting: a long row of writes would leave no request, timer or signal
    // its turn.
    const upkeep = async (rows: number): Promise<void> => {
      await keepUp(rows)
      await turn()
    }
    return createStore(db, clock, upkeep, { keepCopy: copy, close })
  } catch (error) {
    lock.release()
    const why = `could not open the store in ${folder}/store: ${messageOf(error)}`
    throw new Error(`${why}\n${howToRestore(folder)}`, { cause: error })
  }
}

/** Whoever may write to the folder may put a link, or a store of their own, in the place of this one. */
function refuseOpenToAll(folder: string): void {
  const mode = statSync(folder, { throwIfNoEntry: false })?.mode ?? 0
  if ((mode & 0o002) === 0) return
  throw new Error(`every user may write to ${folder}: chmod 700 it, or give another folder with --data`)
}

const everybody: Scope = { teams: 'all' }

function createStore(
  db: Database,
  clock: Clock,
  upkeep: (rows: number) => Promise<void>,
  life: Pick<Store, 'keepCopy' | 'close'>,
): Store {
  return {
    knownSources: () => knownSources(db),
    image: (digest) => readImage(db, digest),
    recordSource: async (report, reported) => {
      await recordSource(db, report, reported)
      await upkeep(2 * reported.length)
    },
    recordImage: async (image) => {
      await recordImage(db, image, clock())
      await upkeep(image.packages.length)
    },
    recordPackages: async (subject, packages, distribution) => {
      await recordPackages(db, { subject, packages, distribution, at: clock() })
      await upkeep(packages.length)
    },
    recordAssessment: async (assessment) => {
      await recordAssessment(db, assessment)
      await upkeep(2 + assessment.findings.length)
    },
    liveResources: () => liveResources(db, everybody),
    estate: (scope = everybody) => estate(db, scope),
    resources: (scope, query) => resources(db, scope, query),
    resource: (scope, id) => resource(db, scope, id),
    sources: (scope) => sources(db, scope),
    counts: (scope) => counts(db, scope),
    findings: (scope, query) => (query.state === 'fixed' ? fixedFindings : findings)(db, scope, query),
    findingsOf: (scope, id) => findingsOf(db, scope, id),
    history: (scope, id) => workloadHistory(db, scope, id),
    images: (scope, query) => images(db, scope, query),
    imageDetail: (scope, id) => imageDetail(db, scope, id),
    verifyEvidence: () => verifyEvidence(db),
    person: (id) => person(db, id),
    createPerson: (given) => createPerson(db, clock, given),
    createTeam: (id, name) => createTeam(db, id, name),
    giveToTeam: (id, team) => giveToTeam(db, id, team),
    audit: (entry) => audit(db, clock, entry),
    signIn: createSignIn(db, clock),
    verdicts: createVerdicts(db, upkeep),
    exceptions: createExceptions(db, upkeep),
    origins: createOrigins(db),
    affected: createAffected(db),
    outbox: createOutbox(db),
    ...life,
  }
}

/** Of distinct packages, for `run/rematch.ts`. */
function createVerdicts(db: Database, upkeep: (rows: number) => Promise<void>) {
  return {
    toJudge: (choice: PackageChoice) => packagesToJudge(db, choice),
    record: async (of: Rematched, verdicts: readonly Verdict[]) => {
      const recorded = await recordVerdicts(db, of, verdicts)
      await upkeep(2 * verdicts.length + recorded.opened)
      return recorded
    },
    rejudged: () => rejudged(db),
    clearRejudged: (packages: readonly number[]) => clearRejudged(db, packages),
    judgedReader: () => judgedReader(db),
    saysOtherwise: (list: readonly Evidence[]) => saysOtherwise(db, list),
    recordEvidence: async (list: readonly Evidence[]) => {
      await recordEvidence(db, list)
      await upkeep(2 * list.length)
    },
    last: () => lastRematch(db),
    recordRematch: (of: Rematched, counted: Counted) => recordRematch(db, of, counted),
    likelihoods: () => likelihoods(db),
    replaceLikelihoods: (list: readonly Likelihood[]) => replaceLikelihoods(db, list),
  }
}

/** For `run/estate-exceptions.ts`. */
function createExceptions(db: Database, upkeep: (rows: number) => Promise<void>) {
  return {
    known: () => knownExceptions(db),
    changed: (read: readonly ReadException[]) => changedExceptions(db, read),
    record: (read: readonly ReadException[], at: string) => recordExceptions(db, read, at),
    imageNames: (images?: readonly string[]) => imageNames(db, images),
    subjectsOf: (of: Parameters<typeof subjectsOf>[1]) => subjectsOf(db, of),
    subjectsWithin: (scope: Scope) => subjectsWithin(db, scope),
    weighedSubjects: (names: readonly string[] | 'all') => weighedSubjects(db, names),
    weighable: (subjects: readonly string[], names: readonly string[] | 'all') => weighable(db, subjects, names),
    recordWeighed: async (weighed: readonly Weighed[], at: string) => {
      await recordWeighed(db, weighed, at)
      await upkeep(weighed.length)
    },
    ownFindings: (names: readonly string[] | 'all') => ownFindings(db, names),
    recordOwn: (list: readonly Resuppressed[], at: string) => recordOwn(db, list, at),
  }
}

/** For `run/estate-trust.ts`. */
function createOrigins(db: Database) {
  return {
    toJudge: (trust: string, now: string) => originsToJudge(db, trust, now),
    record: (image: string, trust: string, origin: ImageOrigin) => recordOrigin(db, image, trust, origin),
  }
}

/** For `run/affected.ts`. */
function createAffected(db: Database) {
  return {
    vulnerable: (name: string) => vulnerablePackages(db, name),
    named: (names: readonly string[]) => packagesNamed(db, names),
    containing: (scope: Scope, packages: readonly number[], limit: number) => containing(db, scope, packages, limit),
    notJudged: (scope: Scope) => imagesNotJudged(db, scope),
  }
}

/** For `run/notify.ts`. */
function createOutbox(db: Database) {
  return {
    announce: (at: string, make: Parameters<typeof announce>[2]) => announce(db, at, make),
    takeDue: (now: string, lease: number) => takeDue(db, now, lease),
    markSent: (id: number, at: string) => markSent(db, id, at),
    tryAgainAt: (id: number, at: string, problem: string) => tryAgainAt(db, id, at, problem),
  }
}
