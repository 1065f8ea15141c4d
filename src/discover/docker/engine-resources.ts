// What one Docker-compatible engine runs and holds, over its API. It only reads.

import type { z } from 'zod'
import { EngineError, publicAddress, type EngineClient } from '../../io/engine.ts'
import type { Resource } from '../../model/resource.ts'
import type { Scan } from '../../model/scan.ts'
import { Unreachable, type Ask } from '../source.ts'
import {
  complaint,
  containerAnswer,
  containerEntry,
  imageEntry,
  infoAnswer,
  networkEntry,
  versionAnswer,
  type ContainerEntry,
} from './answers.ts'
import { containerResource, listedContainer } from './container.ts'
import { brandOf, engineResources, type Engine } from './engine.ts'
import { imageResource } from './image.ts'

/** Every call that `askEngine` makes, and the one that `exportImage` makes. */
export const engineCalls = [
  'GET /version',
  'GET /info',
  'GET /networks',
  'GET /containers/json',
  'GET /containers/{id}/json',
  'GET /images/json',
  'GET /images/{id}/get',
]

/** `found` as `addresses` gives it. Throws `Unreachable` when the first of them does not answer. */
export async function* askEngine(
  found: readonly string[],
  source: string,
  ask: Ask,
  scan: Scan,
): AsyncGenerator<Resource> {
  const [address, ...others] = found
  if (address === undefined) throw new Unreachable('no socket of an engine was found')
  for (const other of others) {
    scan.gap(`a second engine at ${publicAddress(other)} was not asked: only the one at ${publicAddress(address)} was`)
  }
  try {
    yield* resources(ask.engine(address), source, ask.machine.hostname, scan)
  } catch (error) {
    throw error instanceof EngineError ? new Unreachable(error.message, { cause: error }) : error
  }
}

async function* resources(client: EngineClient, source: string, hostname: string, scan: Scan) {
  const version = await required(client, '/version', versionAnswer, scan)
  const info = (await optional(client, '/info', infoAnswer, scan)) ?? {}
  const brand = brandOf(version)
  const host = info.Name || hostname
  if (host !== hostname) {
    scan.gap(
      `the engine runs on ${host} and this machine is ${hostname}: the settings of ${host} are not looked at from here`,
    )
  }
  const engine: Engine = { host, source, brand, service: brand === 'docker' ? 'self.docker' : 'self.podman' }
  yield* engineResources(engine, version, info)
  yield* containers(engine, client, scan)
  yield* images(engine, client, scan)
}

/** How many containers are asked for at a time: enough to hide the waiting, few enough for the engine not to notice. */
const atOnce = 8

async function* containers(engine: Engine, client: EngineClient, scan: Scan): AsyncGenerator<Resource> {
  const listed = await list(client, '/containers/json?all=1', containerEntry, scan)
  if (listed.length === 0) return
  const networks = await list(client, '/networks', networkEntry, scan)
  const drivers = new Map(networks.map(({ Name, Driver }) => [Name, Driver]))
  for (let next = 0; next < listed.length; next += atOnce) {
    const some = listed.slice(next, next + atOnce)
    const inspected = await Promise.all(some.map((entry) => inspect(engine, client, entry, drivers, scan)))
    yield* inspected.filter((resource) => resource !== undefined)
  }
}

/** Undefined where the container is gone since the list was made, which is its right. */
async function inspect(
  engine: Engine,
  client: EngineClient,
  entry: ContainerEntry,
  drivers: ReadonlyMap<string, string>,
  scan: Scan,
): Promise<Resource | undefined> {
  const path = `/containers/${entry.Id}/json`
  try {
    const parsed = containerAnswer.safeParse(await client.json(path, scan.signal))
    if (parsed.success) return containerResource(engine, { ...parsed.data, Id: entry.Id }, drivers)
    scan.gap(`GET ${path}: ${complaint(parsed.error)}; its settings are not known`)
  } catch (error) {
    if (!(error instanceof EngineError) || error.kind === 'unreachable') throw error
    if (error.status === 404) return undefined
    scan.gap(`${error.message}; its settings are not known`)
  }
  return listedContainer(engine, entry)
}

async function* images(engine: Engine, client: EngineClient, scan: Scan): AsyncGenerator<Resource> {
  for (const entry of await list(client, '/images/json', imageEntry, scan)) {
    const resource = imageResource(engine, entry)
    if (resource === undefined) scan.gap(`GET /images/json: an id that is no digest: ${entry.Id.slice(0, 80)}`)
    else yield resource
  }
}

/** The elements that can be read; each other one, or a list that is refused, is a gap. */
async function list<T>(client: EngineClient, path: string, schema: z.ZodType<T>, scan: Scan): Promise<T[]> {
  const answer = await unlessRefused(client, path, scan)
  if (answer === undefined) return []
  if (!Array.isArray(answer)) {
    scan.gap(`GET ${path}: the answer is not a list`)
    return []
  }
  return answer.flatMap((element: unknown) => {
    const parsed = schema.safeParse(element)
    if (!parsed.success) scan.gap(`GET ${path}: an element was left out: ${complaint(parsed.error)}`)
    return parsed.success ? [parsed.data] : []
  })
}

async function required<T>(client: EngineClient, path: string, schema: z.ZodType<T>, scan: Scan): Promise<T> {
  const parsed = schema.safeParse(await client.json(path, scan.signal))
  if (parsed.success) return parsed.data
  throw new EngineError('unreadable', `GET ${path}: ${complaint(parsed.error)}`)
}

async function optional<T>(
  client: EngineClient,
  path: string,
  schema: z.ZodType<T>,
  scan: Scan,
): Promise<T | undefined> {
  const answer = await unlessRefused(client, path, scan)
  if (answer === undefined) return undefined
  const parsed = schema.safeParse(answer)
  if (!parsed.success) scan.gap(`GET ${path}: ${complaint(parsed.error)}`)
  return parsed.data
}

/** Some sockets are behind a filter that lets only some calls through: each refused one costs what it would have told. */
async function unlessRefused(client: EngineClient, path: string, scan: Scan): Promise<unknown> {
  try {
    return await client.json(path, scan.signal)
  } catch (error) {
    if (!(error instanceof EngineError) || error.kind === 'unreachable') throw error
    scan.gap(error.message)
    return undefined
  }
}
