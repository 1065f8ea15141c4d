// Secrets that say by themselves what they are, by who gives them out.

import { cloudTokens } from './cloud-tokens.ts'
import { codeHostTokens } from './code-host-tokens.ts'
import { messageTokens } from './message-tokens.ts'
import { modelTokens } from './model-tokens.ts'
import { operationTokens } from './operation-tokens.ts'
import type { TokenPattern } from './token-pattern.ts'

export const tokenPatterns: readonly TokenPattern[] = [
  ...codeHostTokens,
  ...cloudTokens,
  ...operationTokens,
  ...messageTokens,
  ...modelTokens,
]
