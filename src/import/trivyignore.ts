// `.trivyignore`: one id a line, with `exp:2026-12-31` where it ends; a comment above tells why.
// https://trivy.dev/latest/docs/configuration/filtering/

import type { Scan } from '../model/scan.ts'
import { dayOf, type IgnoreFormat, type IgnoreRule } from './ignore-rule.ts'

export const trivyignore: IgnoreFormat = { id: 'trivyignore', names: ['.trivyignore'], read }

function* read(text: string, file: string, scan: Scan): Generator<IgnoreRule> {
  let number = 0
  let comment = ''
  for (const raw of text.split('\n')) {
    const line = ++number
    const written = raw.trim()
    if (written === '' || written.startsWith('#')) {
      comment = written.replace(/^#+\s*/, '')
      continue
    }
    const [entry = '', ...beside] = written.split('#')
    const [id = '', ...fields] = entry.trim().split(/\s+/)
    const ends = fields.find((field) => field.startsWith('exp:'))?.slice('exp:'.length)
    const until = dayOf(ends)
    if (ends !== undefined && until === undefined) {
      scan.gap(`the end of ${id} is no day: ${ends}`, { path: file, line })
      continue
    }
    const reason = beside.join('#').trim() || comment
    yield {
      file,
      line,
      ids: [id],
      kinds: ['vulnerability', 'rule', 'secret'],
      ...(reason === '' ? {} : { reason }),
      ...(until === undefined ? {} : { until }),
    }
  }
}
