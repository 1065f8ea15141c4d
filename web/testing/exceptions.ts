// What is not acted on on the machine of the fixtures.

import type { ExceptionsView, ExceptionView } from '../../src/serve/views/exceptions.ts'
import { digest, minutesAgo } from './parts.ts'

type Exceptions = Pick<ExceptionsView, 'exceptions' | 'gaps'>

export const noExceptions: Exceptions = { exceptions: [], gaps: [] }

export const exceptions: Exceptions = {
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

/** As a supplier's document that speaks of thousands of vulnerabilities, one of them in a thousand products. */
export function manyExceptions(count: number): Exceptions {
  const list = Array.from({ length: count }, (_, index): ExceptionView => {
    const products = Array.from({ length: index === 0 ? 1000 : 1 }, (_, product) => `pkg:npm/part-${product}@1`)
    return { ...exceptions.exceptions[2]!, names: [`CVE-2025-${10_000 + index}`], products }
  })
  return { exceptions: list, gaps: [] }
}
