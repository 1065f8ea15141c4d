// The log of a running server: one JSON object a line on standard error, so that standard output stays the user's.

import { destination, pino, type DestinationStream, type Level } from 'pino'

export interface Log {
  info(facts: object, message: string): void
  warn(facts: object, message: string): void
  error(facts: object, message: string): void
}

/** Names whose values are never written, at the top and one level down. */
const secret = ['authorization', 'cookie', 'set-cookie', 'token', 'password', 'secret', 'query']

export function createLog(level: Level | 'silent' = 'info', to: DestinationStream = destination(2)): Log {
  const paths = secret.flatMap((name) => [`["${name}"]`, `*["${name}"]`, `*.headers["${name}"]`])
  return pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime, redact: { paths, censor: '[redacted]' } },
    to,
  )
}
