// Findings of one thing, worst first: what to do, then why.

import type { FindingView } from '../../../src/serve/views/findings.ts'
import { counted, figure, shortDigest } from '../figures.ts'
import { SeverityMark } from '../parts/SeverityMark.tsx'
import { useFirst } from '../parts/useFirst.tsx'
import { severities } from '../words.ts'
import css from './FindingList.module.css'
import { FindingFacts } from './FindingFacts.tsx'

const atFirst = 25

interface FindingListProps {
  findings: readonly FindingView[]
  /** What the page knows of where a finding lies: `layer 3, own`. */
  whereOf?: (finding: FindingView) => string | undefined
}

export function FindingList({ findings, whereOf }: FindingListProps) {
  const sorted = findings.toSorted((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity))
  const open = sorted.filter(({ state }) => state === 'open')
  const excepted = sorted.filter(({ state }) => state === 'excepted')
  return (
    <>
      {open.length === 0 ? <p className={css.more}>None is open.</p> : <Rows findings={open} whereOf={whereOf} />}
      {excepted.length > 0 && (
        <details className={css.excepted}>
          <summary>{counted(excepted.length, 'finding')} excepted: shown, and not counted as open</summary>
          <Rows findings={excepted} whereOf={whereOf} />
        </details>
      )}
    </>
  )
}

function Rows({ findings, whereOf }: { findings: readonly FindingView[]; whereOf: FindingListProps['whereOf'] }) {
  const { shown, more } = useFirst(findings, atFirst, 'finding')
  return (
    <>
      <ul className={css.list}>
        {shown.map((finding) => (
          <li key={finding.id}>
            <details>
              <summary>
                <SeverityMark severity={finding.severity} />
                <span>
                  <b>
                    {finding.fix ?? finding.title}
                    <span className="opens" aria-hidden="true" />
                  </b>
                  <span className={css.why}>
                    {[reasons(finding), fileOf(finding), whereOf?.(finding)].filter(Boolean).join(' · ')}
                  </span>
                </span>
              </summary>
              <FindingFacts finding={finding} />
            </details>
          </li>
        ))}
      </ul>
      {more && <p className={css.more}>{more}</p>}
    </>
  )
}

/** Of what was found in a file, as a secret is: a package has its version instead. */
function fileOf({ package: found, place }: FindingView): string | undefined {
  if (found !== undefined || place?.path === undefined) return undefined
  return place.line === undefined ? place.path : `${place.path}:${place.line}`
}

/** `CVE-2021-44228 · openssl 3.0.15 · known exploited` */
export function reasons(finding: FindingView): string {
  const { rule, aliases, exploited, score, fix, title, suppressed } = finding
  const name = aliases.find((alias) => alias.startsWith('CVE-')) ?? rule
  const part = finding.package && `${finding.package.name} ${finding.package.version}`
  // Without a fix the title stands above: what it says is not said again.
  const rest = fix === undefined ? [part, part && 'no fixed version is known'] : [title]
  return [
    title.includes(name) ? undefined : name,
    ...rest.filter((words) => fix !== undefined || !title.includes(words ?? '')),
    exploited ? 'known exploited' : undefined,
    score === undefined ? undefined : `CVSS ${figure(score)}`,
    suppressed && `excepted by ${suppressed.by}${suppressed.until === undefined ? '' : ` until ${suppressed.until}`}`,
    finding.state === 'fixed' ? shortDigest(finding.changes.at(-1)?.why ?? 'fixed') : undefined,
  ]
    .filter((word) => word !== undefined)
    .join(' · ')
}
