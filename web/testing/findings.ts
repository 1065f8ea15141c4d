// What is wrong on the machine of the fixtures.

import type { FindingView } from '../../src/serve/views/findings.ts'
import { replaced } from './history.ts'
import { digest, failedRule, minutesAgo, vulnerability } from './parts.ts'

export const findings: readonly FindingView[] = [
  failedRule({ id: 'f1' }),
  vulnerability({
    id: 'f2',
    severity: 'critical',
    exploited: true,
    fix: 'Upgrade log4j-core to 2.17.1',
    score: 10,
    evidence: {
      package: 'openssl',
      version: '3.0.11-1',
      places: [
        { path: 'var/lib/dpkg/status', line: 118, layer: digest('a') },
        { path: 'srv/shop.ear!/shop.war!/log4j-core.jar', layer: digest('e') },
      ],
      advisoryModified: minutesAgo(90_000),
    },
  }),
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
  vulnerability({
    id: 'f7',
    state: 'excepted',
    title: 'curl 7.88.1 is affected by CVE-2026-0007',
    fix: 'Upgrade curl to 7.88.2',
    aliases: ['CVE-2026-0007'],
    suppressed: { by: 'ci/.trivyignore:12', reason: 'the protocol is switched off', until: '2099-12-31' },
    changes: [
      {
        at: minutesAgo(600),
        state: 'excepted',
        cause: 'exception',
        why: 'ci/.trivyignore:12 says: the protocol is switched off, until 2099-12-31',
      },
    ],
  }),
  vulnerability({
    id: 'f8',
    state: 'fixed',
    title: 'expat 2.5.0 is affected by CVE-2026-0008',
    fix: 'Upgrade expat to 2.5.1',
    aliases: ['CVE-2026-0008'],
    changes: [replaced],
  }),
]

/** In a file that the next layer removes. */
export const hiddenSecret: FindingView = {
  ...failedRule({ id: 's1', severity: 'high', rule: 'private-key', title: 'A private key' }),
  kind: 'secret',
  subLayer: 'image',
  fix: 'Revoke it, and build the image without it in any layer',
  evidence: { fingerprint: '71ce4a1f00b2d3e4', hiddenBy: digest('d') },
  place: { path: 'root/.ssh/id_rsa', line: 1, layer: digest('c') },
}
