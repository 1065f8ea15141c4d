// Thousands of pairs against dpkg itself: versions that this machine's package lists hold, and edits of them.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { testAll, withoutPrograms } from '../../testing/shared.ts'
import { dpkg } from './dpkg.ts'

// Dpkg::Version is dpkg's own reading of versions in Perl; one process answers all pairs.
const judge = String.raw`
use Dpkg::Version;
while (<STDIN>) {
  chomp; my ($a, $b) = split / /;
  my ($left, $right) = (Dpkg::Version->new($a, check => 1), Dpkg::Version->new($b, check => 1));
  print !$left || !$right ? "invalid\n" : version_compare($a, $b) . "\n";
}`

const withoutDpkgPerl =
  spawnSync('perl', ['-MDpkg::Version', '-e', '1']).status === 0 ? false : 'no Dpkg::Version for Perl'

test(
  '4,000 pairs as dpkg judges them',
  { skip: withoutPrograms('perl', 'dpkg-query') || (!testAll && withoutDpkgPerl) },
  () => {
    const versions = installedVersions()
    const random = randomFrom(20)
    const pick = <T>(list: readonly T[]): T => list[random(list.length)]!
    const pieces = ['~', '~~', '+b1', '~bpo12+1', '+deb12u1', '-', '-0', '.', '.0', '0', '00', '10', 'a', 'Z', '_', '']
    const edited = (version: string): string => {
      const at = random(version.length + 1)
      // Only in front: Perl reads stray colons more kindly than dpkg does.
      const epoch = random(8) === 0 && !version.includes(':') ? pick(['0:', '1:', '12:']) : ''
      return epoch + version.slice(0, at) + pick(pieces) + version.slice(at + random(2))
    }
    const pairs = Array.from({ length: 4000 }, (_, n): [string, string] => {
      const version = pick(versions)
      return n % 4 === 0 ? [version, pick(versions)] : [edited(version), n % 2 === 0 ? version : edited(version)]
    })
    const answers = spawnSync('perl', ['-e', judge], {
      input: pairs.map((pair) => `${pair.join(' ')}\n`).join(''),
      encoding: 'utf8',
    })
    const judged = answers.stdout.trim().split('\n')
    assert.equal(judged.length, pairs.length, answers.stderr)
    const ours = pairs.map(([a, b]) =>
      dpkg.valid(a) && dpkg.valid(b) ? String(Math.sign(dpkg.compare(a, b))) : 'invalid',
    )
    const differing = pairs.flatMap((pair, n) =>
      ours[n] === judged[n] ? [] : [`${pair.join(' ')}: dpkg ${judged[n]}, here ${ours[n]}`],
    )
    assert.deepEqual(differing, [])
    assert.ok(ours.filter((answer) => answer !== 'invalid').length > 2000, 'most pairs are valid versions')
  },
)

function installedVersions(): string[] {
  const { stdout } = spawnSync('dpkg-query', ['-W', '-f', '${Version}\n${source:Version}\n'], { encoding: 'utf8' })
  const available = spawnSync('sh', ['-c', "apt-cache dumpavail | sed -n 's/^Version: //p'"], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  })
  return [...new Set([...stdout.split('\n'), ...available.stdout.split('\n')])].filter((version) => version !== '')
}

/** The same numbers in every run. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}
