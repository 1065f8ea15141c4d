// `.trivyignore.yaml`: https://trivy.dev/latest/docs/configuration/filtering/#trivyignoreyaml

import { z } from 'zod'
import { parsePurl } from '../lib/purl.ts'
import type { FindingKind } from '../model/finding.ts'
import type { Scan } from '../model/scan.ts'
import { dayOf, type IgnoreFormat, type IgnoreRule } from './ignore-rule.ts'
import { parsedYaml } from './parsed-yaml.ts'

export const trivyignoreYaml: IgnoreFormat = {
  id: 'trivyignore-yaml',
  names: ['.trivyignore.yaml', '.trivyignore.yml'],
  read,
}

const entry = z.object({
  id: z.string().min(1),
  paths: z.array(z.string()).optional(),
  purls: z.array(z.string()).optional(),
  expired_at: z.unknown().optional(),
  statement: z.string().optional(),
})
const sections = z.object({
  vulnerabilities: z.array(z.unknown()).nullish(),
  misconfigurations: z.array(z.unknown()).nullish(),
  secrets: z.array(z.unknown()).nullish(),
})
const kinds: Readonly<Record<keyof z.infer<typeof sections>, FindingKind>> = {
  vulnerabilities: 'vulnerability',
  misconfigurations: 'rule',
  secrets: 'secret',
}

function* read(text: string, file: string, scan: Scan): Generator<IgnoreRule> {
  const { success, data } = sections.safeParse(parsedYaml(text, file, scan))
  if (!success) return
  for (const [section, kind] of Object.entries(kinds)) {
    for (const [index, one] of (data[section as keyof typeof kinds] ?? []).entries()) {
      const parsed = entry.safeParse(one)
      const until = dayOf(parsed.data?.expired_at)
      const place = `${section}[${index}]`
      if (!parsed.success) scan.gap(`${place} has no id, or fields of another kind`, { path: file })
      else if (parsed.data.expired_at !== undefined && until === undefined)
        scan.gap(`the end of ${place} is no day`, { path: file })
      else yield toRule(parsed.data, kind, file, until)
    }
  }
}

function toRule(
  { id, paths, purls, statement }: z.infer<typeof entry>,
  kind: FindingKind,
  file: string,
  until: string | undefined,
): IgnoreRule {
  return {
    file,
    ids: [id],
    kinds: [kind],
    ...(purls === undefined ? {} : { package: { purls: purls.flatMap((one) => parsePurl(one) ?? []) } }),
    ...(paths === undefined ? {} : { paths }),
    ...(statement === undefined ? {} : { reason: statement }),
    ...(until === undefined ? {} : { until }),
  }
}
