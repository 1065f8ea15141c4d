import { grypeYaml } from './grype-yaml.ts'
import type { IgnoreFormat } from './ignore-rule.ts'
import { osvScannerToml } from './osv-scanner-toml.ts'
import { trivyignoreYaml } from './trivyignore-yaml.ts'
import { trivyignore } from './trivyignore.ts'

export const ignoreFormats: readonly IgnoreFormat[] = [trivyignore, trivyignoreYaml, grypeYaml, osvScannerToml]

/** By the name of a file; undefined for one that no scanner reads. */
export function ignoreFormatOf(file: string): IgnoreFormat | undefined {
  const name = file.slice(file.lastIndexOf('/') + 1)
  return ignoreFormats.find(({ names }) => names.includes(name))
}
