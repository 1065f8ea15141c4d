// Reads catalog/: services, tools and documents, checked in shape and in their references to each other.

import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { z } from 'zod'
import {
  documentsFile,
  servicesFile,
  toolsFile,
  type Catalog,
  type CellName,
  type ResponsibilityCell,
  type ResponsibilityTable,
  type ServiceEntry,
  type Tool,
  type Profile,
  type ToolEntry,
} from '../model/catalog.ts'
import { subLayers, tasks } from '../model/layers.ts'
import { checkedYaml, fieldName, type FieldPath } from './checked-yaml.ts'

const shipped = fileURLToPath(new URL('../../catalog', import.meta.url))
const problemsShown = 20

/** The catalogue is broken; the message names each place as `file:line: field: what is wrong`. */
export class BrokenCatalog extends Error {
  override readonly name = 'BrokenCatalog'
}

/** The facts that come with the product, or those of another folder. Throws `BrokenCatalog`. */
export async function loadCatalog(folder: string = shipped): Promise<Catalog> {
  const services = await readChecked(join(folder, 'services.yaml'), servicesFile)
  const tools = await readChecked(join(folder, 'tools.yaml'), toolsFile)
  const documents = await readChecked(join(folder, 'documents.yaml'), documentsFile)

  const problems = [
    ...checkServices(services, new Set(documents.content.documents.map(({ id }) => id))),
    ...checkTools(tools, services.content.services, new Set(documents.content.documents.map(({ id }) => id))),
    ...twice(documents, 'documents', documents.content.documents),
  ]
  if (problems.length > 0) throw new BrokenCatalog(problems.slice(0, problemsShown).join('\n'))
  return expand(services.content, tools.content, documents.content)
}

interface Read<T> {
  content: T
  /** `file:line: field` of a path into the content. */
  at(path: FieldPath): string
}

async function readChecked<S extends z.ZodType>(path: string, schema: S): Promise<Read<z.infer<S>>> {
  const file = basename(path)
  const checked = checkedYaml(await readFile(path, 'utf8'), schema)
  if ('problems' in checked) {
    const lines = checked.problems.map(
      ({ line, field, message }) => `${file}:${line}: ${field || 'the file'}: ${message}`,
    )
    throw new BrokenCatalog(lines.slice(0, problemsShown).join('\n'))
  }
  return { content: checked.content, at: (field) => `${file}:${checked.lineOf(field)}: ${fieldName(field)}` }
}

function* checkServices(
  { content, at }: Read<z.infer<typeof servicesFile>>,
  documents: ReadonlySet<string>,
): Generator<string> {
  yield* twice({ at }, 'services', content.services)
  for (const [index, { profile, sources, stated = [] }] of content.services.entries()) {
    const path = ['services', index]
    if (!(profile in content.profiles)) yield `${at([...path, 'profile'])}: there is no profile ${profile}`
    yield* missing({ at }, [...path, 'sources'], sources, documents, 'document')
    for (const [number, statement] of stated.entries()) {
      yield* missing({ at }, [...path, 'stated', number, 'documents'], statement.documents, documents, 'document')
    }
  }
}

function* checkTools(
  { content, at }: Read<z.infer<typeof toolsFile>>,
  services: readonly ServiceEntry[],
  documents: ReadonlySet<string>,
): Generator<string> {
  const ids = new Set(services.map(({ id }) => id))
  const reachable = new Set([
    ...ids,
    ...services.map(({ provider }) => provider),
    ...Object.keys(content.groups),
    'all',
  ])
  yield* twice({ at }, 'tools', content.tools)
  for (const [name, members] of Object.entries(content.groups)) {
    yield* missing({ at }, ['groups', name], members, ids, 'service')
  }
  for (const [index, tool] of content.tools.entries()) {
    yield* missing({ at }, ['tools', index, 'services'], tool.services, reachable, 'service, group or provider')
    yield* missing({ at }, ['tools', index, 'sources'], tool.sources, documents, 'document')
  }
}

type Places = Pick<Read<unknown>, 'at'>

function* missing(
  { at }: Places,
  path: FieldPath,
  names: readonly string[],
  known: ReadonlySet<string>,
  what: string,
): Generator<string> {
  for (const [index, name] of names.entries()) {
    if (!known.has(name)) yield `${at([...path, index])}: there is no ${what} ${name}`
  }
}

function* twice({ at }: Places, list: string, entries: readonly { id: string }[]): Generator<string> {
  const seen = new Set<string>()
  for (const [index, { id }] of entries.entries()) {
    if (seen.has(id)) yield `${at([list, index, 'id'])}: ${id} is there twice`
    seen.add(id)
  }
}

function expand(
  { profiles, services }: z.infer<typeof servicesFile>,
  { groups, tools }: z.infer<typeof toolsFile>,
  { documents }: z.infer<typeof documentsFile>,
): Catalog {
  const covers = toolsByService(tools, groups, services)
  return {
    services: services.map(({ profile, differs, stated, ...service }) => ({
      ...service,
      responsibility: responsibilityOf(profiles[profile]!, differs, stated),
      tools: covers.get(service.id) ?? [],
    })),
    tools: tools.map(withoutServices),
    documents,
  }
}

/** A service names its tools; the other way round is for the file only. */
function withoutServices(entry: ToolEntry): Tool {
  const { services: _services, ...tool } = entry
  return tool
}

function toolsByService(
  tools: readonly ToolEntry[],
  groups: Readonly<Record<string, readonly string[]>>,
  services: readonly ServiceEntry[],
): Map<string, string[]> {
  const found = new Map<string, string[]>(services.map(({ id }) => [id, []]))
  for (const tool of tools) {
    const meant = new Set(
      tool.services.flatMap(
        (name) => groups[name] ?? services.filter((service) => means(name, service)).map(({ id }) => id),
      ),
    )
    for (const id of meant) found.get(id)?.push(tool.id)
  }
  return found
}

function means(name: string, { id, provider }: ServiceEntry): boolean {
  return name === 'all' || name === provider || name === id
}

/** The profile's cells, replaced by what differs, replaced by what documents state. */
function responsibilityOf(
  profile: Profile,
  differs: ServiceEntry['differs'] = [],
  stated: ServiceEntry['stated'] = [],
): ResponsibilityTable {
  const own = new Map<CellName, ResponsibilityCell>([
    ...differs.flatMap(({ who, sure, cells }) => cells.map((cell) => [cell, { who, sure }] as const)),
    ...stated.flatMap(({ who, documents, cells }) =>
      cells.map((cell) => [cell, { who, sure: 'read', documents }] as const),
    ),
  ])
  return record(subLayers, (subLayer) =>
    record(
      tasks,
      (task) => own.get(`${subLayer}.${task}`) ?? { who: profile.cells[subLayer][task], sure: profile.sure },
    ),
  )
}

function record<K extends string, V>(keys: readonly K[], value: (key: K) => V): Record<K, V> {
  return Object.fromEntries(keys.map((key) => [key, value(key)])) as Record<K, V>
}
