import { ZipError } from '../../lib/zip.ts'

/** What is wrong with an archive, as a clause; whatever else was thrown goes on. */
export function reasonOf(error: unknown): string {
  if (error instanceof ZipError) return error.message
  throw error
}
