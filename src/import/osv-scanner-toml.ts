// `osv-scanner.toml`: `[[IgnoredVulns]]`, and `[[PackageOverrides]]` that ignore.
// https://google.github.io/osv-scanner/configuration/

import { parse } from 'smol-toml'
import { z } from 'zod'
import type { Scan } from '../model/scan.ts'
import { dayOf, type IgnoreFormat, type IgnoreRule } from './ignore-rule.ts'

export const osvScannerToml: IgnoreFormat = { id: 'osv-scanner-toml', names: ['osv-scanner.toml'], read }

const ignored = z.object({ id: z.string().min(1), ignoreUntil: z.unknown().optional(), reason: z.string().optional() })
const override = z.object({
  name: z.string().optional(),
  version: z.string().optional(),
  ecosystem: z.string().optional(),
  ignore: z.boolean().optional(),
  vulnerability: z.object({ ignore: z.boolean().optional() }).optional(),
  effectiveUntil: z.unknown().optional(),
  reason: z.string().optional(),
})
const configuration = z.object({
  IgnoredVulns: z.array(z.unknown()).optional(),
  PackageOverrides: z.array(z.unknown()).optional(),
})

function* read(text: string, file: string, scan: Scan): Generator<IgnoreRule> {
  let value: unknown
  try {
    value = parse(text)
  } catch (error) {
    return scan.gap(`not TOML: ${(error as Error).message.split('\n', 1)[0]}`, { path: file })
  }
  const { data } = configuration.safeParse(value)
  for (const [index, one] of (data?.IgnoredVulns ?? []).entries()) {
    const parsed = ignored.safeParse(one)
    if (!parsed.success) scan.gap(`IgnoredVulns[${index}] has no id`, { path: file })
    else
      yield* ending(
        parsed.data.ignoreUntil,
        parsed.data.reason,
        `IgnoredVulns[${index}]`,
        { file, ids: [parsed.data.id], kinds: ['vulnerability'] },
        scan,
      )
  }
  for (const [index, one] of (data?.PackageOverrides ?? []).entries()) {
    const { success, data: found } = override.safeParse(one)
    if (!success) scan.gap(`PackageOverrides[${index}] has fields of another kind`, { path: file })
    else if (found.ignore === true || found.vulnerability?.ignore === true) {
      const { name, version, ecosystem, effectiveUntil, reason } = found
      const of = {
        ...(name === undefined ? {} : { name }),
        ...(version === undefined ? {} : { version }),
        ...(ecosystem === undefined ? {} : { ecosystems: [ecosystem.split(':', 1)[0]!] }),
      }
      yield* ending(
        effectiveUntil,
        reason,
        `PackageOverrides[${index}]`,
        { file, package: of, kinds: ['vulnerability'] },
        scan,
      )
    }
  }
}

function* ending(
  end: unknown,
  reason: string | undefined,
  place: string,
  rule: IgnoreRule,
  scan: Scan,
): Generator<IgnoreRule> {
  const until = dayOf(end)
  if (end !== undefined && until === undefined) return scan.gap(`the end of ${place} is no day`, { path: rule.file })
  yield { ...rule, ...(reason === undefined ? {} : { reason }), ...(until === undefined ? {} : { until }) }
}
