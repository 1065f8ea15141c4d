// Every scanner of contents. One line each.

import type { ContentScanner } from './content-scanner.ts'
import { malwareTraits } from './malware/malware-traits.ts'
import { secretAssignments } from './secrets/secret-assignments.ts'
import { secretTokens } from './secrets/secret-tokens.ts'

export const contentScanners: readonly ContentScanner[] = [secretTokens, secretAssignments, malwareTraits]
