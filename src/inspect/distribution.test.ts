import { test } from 'node:test'
import { deepEqual } from 'node:assert/strict'
import type { Gap } from '../model/scan.ts'
import type { Package } from '../model/package.ts'
import { distributionOf, ofDistribution } from './distribution.ts'
import { gapList } from './gaps.ts'
import { never } from './testing.ts'

const path = 'etc/os-release'

function read(text: string): { distribution: ReturnType<typeof distributionOf>; gaps: Gap[] } {
  const gaps = gapList(never, 10)
  return { distribution: distributionOf(text, path, gaps.scan), gaps: gaps.list() }
}

test('a release of Debian', () => {
  const text = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nVERSION_ID="12"\nID=debian\n'
  const distribution = { id: 'debian', name: 'Debian GNU/Linux 12 (bookworm)', version: '12', ecosystem: 'Debian:12' }
  deepEqual(read(text), { distribution, gaps: [] })
})

test('a release of Alpine is named by its branch', () => {
  deepEqual(
    read('ID=alpine\nVERSION_ID=3.20.3\nPRETTY_NAME="Alpine Linux v3.20"\n').distribution?.ecosystem,
    'Alpine:v3.20',
  )
})

const moving = [
  'ID=alpine\nVERSION_ID=3.21.0_alpha20240923\nPRETTY_NAME="Alpine Linux edge"\n',
  'ID=debian\nPRETTY_NAME="Debian GNU/Linux trixie/sid"\n',
]
for (const text of moving) {
  const name = text.split('"')[1]!
  test(`${name} has no ecosystem, and that is a gap`, () => {
    const { distribution, gaps } = read(text)
    deepEqual(distribution?.ecosystem, undefined)
    deepEqual(gaps, [{ why: `no advisories are kept for this release (${name})`, place: { path } }])
  })
}

test('another distribution is known by its name', () => {
  deepEqual(read('ID=fedora\nVERSION_ID=41\nNAME="Fedora Linux"\n'), {
    distribution: { id: 'fedora', name: 'Fedora Linux', version: '41' },
    gaps: [],
  })
})

test('an os-release without ID is a gap', () => {
  deepEqual(read('NAME=x\n'), { distribution: undefined, gaps: [{ why: 'os-release without ID', place: { path } }] })
})

test('the purl of a distribution’s package names it; that of another package stays', () => {
  const found = (ecosystem: string, purl: string): Package => ({
    ecosystem,
    name: 'a',
    version: '1+b1',
    purl,
    arch: 'amd64',
    place: {},
  })
  const packages = [found('Debian', 'pkg:deb/debian/a@1%2Bb1?arch=amd64'), found('npm', 'pkg:npm/a@1%2Bb1')]
  const ubuntu = { id: 'ubuntu', version: '24.04', name: 'Ubuntu 24.04' }
  deepEqual(
    ofDistribution(packages, ubuntu).map(({ purl }) => purl),
    ['pkg:deb/ubuntu/a@1%2Bb1?arch=amd64&distro=ubuntu-24.04', 'pkg:npm/a@1%2Bb1'],
  )
})
