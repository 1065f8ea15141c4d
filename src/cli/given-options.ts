// What people give to be judged by: whom they trust, rules and lists for contents, statements and exceptions. One scan takes it and
// so does the estate.

import type { Command } from 'commander'
import { repeatable } from './repeatable.ts'

export interface GivenOptions {
  trust?: string
  yaraRules: string[]
  malwareHashes: string[]
  javaArchives: string[]
  vex: string[]
  ignoreFile: string[]
}

export function givenOptions(command: Command): Command {
  return command
    .option('--trust <file>', 'who may sign images: keys, identities of sigstore, authorities of Notation')
    .addOption(repeatable('--yara-rules <path>', 'file or folder with YARA rules for all files; needs YARA-X'))
    .addOption(repeatable('--malware-hashes <file>', 'list of SHA-256, SHA-1 or MD5 of known malware'))
    .addOption(repeatable('--java-archives <file>', 'SHA-1 of Java archives, by their paths in a Maven repository'))
    .addOption(repeatable('--vex <file>', 'statements of VEX (OpenVEX, CSAF or CycloneDX in JSON)'))
    .addOption(
      repeatable('--ignore-file <file>', 'exceptions in the form of Trivy, Grype or osv-scanner (docs/exceptions.md)'),
    )
}
