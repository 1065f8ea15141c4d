// Which tools of the catalogue could cover a cell.

import { confidences, type Catalog, type Service, type Tool } from '../model/catalog.ts'
import type { SubLayer, Task } from '../model/layers.ts'

/** Tools for any of the sub-layers: first those that are at hand in any cloud, then those that we are surest of. */
export function toolsFor(catalog: Catalog, service: Service, subLayers: readonly SubLayer[], task: Task): Tool[] {
  return toolsOf(catalog, service).filter(
    (tool) => tool.tasks.includes(task) && subLayers.some((subLayer) => tool.subLayers.includes(subLayer)),
  )
}

/** Names of up to three products that could: `Falco`, not each of its parts. */
export function nearTools(catalog: Catalog, service: Service, subLayer: SubLayer, task: Task): string[] {
  const names = toolsFor(catalog, service, [subLayer], task).map(({ name }) => name.split(':')[0]!)
  return [...new Set(names)].slice(0, 3)
}

const known = new WeakMap<Service, readonly Tool[]>()

/** Kept as long as the catalogue is, which nobody changes once it is loaded. */
function toolsOf(catalog: Catalog, service: Service): readonly Tool[] {
  const before = known.get(service)
  if (before) return before
  const ids = new Set(service.tools)
  const tools = catalog.tools
    .filter(({ id }) => ids.has(id))
    .toSorted((a, b) => distance(a, service) - distance(b, service))
  known.set(service, tools)
  return tools
}

/** A plan of another cloud may reach the service, but is the last that one thinks of. */
function distance({ provider, sure }: Tool, service: Service): number {
  const foreign = provider !== undefined && provider !== service.provider
  return (foreign ? confidences.length : 0) + confidences.indexOf(sure)
}
