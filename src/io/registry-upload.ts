// What is put into a registry: blobs, whole and at once, and manifests that name them.
// https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#push

import { RegistryConnection, RegistryError, shown, type ConnectionOptions } from './registry-connection.ts'

/** All that it throws is a `RegistryError`, or the abort. */
export interface RegistryUpload {
  /** Nothing is sent when the registry has it. */
  blob(digest: string, content: { size: number; open(): AsyncIterable<Uint8Array> }): Promise<void>
  /** `reference`: a tag, or its digest. */
  manifest(reference: string, mediaType: string, text: string): Promise<void>
}

/** Milliseconds. */
const blobTime = { idle: 120_000, total: 3_600_000 }

/** `host`: of the API. Throws `RegistryError` when no registry answers there. */
export async function connectUpload(
  host: string,
  repository: string,
  options: ConnectionOptions,
): Promise<RegistryUpload> {
  const connection = new RegistryConnection(host, repository, options)
  await connection.begin()
  return {
    async blob(digest, stream) {
      const known = await connection.ask(connection.url(`blobs/${digest}`), { method: 'HEAD' }, [200])
      known?.body.destroy()
      if (known) return
      const start = connection.url('blobs/uploads/')
      const begun = await connection.ask(start, { method: 'POST' }, [202])
      begun?.body.destroy()
      const place = URL.parse(begun?.headers.location ?? '', start.href)
      if (!place) throw new RegistryError(`POST ${shown(start)}: it does not say where to put a blob`)
      place.searchParams.set('digest', digest)
      const headers = { 'content-type': 'application/octet-stream' }
      await done(place, connection, { method: 'PUT', headers, stream, time: blobTime })
    },
    async manifest(reference, mediaType, text) {
      const url = connection.url(`manifests/${reference}`)
      await done(url, connection, { method: 'PUT', headers: { 'content-type': mediaType }, body: text })
    },
  }
}

async function done(
  url: URL,
  connection: RegistryConnection,
  request: Parameters<RegistryConnection['ask']>[1],
): Promise<void> {
  const answer = await connection.ask(url, request, [201, 202, 204])
  if (!answer) throw new RegistryError(`PUT ${shown(url)}: 404, so nothing may be put there`, 404)
  answer.body.destroy()
}
