/** How one family of ecosystems orders its versions. */
export interface VersionOrder {
  /** File name = id = export. */
  readonly id: string
  /** Ecosystems of OSV without the release. */
  readonly ecosystems: readonly string[]
  valid(version: string): boolean
  /** Negative, zero or positive; only for two valid versions. */
  compare(a: string, b: string): number
}
