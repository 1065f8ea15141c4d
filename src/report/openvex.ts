// OpenVEX 0.2.0: what was found in the target, and what a statement or a decision says of it. To be carried on by whoever
// answers for the target. https://github.com/openvex/spec/blob/main/OPENVEX-SPEC.md
//
// The schema wants one statement at least: where nothing was found there is nothing to say, and the document has none.
//
// A decision to live with a finding does not make it "not affected": it stays affected, with the decision as the action.

import { parseImageReference } from '../lib/image-reference.ts'
import { percentEncoded } from '../lib/percent.ts'
import { purl } from '../lib/purl.ts'
import { uuidOfName } from '../lib/sha1.ts'
import { knownAs, type Finding } from '../model/finding.ts'
import type { Result } from '../model/result.ts'
import type { Format } from './format.ts'
import { jsonText } from './json-text.ts'
import { whyNotJudged } from './judged.ts'
import { leftOutWords } from './narrowed-words.ts'

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

/** What could not be judged, or was left out, has no place of its own here, and nothing stands for it among the statements. */
function tooling(result: Result): string {
  const why = whyNotJudged(result)
  const judged = why === undefined ? '' : `, not judged: ${why}`
  const count = result.gaps.length
  const gaps = count === 0 ? '' : `, ${count} ${count === 1 ? 'gap' : 'gaps'}`
  const leftOut = leftOutWords(result)
  return `Plimsoll ${result.version}${judged}${gaps}${leftOut === '' ? '' : `, ${leftOut}`}`
}

/** One statement for the packages of which the same is said. */
function statementKey(finding: Finding): string {
  return JSON.stringify([finding.rule, finding.aliases, statusOf(finding)])
}

function statement(same: readonly Finding[], result: Result) {
  const [first] = same
  const name = knownAs(first!)
  const aliases = [first!.rule, ...first!.aliases].filter((alias) => alias !== name && alias !== '')
  return {
    vulnerability: { name, ...(aliases.length > 0 ? { aliases: [...new Set(aliases)] } : {}) },
    products: products(same, result),
    ...statusOf(first!),
  }
}

/** An image by its digest, with the packages in it; elsewhere the packages themselves, for the target has no name of its own. */
function products(same: readonly Finding[], { target }: Result) {
  const parts = [...new Set(same.flatMap((finding) => finding.package?.purl ?? []))].map((purl) => ({
    '@id': identifier(purl),
    identifiers: { purl },
  }))
  const hash = /^sha256:(?<hex>[0-9a-f]{64})$/.exec(target.digest ?? '')?.groups?.['hex']
  if (hash === undefined) return parts
  return [{ '@id': imagePurl(target.name, target.digest!), hashes: { 'sha-256': hash }, subcomponents: parts }]
}

/** The digest says which one it is; the name is for people, and one that is no reference is left out. */
function imagePurl(target: string, digest: string): string {
  try {
    const { registry, repository, tag } = parseImageReference(target)
    const name = repository.slice(repository.lastIndexOf('/') + 1)
    const qualifiers = { repository_url: `${registry}/${repository}`, tag }
    return purl({ type: 'oci', name, version: digest, qualifiers })
  } catch {
    return purl({ type: 'oci', name: 'image', version: digest })
  }
}

/** A purl is an IRI as it is; of what is none, only what may stand in one is left. */
function identifier(text: string): string {
  return /^pkg:[!#-;=?-Z_a-z~%]+$/.test(text) ? text : `pkg:generic/${percentEncoded(text) || 'unknown'}`
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
