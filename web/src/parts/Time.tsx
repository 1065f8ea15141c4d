import { ago, utc } from '../figures.ts'

/** Relative, and absolute on hover. */
export function Time({ at }: { at: string }) {
  return (
    <time dateTime={at} title={utc(at)}>
      {ago(at, Date.now())}
    </time>
  )
}
