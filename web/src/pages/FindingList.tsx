// Findings of one thing, worst first: what to do, then why.

import { useState } from 'react'
import type { FindingView } from '../../../src/serve/views/findings.ts'
import { counted, figure } from '../figures.ts'
import { SeverityMark } from '../parts/SeverityMark.tsx'
import { severities } from '../words.ts'
import css from './FindingList.module.css'
import { FindingFacts } from './FindingFacts.tsx'

const atFirst = 25

export function FindingList({ findings }: { findings: readonly FindingView[] }) {
  const [all, setAll] = useState(false)
  const open = findings
    .filter((finding) => finding.state === 'open')
    .toSorted((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity))
  const shown = all ? open : open.slice(0, atFirst)
  return (
    <>
      <ul className={css.list}>
        {shown.map((finding) => (
          <li key={finding.id}>
            <details>
              <summary>
                <SeverityMark severity={finding.severity} />
                <span>
                  <b>{finding.fix ?? finding.title}</b>
                  <span className={css.why}>{reasons(finding)}</span>
                </span>
              </summary>
              <FindingFacts finding={finding} />
            </details>
          </li>
        ))}
      </ul>
      {open.length > shown.length && (
        <p className={css.more}>
          <button className="link-button" onClick={() => setAll(true)}>
            Show all {counted(open.length, 'finding')}
          </button>
        </p>
      )}
    </>
  )
}

/** `CVE-2021-44228 · openssl 3.0.15 · known exploited` */
export function reasons(finding: FindingView): string {
  const { rule, aliases, exploited, score, fix, title } = finding
  const name = aliases.find((alias) => alias.startsWith('CVE-')) ?? rule
  const part = finding.package && `${finding.package.name} ${finding.package.version}`
  return [
    name,
    fix === undefined ? part : title,
    exploited ? 'known exploited' : undefined,
    score === undefined ? undefined : `CVSS ${figure(score)}`,
  ]
    .filter((word) => word !== undefined)
    .join(' · ')
}
