/** A client of a Docker-compatible engine's HTTP API over its socket; read-only. Errors are `Unreachable` or name method, path and status. */
export interface EngineClient {
  /** JSON of `GET path`, e.g. `/containers/json?all=1`. */
  json(path: string, signal?: AbortSignal): Promise<unknown>
  /** The bytes of `GET path`, e.g. `/images/{id}/get`, as they come. */
  stream(path: string, signal?: AbortSignal): Promise<AsyncIterable<Uint8Array>>
}
