/** What the process says to a script; documented in `--help` and docs/cli.md. */
export const exitCodes = {
  done: 0,
  /** Only by `--fail-on`. */
  failOn: 1,
  /** The target could not be judged, or the command could not run; the reason is on standard error. */
  notJudged: 2,
} as const
