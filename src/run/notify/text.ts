// The words of a notification, the same in mail and chat.

import { printable } from '../../lib/printable.ts'
import type { NotificationContent, NotifiedFinding } from '../../model/notification.ts'

/** A message lists so many; the console has all. */
const mostShown = 20

export function shownFindings({ findings }: NotificationContent): readonly NotifiedFinding[] {
  return findings.slice(0, mostShown)
}

/** `3 new vulnerabilities for team payments, 12 running workloads`: one line. */
export function headline(content: NotificationContent): string {
  const { team, total, findings } = content
  const running = new Set(findings.flatMap(({ workloads }) => workloads.map(({ id }) => id))).size
  const isCut = findings.some(({ workloads, workloadCount }) => workloadCount > workloads.length)
  const atLeast = isCut || total > findings.length ? 'at least ' : ''
  const again = findings.some(({ reopened }) => reopened !== undefined)
  const kind = again
    ? findings.every(({ reopened }) => reopened !== undefined)
      ? 'reopened'
      : 'new or reopened'
    : 'new'
  const isOnly = findings.every(({ package: found }) => found !== undefined)
  const [one, many] = isOnly ? ['vulnerability', 'vulnerabilities'] : ['finding', 'findings']
  const news = counted(total, `${kind} ${one}`, `${kind} ${many}`)
  return `${news} for team ${oneLine(team)}, ${atLeast}${counted(running, 'running workload', 'running workloads')}`
}

/** `critical, known exploited, in log4j-core 2.14.1. Upgrade log4j-core to 2.17.1` */
export function findingLine({ severity, exploited, package: found, title, fix, reopened }: NotifiedFinding): string {
  const known = exploited ? ', known exploited' : ''
  const again = reopened === undefined ? '' : `. Open again: ${reopened}`
  const where = found ? `, in ${found.name} ${found.version}` : `, ${title}`
  return oneLine(`${severity}${known}${where}. ${fix ?? 'There is no fix yet'}${again}`)
}

export function workloadLine({ workloads, workloadCount, images }: NotifiedFinding): string {
  if (workloadCount === 0) return `nothing runs ${images === 1 ? 'the image' : `the ${images} images`} that has it`
  const named = workloads.slice(0, 10).map(({ name }) => name)
  const others = workloadCount > named.length ? ` and ${workloadCount - named.length} others` : ''
  return oneLine(`${images === 0 ? 'is in' : 'runs in'} ${named.join(', ')}${others}`)
}

/** The console's page of what it affects. */
export function consoleLink(console: string | undefined, { name }: NotifiedFinding): string | undefined {
  return console && `${console.replace(/\/$/, '')}/affected?search=${encodeURIComponent(name)}`
}

function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`
}

/** Names of packages and workloads come from outside. */
function oneLine(text: string): string {
  return printable(text).replaceAll(/\s+/g, ' ')
}
