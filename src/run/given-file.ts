// A file that the user names on the command line, as text.

import { openPlainFile, readPart, readWhole } from '../io/files.ts'

/** Throws with a sentence that names the file; its cause is a `FileUnreadable` where the file could not be opened. */
export async function textOfFile(file: string, largest: number): Promise<string> {
  const { handle } = await openPlainFile(file).catch((error: unknown) => {
    throw new Error(`${file} ${(error as Error).message}`, { cause: error })
  })
  try {
    const bytes = await readWhole(readPart(handle), largest)
    if (bytes === undefined) throw new Error(`${file} is larger than ${largest} bytes`)
    return bytes.toString('utf8')
  } finally {
    await handle.close()
  }
}
