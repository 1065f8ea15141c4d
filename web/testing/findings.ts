// What is wrong on the machine of the fixtures.

import type { FindingView } from '../../src/serve/views/findings.ts'
import { failedRule, vulnerability } from './parts.ts'

export const findings: readonly FindingView[] = [
  failedRule({ id: 'f1' }),
  vulnerability({ id: 'f2', severity: 'critical', exploited: true, fix: 'Upgrade log4j-core to 2.17.1', score: 10 }),
  vulnerability({ id: 'f3' }),
  vulnerability({
    id: 'f4',
    severity: 'medium',
    title: 'zlib 1.2.13 is affected by CVE-2026-0002',
    aliases: ['CVE-2026-0002'],
  }),
  vulnerability({ id: 'f5', severity: 'unknown', title: 'tar 1.34 is affected by an advisory that nobody has rated' }),
  failedRule({
    id: 'f6',
    severity: 'low',
    rule: 'host-ssh-root',
    title: 'root may sign in by ssh',
    fix: 'Set PermitRootLogin no',
  }),
]
