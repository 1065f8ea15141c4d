/** This machine as seen by its files, read-only; tests hand in a folder. */
export interface Machine {
  readonly hostname: string
  /** Variables that tell where things are: `DOCKER_HOST`, `XDG_RUNTIME_DIR`. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Text of a file, at most 1 MB; undefined where there is none or it may not be read. */
  text(path: string): Promise<string | undefined>
  /** Names in a folder; empty where there is none or it may not be read. */
  names(path: string): Promise<readonly string[]>
  /** What a path is; undefined where there is nothing. `mode` holds the permission bits. */
  stat(
    path: string,
  ): Promise<{ kind: 'file' | 'folder' | 'socket' | 'other'; mode: number; uid: number; gid: number } | undefined>
}
