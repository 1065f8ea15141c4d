// From an SBOM to what is found, beside osv-scanner on the same advisories. It reads no release and no source package from a
// purl, so it is given ecosystem, name and version. Where the two differ, OSV's algorithm with the comparisons of the
// ecosystem's own tool must say the same as we do, or a rule below why it is not asked.

import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { readSbom } from '../inspect/sbom/read-sbom.ts'
import { isPlatformPackage, isProjectVersion, isPseudoVersion } from '../lib/platform-programs.ts'
import { purl } from '../lib/purl.ts'
import type { Advisory } from '../model/advisory.ts'
import { buildFrom, openAdvisories } from '../run/advisories.ts'
import type { AdvisoryIndex } from '../store/advisory-reader.ts'
import { osvRecords, randomFrom } from '../testing/osv-records.ts'
import { askScanner, scannerDatabase, scannerList } from '../testing/osv-scanner.ts'
import { shared, withoutPrograms, withoutShared } from '../testing/shared.ts'
import { otherTools, realTools, type RealTool } from '../testing/version-tools.ts'
import { orderOf, withoutRelease } from './ecosystem.ts'
import {
  boundOf,
  comparisons,
  entriesOf,
  eventsOf,
  isAffected,
  near,
  versionsOf,
  type Case,
} from './evaluation.testing.ts'
import { knownAs } from './known-as.ts'
import { matchPackages } from './match.ts'
import { orders } from './versions/list.ts'

/** By ecosystem: the purls in which tools write a package. */
const ecosystems: Readonly<Record<string, readonly ((one: Drawn) => string)[]>> = {
  AlmaLinux: [
    ({ name, epoch, rest, release }) => rpm(name, rest, { arch: 'x86_64', distro: `almalinux-${release}.4`, epoch }),
    ({ name, version, release }) => rpm(name, version, { distro: `almalinux-${release}` }),
  ],
  Alpine: [
    ({ name, version, release }) => apk(name, version, { arch: 'x86_64', distro: `alpine-${release.slice(1)}.2` }),
    ({ name, version, release }) => apk(name, version, { distro: `${release.slice(1)}.2` }),
    ({ name, version, release }) => apk(`${name}-libs`, version, { distro: `alpine-${release}`, upstream: name }),
    ({ name, version, release }) => apk(`${name}-libs`, version, { distro: `alpine-${release}`, origin: name }),
  ],
  Bitnami: [({ name, version }) => purl({ type: 'bitnami', name, version, qualifiers: { arch: 'amd64' } })],
  'crates.io': [({ name, version }) => purl({ type: 'cargo', name: name.replaceAll('-', '_'), version })],
  Debian: [
    ({ name, version, release }) => deb(name, version, { arch: 'amd64', distro: `debian-${release}` }),
    ({ name, epoch, rest, release }) => deb(name, rest, { distro: `debian-${release}.1`, epoch }),
    ({ name, version, release }) => deb(`lib${name}1`, version, { distro: `debian-${release}`, upstream: name }),
    ({ name, version, release }) =>
      deb(`lib${name}1`, '9:9', { distro: `debian-${release}`, upstream: `${name}@${version}` }),
  ],
  Go: [
    ({ name, version }) => path('golang', name, `v${version.replace(/^v/, '')}`),
    ({ name, version }) => path('golang', name.toLowerCase(), version),
    ({ name, version }) => `${path('golang', name, version)}#cmd/tool`,
  ],
  Maven: [({ name, version }) => `${path('maven', name.replace(':', '/'), version)}?type=jar`],
  npm: [({ name, version }) => path('npm', name, version), ({ name, version }) => `pkg:npm/${name}@${version}`],
  PyPI: [
    ({ name, version }) => purl({ type: 'pypi', name, version }),
    ({ name, version }) => purl({ type: 'pypi', name: name.replaceAll('-', '_').toUpperCase(), version }),
    ({ name, version }) => purl({ type: 'pypi', name: name.replaceAll('-', '.'), version: version.toUpperCase() }),
  ],
  RubyGems: [
    ({ name, version }) => purl({ type: 'gem', name, version }),
    ({ name, version }) => purl({ type: 'gem', name, version: `${version}-x86_64-linux` }),
  ],
  Wolfi: [
    ({ name, version }) =>
      purl({ type: 'apk', namespace: 'wolfi', name, version, qualifiers: { distro: 'wolfi-20230201' } }),
  ],
}
const drawn = 300
/** osv-scanner writes each record whole for each package, and AlmaLinux's name hundreds of packages. */
const ofLarge = 120

interface Drawn {
  name: string
  version: string
  epoch: string | undefined
  /** The version without the epoch. */
  rest: string
  release: string
}

type Qualifiers = Readonly<Record<string, string | undefined>>
const rpm = (name: string, version: string, qualifiers: Qualifiers): string =>
  purl({ type: 'rpm', namespace: 'almalinux', name, version, qualifiers })
const apk = (name: string, version: string, qualifiers: Qualifiers): string =>
  purl({ type: 'apk', namespace: 'alpine', name, version, qualifiers })
const deb = (name: string, version: string, qualifiers: Qualifiers): string =>
  purl({ type: 'deb', namespace: 'debian', name, version, qualifiers })

function path(type: string, whole: string, version: string): string {
  const parts = whole.split('/')
  return purl({ type, namespace: parts.slice(0, -1).join('/'), name: parts.at(-1)!, version })
}

interface Pair {
  ecosystem: string
  name: string
  version: string
}

interface Told {
  ids: ReadonlySet<string>
  gaps: readonly string[]
}

const key = ({ ecosystem, name, version }: Pair): string => [ecosystem, name, version].join('\n')
const skip = withoutPrograms('osv-scanner') || withoutShared('osv')

describe('beside osv-scanner', { skip }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-osv-scanner-'))
  const records = new Map<string, Advisory[]>()
  const pairs = new Map<string, Pair[]>()
  const theirs = new Map<string, ReadonlySet<string>>()
  let index: AdvisoryIndex

  before(async () => {
    for (const ecosystem of Object.keys(ecosystems)) {
      records.set(ecosystem, await osvRecords(ecosystem))
      pairs.set(ecosystem, draw(records.get(ecosystem)!, ecosystem))
    }
    const byRelease = Map.groupBy([...pairs.values()].flat(), ({ ecosystem }) => ecosystem)
    const lists = Array.from(byRelease.values(), (some, n) => scannerList(some, join(folder, `list-${n}`)))
    const asked = askScanner(lists, folder, scannerDatabase(shared('osv')!, folder))
    await buildFrom(shared('osv')!, folder)
    index = await openAdvisories(folder)
    for (const answer of await asked) theirs.set(key(answer), new Set(answer.ids))
  })
  after(() => {
    index?.close()
    rmSync(folder, { recursive: true })
  })

  for (const ecosystem of Object.keys(ecosystems)) {
    const tool = [...realTools, ...otherTools].find(({ id }) => id === orderOf(ecosystem, orders)?.id)!
    test(`${ecosystem}: the same records, or those of OSV's algorithm`, { skip: tool.missing() }, async (t) => {
      const some = pairs.get(ecosystem)!
      const ours = await judgedFromSboms(some, ecosystem, index, folder)
      const missing = some.filter((pair) => !theirs.has(key(pair)))
      assert.deepEqual(missing, [], 'osv-scanner has taken each')
      const found = some.filter((pair) => theirs.get(key(pair))!.size > 0).length
      assert.ok(found > some.length / 5 && found < some.length, `it finds something in ${found}`)
      const known = new Map(records.get(ecosystem)!.map((record) => [record.id, record]))
      const differences = some.flatMap((pair) =>
        differencesOf(pair, ours.get(key(pair))!, theirs.get(key(pair))!, known),
      )
      const why = explainer(differences, tool, index)
      const kinds = Map.groupBy(differences, why)
      const unexplained = kinds.get(undefined) ?? []
      assert.deepEqual(
        unexplained.map(({ side, id, name, version }) => `${side} ${id}: ${name} ${version}`),
        [],
      )
      t.diagnostic(`${some.length} pairs; ${Array.from(kinds, ([kind, of]) => `${of.length}: ${kind}`).join('; ')}`)
    })
  }
})

/** Names in turn, each with a version near a bound, or one that its records list. */
function draw(known: readonly Advisory[], ecosystem: string): Pair[] {
  const random = randomFrom(known.length)
  const pick = <T>(list: readonly T[]): T => list[random(list.length)]!
  const order = orderOf(ecosystem, orders)!.id
  const usable = known.flatMap((record) =>
    (record.affected ?? []).filter((entry) => entry.package && withoutRelease(entry.package.ecosystem) === ecosystem),
  )
  const all = new Map<string, Pair>()
  while (all.size < (ecosystem === 'AlmaLinux' ? ofLarge : drawn)) {
    const entry = pick(usable)
    const bounds = eventsOf(entry)
      .map(boundOf)
      .filter((bound) => bound !== '0')
    const listed = [...(entry.versions ?? [])]
    if (bounds.length + listed.length === 0) continue
    const version =
      listed.length > 0 && random(3) === 0 ? pick(listed) : near(pick([...bounds, ...listed]), order, pick)
    // Some leave out the revision of apk, which is less than any.
    const cut = order === 'apk' && random(6) === 0 ? version.replace(/-r\d+$/, '') : version
    const pair = { ecosystem: entry.package!.ecosystem, name: entry.package!.name, version: cut }
    if (/^\S+$/.test(version)) all.set(key(pair), pair)
  }
  return [...all.values()]
}

/** A document for each release, whose packages stand in the order of the pairs. */
async function judgedFromSboms(some: readonly Pair[], ecosystem: string, index: AdvisoryIndex, folder: string) {
  const told = new Map<string, Told>()
  const forms = ecosystems[ecosystem]!
  mkdirSync(join(folder, ecosystem))
  for (const [of, ofRelease] of Map.groupBy(some, (pair) => pair.ecosystem)) {
    const components = ofRelease.map(({ name, version }, n) => {
      const [, epoch, rest] = /^(?:(\d+):)?(.*)$/.exec(version)!
      const release = of.slice(ecosystem.length + 1)
      return { type: 'library', name, purl: forms[n % forms.length]!({ name, version, epoch, rest: rest!, release }) }
    })
    const file = join(folder, ecosystem, `${of.replaceAll(/\W/g, '-')}.cdx.json`)
    writeFileSync(file, JSON.stringify({ bomFormat: 'CycloneDX', specVersion: '1.6', version: 1, components }))
    const { packages, distribution, gaps } = await readSbom(file, { signal: new AbortController().signal })
    assert.deepEqual([packages.length, gaps], [ofRelease.length, []], of)
    for (const [n, pair] of ofRelease.entries()) {
      const { vulnerabilities, gaps } = matchPackages([packages[n]!], distribution, index)
      const ids = vulnerabilities.flatMap(({ advisory, says }) => [advisory.id, ...says.map(({ id }) => id)])
      told.set(key(pair), { ids: new Set(ids), gaps: gaps.map(({ why }) => why) })
    }
  }
  return told
}

interface Difference extends Case {
  side: 'only here' | 'only osv-scanner'
  id: string
  gaps: readonly string[]
}

function differencesOf(
  pair: Pair,
  { ids: ours, gaps }: Told,
  theirs: ReadonlySet<string>,
  known: ReadonlyMap<string, Advisory>,
): Difference[] {
  const of = (side: Difference['side'], ids: ReadonlySet<string>, others: ReadonlySet<string>): Difference[] =>
    Array.from(ids)
      .filter((id) => !others.has(id))
      .map((id) => ({ ...pair, side, id, gaps, record: known.get(id) ?? { id, modified: '' } }))
  return [...of('only here', ours, theirs), ...of('only osv-scanner', theirs, ours)]
}

function explainer(differences: readonly Difference[], tool: RealTool, index: AdvisoryIndex) {
  const order = orders.find(({ id }) => id === tool.id)!
  const { compare, isVersion } = comparisons(differences, tool)
  return (one: Difference): string | undefined => {
    const { side, id, name, version, ecosystem, gaps } = one
    const family = withoutRelease(ecosystem)
    const entries = entriesOf(one)
    const versions = versionsOf(one)
    const isComparable = versions.every((text) => isVersion(text) && (tool.within?.test(text) ?? true))
    if (entries.length > 0 && isComparable && isAffected(one, compare) === (side === 'only here'))
      return "the ecosystem's own tool says the same as we do"
    if (gaps.length > 0 && !versions.every(order.valid)) return 'no version of the ecosystem, which is a gap'
    if (gaps.length > 0 && isPlatformPackage(ecosystem, name) && !isProjectVersion(version))
      return 'a build of somebody else, which is a gap'
    if (entries.some((entry) => entry.ecosystem_specific?.['custom_ranges']) && !isPseudoVersion(version))
      return 'releases that are no versions of the module'
    if (order.id === 'rpm' && versions.some((text) => /\.module[+_]/.test(text))) return 'a stream of modules'
    if (side === 'only osv-scanner' && index.find(ecosystem, name).every((found) => found.id !== id))
      return 'a newer record of the same id is of another ecosystem'
    const others = knownAs({ ...one, ecosystem: family, purl: '', place: {} }, name, version, family)
    const isNamed = others.some((other) => index.find(ecosystem, other.name).some((found) => found.id === id))
    if (side === 'only here' && entries.length === 0 && isNamed) return 'another name of the same package'
    return undefined
  }
}
