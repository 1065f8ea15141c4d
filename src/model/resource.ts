/** One thing that a source reported. */
export interface Resource {
  /** Stable, reads like a path: `host/web-1/containers/4f2a…`. */
  id: string
  /** `host.Machine`, `docker.Engine`, `docker.Container`, … */
  kind: string
  name: string
  /** Id of the service in the catalogue that it belongs to. */
  service: string
  /** Id of the source that reported it: `host`, `docker`. */
  source: string
  /** The machine that it runs on, where that is known: the machine's infrastructure cells are its own. */
  runsOn?: string
  /** Present for workloads: the images that it runs, and how. */
  runs?: Running
  labels: Readonly<Record<string, string>>
  /** The provider's own properties, as hardening rules read them. No secrets. */
  properties: Readonly<Record<string, unknown>>
}

export interface Running {
  images: readonly ImageUse[]
  exposure: 'public' | 'local' | 'none' | 'unknown'
  state: 'running' | 'stopped' | 'unknown'
}

export interface ImageUse {
  /** As the runtime names it: `nginx:1.27`. */
  reference: string
  /** Id of the image in the estate, `image/sha256:…`; absent where the runtime does not tell the digest. */
  image?: string
}

export type Workload = Resource & { runs: Running }

export function isWorkload(resource: Resource): resource is Workload {
  return resource.runs !== undefined
}

export function imageId(digest: string): string {
  return `image/${digest}`
}

/** Of an image rather than of a resource. */
export function isImageId(id: string): boolean {
  return id.startsWith('image/')
}

/** The digest in an image's id. */
export function digestOf(image: string): string {
  return image.slice('image/'.length)
}
