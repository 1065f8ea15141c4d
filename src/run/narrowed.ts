// Which of the findings of a scan count, as the user wants it: only what can be fixed, only what is new. What that leaves
// out or marks is counted in the result.

import { readBaseline, type EarlierResult } from '../import/baseline.ts'
import { isCounted, type Finding } from '../model/finding.ts'
import { isNamedIn, lastingNames } from '../model/lasting-name.ts'
import type { Result } from '../model/result.ts'
import { countSeverities, severities, type Severity } from '../model/severity.ts'
import { textOfFile } from './given-file.ts'

export interface Wanted {
  /** Vulnerabilities without a fix are left out. */
  onlyFixed?: boolean
  /** Path of an earlier result in JSON. */
  baseline?: string
  /** A finding that counts and is as severe, or worse, fails. */
  failOn?: Severity
}

export interface GivenBaseline {
  name: string
  earlier: EarlierResult
}

/** A result with 100,000 findings has about 150 MB. */
const largest = 512 * 2 ** 20

/** Throws with a sentence that names the file. */
export async function loadBaseline(file: string): Promise<GivenBaseline> {
  const text = await textOfFile(file, largest).catch((error: unknown) => {
    throw new Error(`--baseline ${(error as Error).message}`, { cause: error })
  })
  try {
    return { name: file, earlier: readBaseline(text) }
  } catch (error) {
    throw new Error(`--baseline ${file} ${(error as Error).message}`, { cause: error })
  }
}

type Narrowed = Pick<Result, 'findings' | 'withoutFix' | 'baseline' | 'failOn'>

export function narrowed(
  findings: readonly Finding[],
  { onlyFixed = false, failOn }: Wanted,
  given: GivenBaseline | undefined,
): Narrowed {
  const unfixed = onlyFixed ? findings.filter(isWithoutFix) : []
  const without = new Set(unfixed)
  const wanted = findings.filter((finding) => !without.has(finding))
  const compared = given ? withKnown(wanted, findings, given) : { findings: wanted }
  const counted = compared.findings.filter(isCounted)
  return {
    ...compared,
    ...(onlyFixed ? { withoutFix: countSeverities(unfixed) } : {}),
    ...(failOn === undefined
      ? {}
      : { failOn: { severity: failOn, over: counted.filter(isAsSevereAs(failOn)).length } }),
  }
}

/** Settings, secrets, malware and what is out of support can always be acted upon; what is suppressed is counted apart anyway. */
function isWithoutFix({ kind, package: of, suppressed }: Finding): boolean {
  return kind === 'vulnerability' && of?.fixedIn === undefined && suppressed === undefined
}

function isAsSevereAs(worst: Severity) {
  return ({ severity }: Finding): boolean => severities.indexOf(severity) <= severities.indexOf(worst)
}

/** `all`: also those that are left out, for they are not gone. */
function withKnown(
  wanted: readonly Finding[],
  all: readonly Finding[],
  { name, earlier }: GivenBaseline,
): Pick<Result, 'findings' | 'baseline'> {
  // What was suppressed then and is not any more wants an answer again.
  const open = earlier.findings.filter(({ suppressed }) => suppressed === undefined)
  const before = new Set(open.flatMap(lastingNames))
  const now = new Set(all.flatMap(lastingNames))
  const findings = wanted.map((finding): Finding => {
    return finding.suppressed === undefined && isNamedIn(before, finding) ? { ...finding, known: true } : finding
  })
  const known = findings.filter((finding) => finding.known).length
  const gone = open.filter((finding) => !isNamedIn(now, finding)).length
  return { findings, baseline: { name, at: earlier.at, known, gone } }
}
