// The one sentence that a reader wants first.

import { isCounted, type Finding } from '../model/finding.ts'
import type { Result } from '../model/result.ts'
import { depth, whyNotJudged } from './judged.ts'
import { failOnWords, noneWords } from './narrowed-words.ts'
import { severityCounts } from './severity-words.ts'

export interface Verdict {
  /** `unknown`: nothing was found, but not all packages could be judged. */
  state: 'fails' | 'unknown' | 'found' | 'clear'
  /** Beginning with a capital letter, without a full stop. */
  words: string
}

export function verdict(result: Result): Verdict {
  const { failOn, findings } = result
  const counted = findings.filter(isCounted)
  const found = counted.length === 1 ? '1 finding' : `${counted.length} findings`
  const counts = counted.length === 0 ? '' : `${found}: ${severityCounts(counted)}`
  const asked = failOnWords(result)
  if (failOn !== undefined && failOn.over > 0) return { state: 'fails', words: capital(asked) }
  const why = whyNotJudged(result)
  if (why !== undefined) {
    return { state: 'unknown', words: `Not judged: ${why}${counts === '' ? '' : `; ${counts}`}` }
  }
  const isWhole = result.judged.done === result.judged.of
  const nothing = `${capital(noneWords(result, 'nothing'))}${isWhole ? ';' : ', but only'} ${depth(result.judged)}`
  const judged = counts || nothing
  return {
    state: counts !== '' ? 'found' : isWhole ? 'clear' : 'unknown',
    words: asked === '' ? judged : `${capital(asked)}; ${lower(judged)}`,
  }
}

/** Of each kind that was looked for, or of which something was found; undefined where nobody looked. `kind` says in how much of it. */
export function countsByKind(result: Result): { kind: string; counts: Finding[] | undefined }[] {
  const counted = (kind: Finding['kind']): Finding[] =>
    result.findings.filter((finding) => finding.kind === kind && isCounted(finding))
  const [secrets, malware] = [counted('secret'), counted('malware')]
  return [
    {
      kind: `Vulnerabilities${share(result.judged, 'in', 'packages')}`,
      counts: whyNotJudged(result) === undefined ? counted('vulnerability') : undefined,
    },
    // Where none is found, the result does not tell whether anybody looked.
    ...(secrets.length > 0 ? [{ kind: 'Secrets', counts: secrets }] : []),
    ...(malware.length > 0 ? [{ kind: 'Malware', counts: malware }] : []),
    {
      kind: `Settings${share(result.evaluated, 'by', 'rules')}`,
      counts: result.evaluated.done > 0 || counted('rule').length > 0 ? counted('rule') : undefined,
    },
  ]
}

/** ` in 2 of 3 packages`; empty of all, and of none. */
function share({ done, of }: Result['judged'], word: string, what: string): string {
  return done === of || done === 0 ? '' : ` ${word} ${done} of ${of} ${what}`
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}

function lower(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1)
}
