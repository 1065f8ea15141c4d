// The `ignore` list of Grype's configuration: a rule holds when all of its fields do.
// https://github.com/anchore/grype#specifying-matches-to-ignore

import { z } from 'zod'
import type { Scan } from '../model/scan.ts'
import type { IgnoreFormat, IgnoreRule } from './ignore-rule.ts'
import { parsedYaml } from './parsed-yaml.ts'

export const grypeYaml: IgnoreFormat = { id: 'grype-yaml', names: ['.grype.yaml', '.grype.yml'], read }

const known = new Set(['vulnerability', 'include-aliases', 'reason', 'fix-state', 'package'])
const rule = z.object({
  vulnerability: z.string().optional(),
  reason: z.string().optional(),
  'fix-state': z.enum(['fixed', 'not-fixed', 'wont-fix']).optional(),
  package: z
    .strictObject({
      name: z.string().optional(),
      version: z.union([z.string(), z.number().transform(String)]).optional(),
      type: z.string().optional(),
      location: z.string().optional(),
    })
    .optional(),
})
const configuration = z.object({ ignore: z.array(z.record(z.string(), z.unknown())).nullish() })

/** By Grype's types of packages; a type of which nothing is known here lets nothing pass. */
const ecosystems: Readonly<Record<string, readonly string[]>> = {
  apk: ['Alpine', 'Wolfi', 'Chainguard'],
  deb: ['Debian', 'Ubuntu'],
  dotnet: ['NuGet'],
  gem: ['RubyGems'],
  'go-module': ['Go'],
  'java-archive': ['Maven'],
  npm: ['npm'],
  'php-composer': ['Packagist'],
  python: ['PyPI'],
  rpm: [
    'Red Hat',
    'CentOS',
    'CentOS Stream',
    'Rocky Linux',
    'AlmaLinux',
    'Fedora',
    'Amazon Linux',
    'Oracle Linux',
    'SUSE',
    'openSUSE',
    'Azure Linux',
    'CBL-Mariner',
    'Photon OS',
    'Mageia',
    'openEuler',
    'rpm',
  ],
  'rust-crate': ['crates.io'],
}

function* read(text: string, file: string, scan: Scan): Generator<IgnoreRule> {
  const { data } = configuration.safeParse(parsedYaml(text, file, scan))
  for (const [index, one] of (data?.ignore ?? []).entries()) {
    const place = `ignore[${index}]`
    const unread = Object.keys(one).filter((key) => !known.has(key))
    const parsed = rule.safeParse(one)
    const type = parsed.data?.package?.type
    if (unread.length > 0 || !parsed.success || (type !== undefined && ecosystems[type] === undefined)) {
      const what = unread.length > 0 ? unread.join(', ') : (type ?? 'a field of another kind')
      scan.gap(`${place} has ${what}, which is not read: it lets nothing pass`, { path: file })
      continue
    }
    const { vulnerability, reason, 'fix-state': state, package: of } = parsed.data
    yield {
      file,
      kinds: ['vulnerability'],
      ...(vulnerability === undefined ? {} : { ids: [vulnerability] }),
      ...(of === undefined ? {} : { package: packageOf(of) }),
      ...(of?.location === undefined ? {} : { paths: [of.location] }),
      ...(state === undefined ? {} : { fixed: state === 'fixed' }),
      ...(reason === undefined ? {} : { reason }),
    }
  }
}

function packageOf({
  name,
  version,
  type,
}: NonNullable<z.infer<typeof rule>['package']>): NonNullable<IgnoreRule['package']> {
  return {
    ...(name === undefined ? {} : { name }),
    ...(version === undefined ? {} : { version }),
    ...(type === undefined ? {} : { ecosystems: ecosystems[type]! }),
  }
}
