// By what a finding is known again in another build of the same image: nothing in it changes with the digest of the image,
// the layer, the line, or the version of the package. An upgrade to a version that is vulnerable still is nothing new.

import type { Finding } from './finding.ts'

type Named = Pick<Finding, 'kind' | 'rule' | 'aliases' | 'evidence'> & {
  place?: { path?: string | undefined } | undefined
  package?: { ecosystem: string; name: string } | undefined
}

/** One for each name that a vulnerability has, the record's own first; of anything else one. */
export function lastingNames(finding: Named): readonly string[] {
  const { kind, rule, aliases, evidence, place, package: of } = finding
  if (kind === 'vulnerability') {
    return [rule, ...aliases].map((name) => JSON.stringify([kind, name, of?.ecosystem ?? '', of?.name ?? '']))
  }
  if (kind === 'rule') return [JSON.stringify([kind, rule, withoutVersion(evidence['subject'])])]
  // A secret by its fingerprint: another one in the same file is new.
  return [JSON.stringify([kind, rule, place?.path ?? '', evidence['fingerprint'] ?? ''])]
}

/** What is out of support: a purl, or a distribution with its release. */
function withoutVersion(subject: unknown): unknown {
  return typeof subject === 'string' && subject.startsWith('pkg:') ? subject.replace(/@[^/]*$/, '') : (subject ?? '')
}

/** Whether a finding is among those with these names. One record for several CVEs is known when all of them are. */
export function isNamedIn(names: ReadonlySet<string>, finding: Named): boolean {
  const [own, ...others] = lastingNames(finding)
  if (names.has(own!)) return true
  const cves = others.filter((_, index) => finding.aliases[index]!.startsWith('CVE-'))
  return cves.length > 0 ? cves.every((name) => names.has(name)) : others.some((name) => names.has(name))
}
