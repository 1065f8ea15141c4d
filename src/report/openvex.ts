// OpenVEX 0.2.0: what was found in the target, and what a statement or a decision says of it. To be carried on by whoever
// answers for the target. https://github.com/openvex/spec/blob/main/OPENVEX-SPEC.md
//
// A decision to live with a finding does not make it "not affected": it stays affected, with the decision as the action.

import { uuidOfName } from '../lib/sha1.ts'
import { knownAs, type Finding } from '../model/finding.ts'
import type { Result } from '../model/result.ts'
import type { Format } from './format.ts'
import { jsonText } from './json-text.ts'
import { whyNotJudged } from './judged.ts'

export const openvex: Format = { id: 'openvex', extension: 'openvex.json', render }

/** Of the names that the document's id is made from; chosen once, at random. */
const namespace = '1f2e1d4c-6c1b-5e0e-9d5a-7f3c0b8a4d21'

function* render(result: Result): Generator<string> {
  const found = result.findings.filter(({ kind }) => kind === 'vulnerability')
  const statements = [...Map.groupBy(found, statementKey).values()].map((same) => statement(same, result))
  const body = {
    author: 'Plimsoll',
    role: 'scanner',
    timestamp: result.at,
    version: 1,
    tooling: tooling(result),
    statements,
  }
  const id = uuidOfName(namespace, JSON.stringify(body))
  yield jsonText({ '@context': 'https://openvex.dev/ns/v0.2.0', '@id': `urn:uuid:${id}`, ...body })
}

/** What could not be judged has no place of its own here, and nothing stands for it among the statements. */
function tooling(result: Result): string {
  const why = whyNotJudged(result)
  const judged = why === undefined ? '' : `, not judged: ${why}`
  const count = result.gaps.length
  return `Plimsoll ${result.version}${judged}${count === 0 ? '' : `, ${count} ${count === 1 ? 'gap' : 'gaps'}`}`
}

/** One statement for the packages of which the same is said. */
function statementKey(finding: Finding): string {
  return JSON.stringify([finding.rule, finding.aliases, statusOf(finding)])
}

function statement(same: readonly Finding[], result: Result) {
  const [first] = same
  const name = knownAs(first!)
  const aliases = [first!.rule, ...first!.aliases].filter((alias) => alias !== name)
  return {
    vulnerability: { name, ...(aliases.length > 0 ? { aliases: [...new Set(aliases)] } : {}) },
    products: [{ ...product(result), subcomponents: parts(same) }],
    ...statusOf(first!),
  }
}

function parts(same: readonly Finding[]) {
  return [...new Set(same.flatMap((finding) => finding.package?.purl ?? []))].map((purl) => ({
    '@id': purl,
    identifiers: { purl },
  }))
}

/** An image by its digest, whatever it is called; other targets have no name that anybody else knows. */
function product({ target }: Result) {
  if (target.digest === undefined) return { '@id': target.name }
  const hash = /^sha256:(?<hex>[0-9a-f]{64})$/.exec(target.digest)?.groups?.['hex']
  return { '@id': `${target.name}@${target.digest}`, ...(hash === undefined ? {} : { hashes: { 'sha-256': hash } }) }
}

/** Labels of OpenVEX; CycloneDX has others, which become words. */
const justifications = new Set([
  'component_not_present',
  'vulnerable_code_not_present',
  'vulnerable_code_not_in_execute_path',
  'vulnerable_code_cannot_be_controlled_by_adversary',
  'inline_mitigations_already_exist',
])

function statusOf({ suppressed, fix, fixState }: Finding) {
  if (suppressed?.status === 'fixed')
    return { status: 'fixed', status_notes: `${suppressed.reason} (${suppressed.by})` }
  if (suppressed?.status === 'not affected') {
    const { justification = '' } = suppressed
    const label = justifications.has(justification) ? { justification } : {}
    return { status: 'not_affected', ...label, impact_statement: `${suppressed.reason} (${suppressed.by})` }
  }
  if (suppressed) {
    const { reason, by, until } = suppressed
    return {
      status: 'affected',
      action_statement: `Accepted${until === undefined ? '' : ` until ${until}`}: ${reason} (${by})`,
    }
  }
  return {
    status: 'affected',
    action_statement: fix ?? (fixState === undefined ? 'No fix is known' : `No fix: ${fixState}`),
  }
}
