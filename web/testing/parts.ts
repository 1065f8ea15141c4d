// Small builders of what the API answers; every fixture is made of these.

import type { CellDetailView, CellView, MatrixView } from '../../src/serve/views/coverage.ts'
import type { FindingView } from '../../src/serve/views/findings.ts'
import type { SeverityCountsView } from '../../src/serve/views/shared.ts'

export type State = CellView['state']
export const layers = ['application', 'platform', 'infrastructure'] as const
export const tasks = ['hardening', 'vulnerabilities', 'threats'] as const

/** Nine letters for nine states: `pcs uVv ga-`. */
const codes: Record<string, State> = {
  g: 'gap',
  a: 'available',
  u: 'unknown',
  v: 'provider, assumed',
  s: 'stale',
  c: 'claimed',
  p: 'proven',
  V: 'provider',
  '-': 'n/a',
}

export const now = new Date()
export const minutesAgo = (minutes: number) => new Date(now.getTime() - minutes * 60_000).toISOString()
export const digest = (letter: string) => `sha256:${letter.repeat(64)}`

/** `counts('C1 H12')`; `''` is none open. */
export function counts(text: string): SeverityCountsView {
  const found = { critical: 0, high: 0, medium: 0, low: 0, unknown: 0 }
  const names = { C: 'critical', H: 'high', M: 'medium', L: 'low', U: 'unknown' } as const
  for (const part of text.split(' ').filter(Boolean)) found[names[part[0] as 'C']] = Number(part.slice(1))
  return found
}

const reasons: Record<State, string> = {
  gap: 'Nothing covers container configuration for threats; Falco, Tetragon or Tracee could.',
  available: 'Nothing covers it yet, but a tool at hand could.',
  unknown: 'Image: 412 of 418 packages judged; 6 not: no advisories for this release (Debian:12).',
  'provider, assumed': 'Held to be the provider’s job; no document of theirs says so.',
  stale: 'Image: last judged 41 days ago; the limit is 24 hours.',
  claimed: 'A tool says that it is on; nothing has come back from it.',
  proven: 'All 7 workloads: 96 of 96 rules that apply were evaluated 4 minutes ago.',
  provider: 'The provider does this, and says so in a dated document.',
  'n/a': 'This service has no such part.',
}

export function states(text: string): State[] {
  return [...text.replaceAll(' ', '')].map((code) => codes[code]!)
}

/** `findings`: nine texts for `counts`, in the matrix's order; not looked-at cells have none whatever the text says. */
export function cells(text: string, findings: readonly string[] = []): CellView[] {
  return states(text).map((state, column) => {
    const looked = ['proven', 'claimed', 'stale'].includes(state)
    return {
      layer: layers[Math.floor(column / 3)]!,
      task: tasks[column % 3]!,
      state,
      reason: reasons[state],
      findings: looked ? counts(findings[column] ?? '') : null,
      atLeast: state !== 'proven',
    }
  })
}

export interface ServiceLine {
  id: string
  name: string
  provider: string
  hostingModel: string
  states: string
  workloads?: number
  found?: boolean
  findings?: readonly string[]
}

export function matrix(lines: readonly ServiceLine[], sources = { answered: 2, of: 2 }): MatrixView {
  const rows = lines.map((line) => ({
    service: line.id,
    name: line.name,
    provider: line.provider,
    hostingModel: line.hostingModel,
    found: line.found ?? true,
    workloads: line.workloads ?? 0,
    cells: cells(line.states, line.findings),
  }))
  const found = rows.filter((row) => row.found).flatMap((row) => row.cells)
  const of = (state: State) => found.filter((cell) => cell.state === state).length
  const totals = Object.fromEntries(Object.values(codes).map((state) => [state, of(state)])) as MatrixView['totals']
  const open = counts('')
  for (const cell of found) for (const name of Object.keys(open) as 'low'[]) open[name] += cell.findings?.[name] ?? 0
  const notLookedAt = of('gap') + of('available') + of('unknown') + of('provider, assumed')
  const counted = found.length - of('provider') - of('n/a')
  return { asOf: minutesAgo(2), rows, totals, counted, found: { open, notLookedAt }, sources }
}

export function cellDetail(
  row: MatrixView['rows'][number],
  column: number,
  worst: readonly FindingView[],
): CellDetailView {
  const cell = row.cells[column]!
  const parts = {
    application: ['image', 'container_config'],
    platform: ['registry', 'control_plane'],
    infrastructure: ['node_os', 'network', 'identity'],
  } as const
  const looked = cell.findings !== null
  return {
    ...cell,
    service: row.service,
    name: row.name,
    parts: parts[cell.layer].map((subLayer, index) => ({
      subLayer,
      responsibility: cell.state === 'provider' ? 'provider' : index === 1 ? 'shared' : 'customer',
      state: cell.state,
      reason: cell.reason,
      ...(cell.state === 'provider' && {
        document: {
          id: 'D1',
          title: 'Shared responsibility, containers',
          url: 'https://example.com/',
          date: '2026-07-14',
        },
      }),
    })),
    evidence: looked
      ? [
          {
            resource: 'host/web-1/containers/4f2a',
            subLayer: parts[cell.layer][0],
            task: cell.task,
            engine: 'plimsoll',
            at: minutesAgo(4),
            depth: {
              done: 412,
              of: 418,
              unit: cell.task === 'vulnerabilities' ? 'packages judged' : 'rules evaluated',
            },
            gaps:
              cell.state === 'proven'
                ? []
                : [
                    {
                      why: 'no advisories for this release (Debian:12)',
                      place: { path: 'var/lib/dpkg/status', line: 118 },
                    },
                  ],
          },
        ]
      : [],
    tools: [
      { id: 'plimsoll', name: 'Plimsoll', sure: 'read' },
      { id: 'falco', name: 'Falco', sure: 'read' },
      { id: 'tetragon', name: 'Tetragon', sure: 'gk' },
    ],
    worst: looked ? worst.map(({ id, rule, title, severity }) => ({ id, rule, title, severity })) : [],
    open: looked ? worst.length : 0,
  }
}

export function vulnerability(change: Partial<FindingView> & { id: string }): FindingView {
  return {
    kind: 'vulnerability',
    state: 'open',
    rule: 'DEBIAN-CVE-2026-0001',
    title: 'openssl 3.0.11-1 is affected by CVE-2026-0001',
    severity: 'high',
    score: 8.1,
    exploited: false,
    subLayer: 'image',
    task: 'vulnerabilities',
    fix: 'Upgrade openssl to 3.0.15-1~deb12u1',
    aliases: ['CVE-2026-0001'],
    references: ['https://example.com/advisory', 'javascript:alert(1)'],
    package: {
      ecosystem: 'Debian',
      name: 'openssl',
      version: '3.0.11-1',
      purl: 'pkg:deb/debian/openssl@3.0.11-1',
      fixedIn: '3.0.15-1~deb12u1',
    },
    evidence: {},
    place: { path: 'var/lib/dpkg/status', line: 118, layer: digest('a') },
    priority: { level: 'planned', because: 'Plan it: high (CVSS 8.1), running, fixed in 3.0.15-1~deb12u1.' },
    firstSeen: minutesAgo(9000),
    lastSeen: minutesAgo(4),
    openSince: minutesAgo(9000),
    changes: [],
    resources: [{ id: 'host/web-1/containers/4f2a', name: 'shop-api' }],
    ...change,
  }
}

export function failedRule(change: Partial<FindingView> & { id: string }): FindingView {
  return {
    kind: 'rule',
    state: 'open',
    rule: 'container-no-privileged',
    title: 'The container runs privileged',
    severity: 'critical',
    exploited: false,
    subLayer: 'container_config',
    task: 'hardening',
    fix: 'Start the container without --privileged',
    aliases: [],
    references: [],
    evidence: { 'HostConfig.Privileged': true },
    priority: { level: 'soon', because: 'Act soon: critical, running, can be mended.' },
    firstSeen: minutesAgo(60),
    lastSeen: minutesAgo(4),
    openSince: minutesAgo(60),
    changes: [],
    resources: [{ id: 'host/web-1/containers/77b0', name: 'build-runner' }],
    ...change,
  }
}
