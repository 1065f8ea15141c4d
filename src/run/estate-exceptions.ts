// Decisions not to act on findings, on the stored estate. What holds wherever a package is becomes part of its verdict; what
// holds for an image, or for a path in it, is weighed for the images that it is about. When decisions change, only what they
// are about is judged again; when a day ends that was their last, that is such a change.

import { applyIgnores } from '../import/apply-ignores.ts'
import { applyVex, type Subject } from '../import/apply-vex.ts'
import { reachOf, statementsNaming, storedExceptions, type Everywhere, type Said } from '../import/exception-reach.ts'
import type { VexStatement } from '../import/statement.ts'
import { isTarget, namesTarget, type VexTarget } from '../import/vex-target.ts'
import type { Clock } from '../io/clock.ts'
import type { Assessment } from '../model/evidence.ts'
import type { KnownException } from '../model/exception.ts'
import type { Finding, Suppression } from '../model/finding.ts'
import type { Gap } from '../model/scan.ts'
import type { Scope } from '../model/team.ts'
import type { Verdict } from '../model/verdict.ts'
import type { Weighable, Weighed } from '../store/exceptions.ts'
import type { Exceptions } from '../store/store.ts'
import type { EstateJudge, VerdictExceptions } from './estate-judge.ts'
import { knownWithin, targetOf } from './exception-targets.ts'
import { holdExceptions, type ExceptionFiles, type ReadExceptions } from './exception-files.ts'

export interface EstateExceptions extends VerdictExceptions {
  /** The assessment with what suppresses its findings. */
  assessment(assessment: Assessment): Assessment
  /** Reads what has changed, judges again what it is about, and takes note of it. */
  refresh(judge: Pick<EstateJudge, 'judgeExcepted'>, signal: AbortSignal): Promise<void>
  /** As they were read last, in the order of their files: those that a person may see. */
  known(scope: Scope): Promise<readonly KnownException[]>
  /** What could not be read. */
  problems(): readonly Gap[]
}

interface Held {
  said: Said & { naming: ReturnType<typeof statementsNaming> }
  everywhere: Everywhere
  somewhere: Said
  /** Of what holds somewhere: names of vulnerabilities, or all. */
  names: ReadonlySet<string> | 'all'
}

const nowhere: VexTarget = { names: [], digests: [] }
const subjectsAtOnce = 200

/** Throws with a sentence for a file that the user named and that cannot be read. */
export async function estateExceptions(
  files: ExceptionFiles,
  store: Exceptions,
  clock: Clock,
  signal: AbortSignal,
): Promise<EstateExceptions> {
  const { first, held: source } = await holdExceptions(files, signal)
  let gaps = first.gaps
  let held = heldOf(first)
  let appliedOn: string | undefined
  const toWeigh = new Set<number>()

  const noteParticular = ({ package: { id }, findings }: Verdict): void => {
    const { names, somewhere } = held
    if (somewhere.statements.length + somewhere.rules.length === 0) return
    if (
      names === 'all' ? findings.length > 0 : findings.some((finding) => namesOf(finding).some((one) => names.has(one)))
    )
      toWeigh.add(id)
  }
  const weigh = async (subjects: readonly string[], at: string, besides: readonly string[] = []): Promise<void> => {
    for (let start = 0; start < subjects.length; start += subjectsAtOnce) {
      const some = subjects.slice(start, start + subjectsAtOnce)
      const names = new Map((await store.imageNames(some)).map((image) => [image.id, image]))
      const found = await store.weighable(some, held.names === 'all' ? 'all' : [...held.names, ...besides])
      const weighed = [...Map.groupBy(found, ({ subject }) => subject)].flatMap(([subject, list]) =>
        weighOne(list, held.said, targetOf(subject, names.get(subject)), at),
      )
      await store.recordWeighed(weighed, at)
    }
  }
  return {
    known: (scope) => knownWithin(store, held.said, scope),
    problems: () => gaps,
    verdict(verdict) {
      noteParticular(verdict)
      return exceptVerdict(verdict, held.everywhere, clock())
    },
    async settle(resource) {
      if (held.somewhere.statements.length + held.somewhere.rules.length === 0) return toWeigh.clear()
      const packages = [...toWeigh]
      toWeigh.clear()
      const subjects = packages.length === 0 ? [] : await store.subjectsOf({ packages })
      await weigh([...new Set([...subjects, ...(resource === undefined ? [] : [resource])])], clock())
    },
    assessment: (assessment) => exceptAssessment(assessment, held.said),
    async refresh(judge, signal) {
      const at = clock()
      const today = at.slice(0, 'yyyy-mm-dd'.length)
      const read = await source.changed(signal)
      if (read) {
        gaps = read.gaps
        held = heldOf(read)
        appliedOn = undefined
      }
      if (appliedOn === today) return
      const before = held
      const list = storedExceptions(held.said, today)
      const changed = await store.changed(list)
      if (changed.length > 0) {
        const names = [...new Set(changed.flatMap((one) => one.names))]
        const packages = [...new Set(changed.flatMap((one) => one.packages))]
        const { problem } = await judge.judgeExcepted({ vulnerabilities: names, packages }, signal)
        if (problem !== undefined) return // nothing can be judged now: later
        const isAboutAll = changed.some((one) => one.names.length === 0)
        for await (const batch of store.ownFindings(isAboutAll ? 'all' : names)) {
          const decided = batch.map(({ key, engine, finding }) => {
            const { suppressed: before, ...open } = finding
            return { key, engine, before, suppressed: suppressionOf(open, held.said, at) }
          })
          await store.recordOwn(decided, at)
        }
        const concerned = changed.some((one) => one.products.length > 0)
        if (concerned) await weigh(await subjectsAbout(store, held.somewhere, isAboutAll ? 'all' : names), at, names)
        await store.record(list, at)
        await judge.judgeExcepted({ vulnerabilities: [], packages: [] }, signal) // what is open again is told
      }
      if (before === held) appliedOn = today
    },
  }
}

function heldOf(read: ReadExceptions): Held {
  const { everywhere, somewhere } = reachOf(read)
  const isAboutAll = somewhere.rules.some(({ ids }) => ids === undefined)
  const names = [
    ...somewhere.statements.flatMap(({ vulnerabilities }) => vulnerabilities),
    ...somewhere.rules.flatMap(({ ids = [] }) => ids),
  ]
  const said = { ...read, naming: statementsNaming(read.statements) }
  return { said, everywhere, somewhere, names: isAboutAll ? 'all' : new Set(names) }
}

function exceptVerdict(verdict: Verdict, everywhere: Everywhere, at: string): Verdict {
  if (everywhere.isEmpty) return verdict
  const { package: of } = verdict.package
  const { statements, rules } = everywhere.about(of.purl, verdict.findings)
  if (statements.length + rules.length === 0) return verdict
  const subject: Subject = { resource: '', subLayer: 'image', target: nowhere, packages: [{ ...of, place: {} }] }
  const stated = applyVex(verdict.findings, statements, subject)
  const { findings } = applyIgnores(stated.findings, rules, at)
  return { ...verdict, findings, gaps: [...verdict.gaps, ...stated.gaps.map(({ why }) => ({ why }))] }
}

/** Of a resource's own: settings, secrets, malware, and the parts of an engine. */
function exceptAssessment(assessment: Assessment, said: Held['said']): Assessment {
  if (said.statements.length + said.rules.length === 0) return assessment
  const findings = assessment.findings.map((finding) => {
    const suppressed = suppressionOf(finding, said, assessment.at)
    return suppressed ? { ...finding, suppressed } : finding
  })
  return { ...assessment, findings }
}

function suppressionOf(finding: Finding, { naming, rules }: Held['said'], at: string): Suppression | undefined {
  const { resource, subLayer, package: of, place = {} } = finding
  const packages = of ? [{ ...of, place }] : []
  const target = { names: [resource], digests: [] }
  const stated = applyVex([finding], naming(namesOf(finding)), { resource, subLayer, target, packages })
  return applyIgnores(stated.findings.slice(0, 1), rules, at).findings[0]?.suppressed
}

/** All that is said counts here, also what holds everywhere: the newest statement wins. */
function weighOne(list: readonly Weighable[], said: Held['said'], target: VexTarget, at: string): Weighed[] {
  const names = new Set(list.flatMap(({ finding }) => namesOf(finding)))
  const about = said.naming(names)
  const { resource, subLayer } = list[0]!.finding
  const packages = list.flatMap(({ found, places }) => places.map((place) => ({ ...found, place })))
  const findings = list.map(({ finding }) => finding)
  const stated = applyVex(findings, about, { resource, subLayer, target, packages })
  const decided = applyIgnores(stated.findings.slice(0, findings.length), said.rules, at).findings
  return list.map(({ subject, id, general }, index) => {
    return { subject, id, general, suppressed: decided[index]!.suppressed ?? null }
  })
}

function namesOf({ rule, aliases }: Pick<Finding, 'rule' | 'aliases'>): string[] {
  return [rule, ...aliases]
}

/** Images that statements name, those with a vulnerability of these names, and those for which something holds already. */
async function subjectsAbout(
  store: Exceptions,
  { statements, rules }: Said,
  names: readonly string[] | 'all',
): Promise<string[]> {
  const isNamed = (list: readonly string[]): boolean => names === 'all' || list.some((name) => names.includes(name))
  const about = statements.filter(({ vulnerabilities }) => isNamed(vulnerabilities))
  const ofImages = about.filter(isOfImages)
  const byContent = about.length > ofImages.length || rules.some(({ ids = [] }) => ids.length === 0 || isNamed(ids))
  const subjects = new Set(await store.weighedSubjects(names))
  if (ofImages.length > 0) {
    const products = ofImages.flatMap((statement) => statement.products)
    for (const image of await store.imageNames()) {
      const target = targetOf(image.id, image)
      if (products.some((product) => isTarget(product, target))) subjects.add(image.id)
    }
  }
  if (byContent) for (const subject of await store.subjectsOf({ vulnerabilities: names })) subjects.add(subject)
  return [...subjects]
}

function isOfImages({ products }: VexStatement): boolean {
  return products.every(namesTarget)
}
