/** The target could not be judged at all. The message says what, why and what to do next. */
export class UnreadableTarget extends Error {
  override readonly name = 'UnreadableTarget'
}

/** The reason of any error, as a clause. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
