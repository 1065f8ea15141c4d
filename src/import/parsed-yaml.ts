import { parse } from 'yaml'
import type { Scan } from '../model/scan.ts'

/** Undefined, and a gap, for what is no YAML. Times stay the texts that they are. */
export function parsedYaml(text: string, file: string, scan: Scan): unknown {
  try {
    return parse(text, { prettyErrors: false, maxAliasCount: 100, logLevel: 'error' }) as unknown
  } catch (error) {
    return void scan.gap(`not YAML: ${(error as Error).message.split('\n', 1)[0]}`, { path: file })
  }
}
