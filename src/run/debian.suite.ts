// Debian systems as mmdebstrap makes them: the packages are those that dpkg-query lists, and for bounds just below, at and
// just above what is installed the verdict is what `dpkg --compare-versions` says.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { inspectRootfs } from '../inspect/rootfs/inspect-rootfs.ts'
import type { Package } from '../model/package.ts'
import { withoutPrograms } from '../testing/shared.ts'
import { matchPackages } from '../match/match.ts'
import { lookupIn, record } from '../match/testing.ts'

const skip =
  withoutPrograms('mmdebstrap', 'dpkg-query', 'dpkg') ||
  (process.getuid?.() === 0 ? false : 'mmdebstrap needs root here')

for (const [release, ecosystem] of [
  ['bookworm', 'Debian:12'],
  ['bullseye', 'Debian:11'],
] as const) {
  suite(`a minimal Debian ${release}`, { skip }, () => {
    let packages: readonly Package[] = []

    test('its packages are exactly those of dpkg-query', async () => {
      const root = rootOf(release)
      const inspection = await inspectRootfs(root, {
        signal: new AbortController().signal,
        packageFiles: 'operating-system',
      })
      packages = inspection.packages
      assert.deepEqual(inspection.gaps, [])
      assert.equal(inspection.distribution?.ecosystem, ecosystem)
      const rows = packages.map(({ name, version, arch, source }) =>
        [name, version, arch, source?.name ?? name, source?.version ?? version].join(' '),
      )
      assert.deepEqual(rows.toSorted(), installed(root).toSorted())
    })

    test('for 50 of its source packages bounds around the version are judged as dpkg does', () => {
      const distribution = { id: 'debian', name: release, ecosystem }
      const sources = new Map(packages.map((found) => [(found.source ?? found).name, found]))
      const chosen = mostTelling([...sources.values()]).slice(0, 50)
      assert.equal(chosen.length, 50)
      const cases = chosen.flatMap((found) =>
        bounds((found.source ?? found).version).map((bound) => ({ found, bound })),
      )
      const records = cases.map(({ found, bound }, n) =>
        record(`T-${n}`, [ecosystem, (found.source ?? found).name], [{ introduced: '0' }, { fixed: bound }]),
      )
      const { vulnerabilities, judged, gaps } = matchPackages(chosen, distribution, lookupIn(records))
      assert.deepEqual([gaps, judged.done], [[], 50])
      const matched = new Set(vulnerabilities.map(({ advisory }) => advisory.id))
      const differing = cases.flatMap(({ found, bound }, n) => {
        const { version } = found.source ?? found
        return matched.has(`T-${n}`) === isBelow(version, bound) ? [] : [`${version} < ${bound}`]
      })
      assert.deepEqual(differing, [])
      assert.ok(matched.size > 50 && matched.size < cases.length, 'some are affected and some are not')
    })
  })
}

/** Made once (20 s), then kept. */
function rootOf(release: string): string {
  const cache = join(homedir(), '.cache', 'plimsoll-test')
  const root = join(cache, `debian-${release}`)
  if (existsSync(root)) return root
  mkdirSync(cache, { recursive: true })
  const unfinished = `${root}.${process.pid}`
  try {
    const made = spawnSync('mmdebstrap', ['--variant=minbase', '--format=directory', release, unfinished], {
      encoding: 'utf8',
    })
    assert.equal(made.status, 0, made.stderr.slice(-2000))
    renameSync(unfinished, root)
  } finally {
    rmSync(unfinished, { recursive: true, force: true })
  }
  return root
}

function installed(root: string): string[] {
  const format = '${Package} ${Version} ${Architecture} ${source:Package} ${source:Version}\n'
  const query = spawnSync('dpkg-query', ['--admindir', `${root}/var/lib/dpkg`, '-W', '-f', format], {
    encoding: 'utf8',
  })
  assert.equal(query.status, 0, query.stderr)
  return query.stdout.trimEnd().split('\n')
}

/** Those with an epoch, a tilde or a rebuild first. */
function mostTelling(packages: readonly Package[]): Package[] {
  const telling = ({ version, source }: Package): number =>
    ['~', ':', '+b'].filter((mark) => `${version} ${source?.version ?? ''}`.includes(mark)).length
  return packages.toSorted((a, b) => telling(b) - telling(a))
}

/** Around a version: tildes sort before it, additions after; rebuilds, other epochs, and its number one up. */
function bounds(version: string): string[] {
  const withoutEpoch = version.replace(/^[0-9]+:/, '')
  return [
    version,
    `${version}~`,
    `${version}~~1`,
    `${version}+b1`,
    `${version}.1`,
    `${version}+deb12u1`,
    `0:${withoutEpoch}`,
    `9:${withoutEpoch}`,
    `${version.replace(/-[^-]*$/, '')}~rc1-1`,
    version.replace(/[0-9]+$/, (digits) => String(Number(digits) + 1)),
  ]
}

function isBelow(version: string, bound: string): boolean {
  const { status } = spawnSync('dpkg', ['--compare-versions', version, 'lt', bound])
  assert.ok(status === 0 || status === 1, `dpkg judges ${version} and ${bound}`)
  return status === 0
}
