// One file, shown whole to each of the scanners that need it so.

import type { FoundContent } from '../model/image.ts'
import type { Gap } from '../model/scan.ts'
import type { FileLook, FileScanner, WantedContent } from './content-scanner.ts'
import type { Limits } from './limits.ts'
import { knownHashes } from './malware/known-hashes.ts'
import { yaraScanner } from './malware/yara-scanner.ts'

/** Those of one layer or file system; one line each. */
export class FileScanners {
  #list: FileScanner[] = []

  constructor(wanted: WantedContent, signal: AbortSignal, limits: Limits) {
    if (typeof wanted === 'boolean') return
    if (wanted.hashes) this.#list.push(knownHashes(wanted.hashes))
    if (wanted.yara) this.#list.push(yaraScanner(wanted.yara, signal, limits))
  }

  get any(): boolean {
    return this.#list.length > 0
  }

  /** Undefined when none looks at it. */
  begin(file: { path: string; size: number }): FileLooks | undefined {
    const looks = this.#list.flatMap((scanner) => scanner.begin(file) ?? [])
    return looks.length > 0 ? new FileLooks(file.path, looks) : undefined
  }

  gaps(): Gap[] {
    return this.#list.flatMap((scanner) => scanner.gaps())
  }
}

export class FileLooks {
  #path: string
  #looks: readonly FileLook[]

  constructor(path: string, looks: readonly FileLook[]) {
    this.#path = path
    this.#looks = looks
  }

  push(piece: Uint8Array): void {
    for (const look of this.#looks) look.push(piece)
  }

  async end(): Promise<FoundContent[]> {
    const matches = await Promise.all(this.#looks.map((look) => look.end()))
    return matches.flat().map((match) => ({ ...match, place: { path: this.#path } }))
  }
}
