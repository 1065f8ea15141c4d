// The two axes of the coverage matrix: layers (with their sub-layers) and tasks.

export const layers = ['application', 'platform', 'infrastructure'] as const
export type Layer = (typeof layers)[number]

export const subLayers = [
  'image',
  'container_config',
  'registry',
  'control_plane',
  'node_os',
  'network',
  'identity',
] as const
export type SubLayer = (typeof subLayers)[number]

export const subLayersOf = {
  application: ['image', 'container_config'],
  platform: ['registry', 'control_plane'],
  infrastructure: ['node_os', 'network', 'identity'],
} as const satisfies Record<Layer, readonly SubLayer[]>

export const tasks = ['hardening', 'vulnerabilities', 'threats'] as const
export type Task = (typeof tasks)[number]

export function layerOf(subLayer: SubLayer): Layer {
  return layers.find((layer) => (subLayersOf[layer] as readonly SubLayer[]).includes(subLayer))!
}
