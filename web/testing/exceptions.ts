// What is not acted on on the machine of the fixtures.

import type { ExceptionsView } from '../../src/serve/views/exceptions.ts'
import { digest, minutesAgo } from './parts.ts'

export const noExceptions: ExceptionsView = { asOf: minutesAgo(2), exceptions: [], gaps: [] }

export const exceptions: ExceptionsView = {
  asOf: minutesAgo(2),
  exceptions: [
    {
      kind: 'ignore',
      file: 'ci/.trivyignore',
      line: 12,
      reason: 'the protocol is switched off',
      names: ['CVE-2026-0007'],
      products: [],
      until: '2099-12-31',
      ended: false,
      firstRead: minutesAgo(600),
    },
    {
      kind: 'ignore',
      file: 'ci/.trivyignore',
      line: 14,
      names: ['CVE-2026-0009'],
      products: [],
      until: '2026-11-01',
      ended: true,
      firstRead: minutesAgo(90_000),
    },
    {
      kind: 'vex',
      file: 'vex/supplier.json',
      author: 'Supplier',
      status: 'not affected',
      justification: 'vulnerable_code_not_in_execute_path',
      names: ['CVE-2026-0010'],
      products: [`pkg:oci/api@${digest('a')}`],
      ended: false,
      firstRead: minutesAgo(600),
    },
  ],
  gaps: [{ why: 'not JSON: what it said before still holds', place: { path: 'vex/other.json' } }],
}
