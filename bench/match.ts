// One machine's packages against an index, against parsing the advisories that name them from JSON; and a typical image
// against the index of all advisories that lie beside the checkout, in milliseconds, and beside osv-scanner where it is
// installed: https://google.github.io/osv-scanner/usage/offline-mode/

import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { processorTimeOf } from '../src/lib/testing.ts'
import { matchPackages } from '../src/match/match.ts'
import type { Advisory, FeedItem } from '../src/model/advisory.ts'
import type { Package } from '../src/model/package.ts'
import { buildFrom, openAdvisories } from '../src/run/advisories.ts'
import { advisoryIndexInMemory } from '../src/store/advisory-index.ts'
import { scannerDatabase } from '../src/testing/osv-scanner.ts'
import { shared, withoutPrograms, withoutShared } from '../src/testing/shared.ts'
import { inTurns, median, type Bench, type Figure } from './figure.ts'
import { distribution, typicalPackages } from './match-image.ts'

const packages = 500
const perPackage = 12
/** Milliseconds. */
const barOfImage = 20
const images = 100

export const matchBench: Bench = {
  room: 'match',
  async measure() {
    const folder = mkdtempSync(join(tmpdir(), 'plimsoll-bench-'))
    try {
      return [await affectedMachine(), ...(await typicalImage(folder))]
    } finally {
      rmSync(folder, { recursive: true })
    }
  },
}

async function affectedMachine(): Promise<Figure> {
  const release = { ...distribution, version: '12', ecosystem: 'Debian:12' }
  const advisories = Array.from({ length: packages * perPackage }, (_, index) => advisory(index))
  const installed = Array.from({ length: packages }, (_, index) => installedPackage(index))
  const texts = advisories.map((record) => JSON.stringify(record))
  async function* items(): AsyncGenerator<FeedItem> {
    for (const record of advisories) yield { kind: 'advisory', advisory: record }
  }
  const index = await advisoryIndexInMemory(items(), () => ({ origin: 'bench', builtAt: '2026-11-21T12:00:00Z' }))
  const found = matchPackages(installed, release, index).vulnerabilities.length
  const times = await inTurns(
    9,
    () => matchPackages(installed, release, index),
    () => texts.map((text) => JSON.parse(text) as unknown),
  )
  index.close()
  const name = `${packages} packages against ${advisories.length} advisories (${found} vulnerabilities)`
  return { name, floorName: 'parsing those advisories from JSON', bar: 10, ...times }
}

/**
 * After start: the program has matched before, but the index is opened anew each time, so that no record is remembered. By the
 * clock, which also counts what else the machine does; beside osv-scanner the time of the processor, in all threads of both.
 */
async function typicalImage(folder: string): Promise<Figure[]> {
  const osv = shared('osv')
  if (osv === undefined) {
    console.error(`match: a typical image is not measured: ${withoutShared('osv')}`)
    return []
  }
  const data = join(folder, 'data')
  mkdirSync(data)
  const { advisories } = await buildFrom(osv, data)
  const installed = typicalPackages(packages)
  const clock: number[] = []
  const processor: number[] = []
  let found = 0
  for (let image = 0; image < images; image++) {
    const index = await openAdvisories(data)
    const begin = performance.now()
    processor.push(
      await processorTimeOf(() => (found = matchPackages(installed, distribution, index).vulnerabilities.length)),
    )
    clock.push(performance.now() - begin)
    index.close()
  }
  const name = `an image of ${packages} packages against ${advisories} advisories (${found} vulnerabilities)`
  return [
    { name, floorName: 'the bar', measured: median(clock), floor: barOfImage, bar: 1 },
    ...scannerBeside(folder, osv, installed).map((floor) => ({
      name: `${name}, CPU`,
      floorName: 'CPU of osv-scanner on the same SBOM',
      measured: median(processor),
      floor,
      bar: 1,
    })),
  ]
}

/** Milliseconds of CPU, the median of three; none where it is not installed. */
function scannerBeside(folder: string, osv: string, installed: readonly Package[]): number[] {
  if (withoutPrograms('osv-scanner') !== false) return []
  const database = scannerDatabase(osv, folder)
  const sbom = join(folder, 'image.cdx.json')
  const components = installed.map(({ name, version, purl }) => ({ type: 'library', name, version, purl }))
  writeFileSync(sbom, JSON.stringify({ bomFormat: 'CycloneDX', specVersion: '1.5', version: 1, components }))
  const report = join(folder, 'report.json')
  const options = `--offline --local-db-path '${database}' -L '${sbom}' --format json`
  const times = [1, 2, 3].map(() => {
    // The shell tells the CPU time of what it ran.
    const command = `TIMEFORMAT='%U %S'; time osv-scanner scan source ${options} > '${report}' 2> /dev/null`
    const { stderr } = spawnSync('bash', ['-c', command], { encoding: 'utf8' })
    if (!readFileSync(report, 'utf8').includes('"vulnerabilities"')) throw new Error('osv-scanner found nothing')
    const [user = Number.NaN, system = Number.NaN] = stderr.trim().split(' ').map(Number)
    return (user + system) * 1000
  })
  return [median(times)]
}

/** Of each package's advisories, half are fixed in the installed version. */
function advisory(index: number): Advisory {
  const fixed = `1:2.${index % perPackage}-1+deb12u${(index % 9) + 1}`
  return {
    id: `CVE-2026-${index}`,
    modified: '2026-11-21T12:00:00Z',
    affected: [
      {
        package: { ecosystem: 'Debian:12', name: `source-${Math.floor(index / perPackage)}` },
        ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed }] }],
      },
    ],
  }
}

function installedPackage(index: number): Package {
  return {
    ecosystem: 'Debian',
    name: `binary-${index}`,
    version: '1:2.6-1~bpo12+1',
    source: { name: `source-${index}`, version: '1:2.6-1~bpo12+1' },
    purl: `pkg:deb/debian/binary-${index}@2.6`,
    place: { path: 'var/lib/dpkg/status' },
  }
}
