// Whole verdicts on real advisories: for versions at, just below and just above their bounds, OSV's published algorithm is
// evaluated here with the comparisons of the ecosystem's own tool, and matching must say the same.
// https://ossf.github.io/osv-schema/#evaluation

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { isPlatformPackage, isProjectVersion } from '../lib/platform-programs.ts'
import { advisory, type Advisory, type Affected } from '../model/advisory.ts'
import type { Package } from '../model/package.ts'
import { osvRecords, randomFrom } from '../testing/osv-records.ts'
import { testAll, withoutShared } from '../testing/shared.ts'
import { otherTools, realTools } from '../testing/version-tools.ts'
import { orderOf, withoutRelease } from './ecosystem.ts'
import {
  boundOf,
  comparisons,
  entriesOf,
  eventsOf,
  isAffected,
  near,
  rangesOf,
  versionsOf,
  type Case,
} from './evaluation.testing.ts'
import { matchPackages } from './match.ts'
import { lookupIn } from './testing.ts'
import { orders } from './versions/list.ts'

/** Those whose tool can be had. */
const ecosystems = [
  'AlmaLinux',
  'Alpine',
  'Bitnami',
  'crates.io',
  'Debian',
  'Go',
  'Maven',
  'npm',
  'PyPI',
  'RubyGems',
  'Wolfi',
]
/** Those of which testdata/records has some: ranges from GitHub's advisory database and from Julia's, both CC-BY-4.0. */
const kept = ['Julia', 'NuGet']
const drawn = 200

/** Of each of these, 20 more cases over all ecosystems. */
const kinds: Readonly<Record<string, (one: Case, entry: Affected) => boolean>> = {
  epochs: ({ version }) => /^[1-9][0-9]*[:!]/.test(version),
  backports: ({ version }) => /\+deb|~deb|~bpo|\.el[0-9]+_/.test(version),
  'a tilde': ({ version }) => version.includes('~'),
  prereleases: ({ version }) => /[0-9.-](?:a|b|rc|alpha|beta|pre|M|dev)[.-]?[0-9]/i.test(version),
  last_affected: (_, entry) => eventsOf(entry).some((event) => event.last_affected !== undefined),
  withdrawn: ({ record }) => record.withdrawn !== undefined,
  'several ranges': (_, entry) => eventsOf(entry).filter((event) => event.introduced !== undefined).length > 1,
}
const ofKind = 20

const missingData = withoutShared('osv')
const ofOneKind = new Map(Object.keys(kinds).map((kind) => [kind, 0]))

for (const ecosystem of [...ecosystems, ...kept]) {
  const tool = [...realTools, ...otherTools].find(({ id }) => id === orderOf(ecosystem, orders)?.id)!
  const missing = tool.missing()
  if (missing && testAll) throw new Error(`PLIMSOLL_TEST_ALL is set: ${missing}`)

  test(
    `${ecosystem}: verdicts as ${tool.id}'s tool and OSV's algorithm give them`,
    { skip: missing || (!kept.includes(ecosystem) && missingData) },
    async () => {
      const cases = draw(await recordsOf(ecosystem), ecosystem)
      const { compare, isVersion } = comparisons(cases, tool)
      // A platform's program with something behind its version is a gap: who built it changed it.
      const asReleased = cases.filter(
        ({ name, version }) => !isPlatformPackage(ecosystem, name) || isProjectVersion(version),
      )
      const judged = asReleased.filter((one) =>
        versionsOf(one).every((version) => isVersion(version) && (tool.within?.test(version) ?? true)),
      )
      assert.ok(judged.length >= drawn, `${judged.length} cases`)
      const differing = judged.flatMap((one) => {
        const expected = one.record.withdrawn === undefined && isAffected(one, compare) ? 'affected' : 'not affected'
        const ours = verdictOn(one)
        return ours === expected ? [] : [`${one.record.id}: ${one.name} ${one.version}: ${expected}, here ${ours}`]
      })
      assert.deepEqual(differing, [])
      for (const [kind, is] of Object.entries(kinds)) {
        const count = judged.filter((one) => is(one, entryOf(one))).length
        ofOneKind.set(kind, ofOneKind.get(kind)! + count)
      }
      const affected = judged.filter((one) => isAffected(one, compare)).length
      assert.ok(
        affected > judged.length / 8 && affected < (judged.length * 7) / 8,
        `${affected} of ${judged.length} are affected`,
      )
    },
  )
}

test(
  `there were ${ofKind} cases of every kind`,
  { skip: missingData || (!testAll && 'counts only where every tool is') },
  () => {
    for (const [kind, count] of ofOneKind) assert.ok(count >= ofKind, `${count} of ${kind}`)
  },
)

async function recordsOf(ecosystem: string): Promise<Advisory[]> {
  if (!kept.includes(ecosystem)) return osvRecords(ecosystem)
  const text = readFileSync(new URL(`testdata/records/${ecosystem}.json`, import.meta.url), 'utf8')
  return advisory.array().parse(JSON.parse(text))
}

/** What matching says of one package by one record alone. */
function verdictOn({ record, ecosystem, name, version }: Case): string {
  const family = withoutRelease(ecosystem)
  // The records at hand have lost their titles, which alone tell the stream of a module: here both are of one stream.
  const isModular = /\.module[+_]/.test(version)
  const stream = isModular ? { module: 'stream:1:8060020220101:00000000' } : {}
  const titled = isModular ? { ...record, summary: 'Important: stream:1 security update' } : record
  const purl = `pkg:generic/${name}@${version}`
  const found: Package = { ecosystem: family, name, version, purl, place: {}, ...stream }
  const distribution = { id: family, name: family, ecosystem }
  const { vulnerabilities, gaps } = matchPackages([found], distribution, lookupIn([titled]))
  if (gaps.length > 0) return gaps.map(({ why }) => why).join('; ')
  return vulnerabilities.length > 0 ? 'affected' : 'not affected'
}

function draw(records: readonly Advisory[], ecosystem: string): Case[] {
  const random = randomFrom(records.length)
  const pick = <T>(list: readonly T[]): T => list[random(list.length)]!
  const family = orderOf(ecosystem, orders)!.id
  // Some are no versions to the tool, and fall out again.
  const wanted = new Map([['any', drawn * 2], ...Object.keys(kinds).map((kind): [string, number] => [kind, ofKind])])
  const cases: Case[] = []
  // Go's database keeps more beside what OSV's algorithm knows: custom_ranges.
  const known = records.filter(
    ({ affected = [] }) => !affected.some((entry) => entry.ecosystem_specific?.['custom_ranges']),
  )
  const usable = known.flatMap((record) =>
    (record.affected ?? []).flatMap((entry) =>
      entry.package && withoutRelease(entry.package.ecosystem) === ecosystem && eventsOf(entry).length > 0
        ? [{ record, entry, found: entry.package }]
        : [],
    ),
  )
  for (let tries = 0; tries < 40_000; tries++) {
    const { record, entry, found } = pick(usable)
    const bounds = eventsOf(entry)
      .map(boundOf)
      .filter((bound) => bound !== '0')
    if (bounds.length === 0) continue
    const version = near(pick(bounds), family, pick)
    const one: Case = { record, ecosystem: found.ecosystem, name: found.name, version }
    const kind = [...wanted].find(([kind, left]) => left > 0 && (kind === 'any' || kinds[kind]!(one, entry)))?.[0]
    if (kind === undefined) continue
    wanted.set(kind, wanted.get(kind)! - 1)
    cases.push(one)
  }
  return cases
}

function entryOf(one: Case): Affected {
  return { ranges: entriesOf(one).flatMap(rangesOf) }
}
