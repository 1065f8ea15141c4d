import { redactLabels } from '../../lib/redact.ts'
import type { Resource } from '../../model/resource.ts'
import type { ImageEntry } from './answers.ts'
import { imageDigest } from './container.ts'
import type { Engine } from './engine.ts'
import { known } from './known.ts'

/** An image that lies in the engine's store, whether a container runs it or not; undefined where its id is no digest. */
export function imageResource(engine: Engine, entry: ImageEntry): Resource | undefined {
  const digest = imageDigest(entry.Id)
  if (digest === undefined) return undefined
  const tags = (entry.RepoTags ?? []).filter((tag) => !tag.includes('<none>'))
  const repoDigests = (entry.RepoDigests ?? []).filter((name) => !name.includes('<none>'))
  return {
    id: `host/${engine.host}/images/${digest}`,
    kind: 'docker.Image',
    name: tags[0] ?? repoDigests[0] ?? digest.slice(0, 'sha256:'.length + 12),
    service: engine.service,
    source: engine.source,
    runsOn: `host/${engine.host}`,
    labels: redactLabels(entry.Labels ?? {}),
    properties: known({ digest, tags, repoDigests, size: entry.Size, created: isoTime(entry.Created) }),
  }
}

/** From seconds since 1970. Images made reproducibly carry 0, which is no time. */
function isoTime(seconds: number | null | undefined): string | undefined {
  if (!seconds || !Number.isFinite(seconds) || Math.abs(seconds) > 8.64e12) return undefined
  return new Date(seconds * 1000).toISOString()
}
