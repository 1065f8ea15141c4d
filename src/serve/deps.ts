// What the API needs of the rest of the product. `run` provides it; tests provide small real implementations.

import type { Clock } from '../io/clock.ts'
import type { Log } from '../io/log.ts'
import type { Catalog } from '../model/catalog.ts'
import type { Cell, Matrix } from '../model/coverage.ts'
import type { KnownException } from '../model/exception.ts'
import type { Resource } from '../model/resource.ts'
import type { Gap } from '../model/scan.ts'
import type { SourceReport } from '../model/source.ts'
import type { Scope } from '../model/team.ts'
import type { Progress } from '../run/progress.ts'
import type { SignIn } from '../store/sign-in.ts'
import type { Store } from '../store/store.ts'

export interface ServeDeps {
  store: EstateQueries
  signIn: SignIn
  catalog: Catalog
  /** Sources that this machine could be asked by, answered or not. */
  sources: readonly KnownSource[]
  /** The matrix of what the scope may see; `all`: every service of the catalogue, found or not. */
  matrix(options: { all: boolean; scope: Scope }): Promise<Matrix>
  /** Nine cells of each resource, by its id. */
  resourceCells(resources: readonly Resource[]): Promise<ReadonlyMap<string, readonly Cell[]>>
  progress: ProgressFeed
  /** Begins a cycle, unless one is running. */
  look(): void
  /** What is not to be acted on, as the files say that were read last. */
  exceptions: KnownExceptions
  /** Whom a request over the local socket speaks for when it needs a person: the local administrator's id. */
  localAdministrator: string
  /** What the frame calls this estate: the name of the machine. */
  estate: string
  version: string
  clock: Clock
  log: Log
  /** The built console; its files are read once. */
  consoleFolder: string
  /** Where people reach the server when that is not the address it listens at: behind a proxy. */
  publicUrl?: URL
}

/** Of the store: its questions, and the log of who did what. */
export type EstateQueries = Pick<
  Store,
  | 'person'
  | 'counts'
  | 'sources'
  | 'resources'
  | 'resource'
  | 'findings'
  | 'findingsOf'
  | 'history'
  | 'images'
  | 'imageDetail'
  | 'audit'
  | 'affected'
>

export interface KnownExceptions {
  known(scope: Scope): Promise<readonly KnownException[]>
  /** What could not be read of the files. */
  problems(): readonly Gap[]
}

export interface KnownSource {
  readonly id: string
  readonly asks: readonly string[]
  readonly offer: string
  readonly speaksFor: SourceReport['speaksFor']
}

/** What a cycle is doing. `current` is the last step of each kind, of the cycle that runs or ran last. */
export interface ProgressFeed {
  current(): readonly Progress[]
  /** Calls the listener at each step until the returned function is called. */
  listen(listener: (progress: Progress) => void): () => void
}
