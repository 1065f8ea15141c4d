import { test } from 'node:test'
import { deepEqual, equal } from 'node:assert/strict'
import type { Gap } from '../model/scan.ts'
import type { Package } from '../model/package.ts'
import { distributionOf, namedDistribution, noteUnlisted, ofDistribution } from './distribution.ts'
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

// As os-release of their images says, and as OSV's schema names them; those that OSV leaves out in the same form.
const releases: [osRelease: string, ecosystem: string][] = [
  ['ID=alpine\nVERSION_ID=3.20.3\nPRETTY_NAME="Alpine Linux v3.20"\n', 'Alpine:v3.20'],
  ['ID=alpine\nVERSION_ID=3.21.0_alpha20240923\nPRETTY_NAME="Alpine Linux edge"\n', 'Alpine:edge'],
  ['ID=ubuntu\nVERSION_ID="22.04"\nPRETTY_NAME="Ubuntu 22.04.5 LTS"\n', 'Ubuntu:22.04:LTS'],
  ['ID=ubuntu\nVERSION_ID="25.10"\nPRETTY_NAME="Ubuntu 25.10"\n', 'Ubuntu:25.10'],
  ['ID=ubuntu\nVERSION_ID="23.04"\nPRETTY_NAME="Ubuntu 23.04"\n', 'Ubuntu:23.04'],
  ['ID=wolfi\nVERSION_ID="20230201"\nPRETTY_NAME="Wolfi"\n', 'Wolfi'],
  ['ID=chainguard\nVERSION_ID="20230214"\nPRETTY_NAME="Chainguard"\n', 'Chainguard'],
  ['ID=arch\nVERSION_ID=20241103.0.275871\nPRETTY_NAME="Arch Linux"\n', 'Arch Linux'],
  ['ID="rhel"\nVERSION_ID="9.4"\nPRETTY_NAME="Red Hat Enterprise Linux 9.4 (Plow)"\n', 'Red Hat:enterprise_linux:9'],
  ['ID="centos"\nVERSION_ID="7"\nPRETTY_NAME="CentOS Linux 7 (Core)"\n', 'CentOS:7'],
  ['ID="centos"\nVERSION_ID="9"\nPRETTY_NAME="CentOS Stream 9"\n', 'CentOS Stream:9'],
  ['ID="rocky"\nVERSION_ID="9.3"\nPRETTY_NAME="Rocky Linux 9.3 (Blue Onyx)"\n', 'Rocky Linux:9'],
  ['ID="almalinux"\nVERSION_ID="8.10"\nPRETTY_NAME="AlmaLinux 8.10 (Cerulean Leopard)"\n', 'AlmaLinux:8'],
  ['ID=fedora\nVERSION_ID=41\nPRETTY_NAME="Fedora Linux 41 (Container Image)"\n', 'Fedora:41'],
  ['ID="amzn"\nVERSION_ID="2023"\nPRETTY_NAME="Amazon Linux 2023.6.20241111"\n', 'Amazon Linux:2023'],
  ['ID="amzn"\nVERSION_ID="2018.03"\nPRETTY_NAME="Amazon Linux AMI 2018.03"\n', 'Amazon Linux:2018.03'],
  ['ID="ol"\nVERSION_ID="9.4"\nPRETTY_NAME="Oracle Linux Server 9.4"\n', 'Oracle Linux:9'],
  [
    'ID="sles"\nVERSION_ID="15.5"\nPRETTY_NAME="SUSE Linux Enterprise Server 15 SP5"\n',
    'SUSE:Linux Enterprise Server 15 SP5',
  ],
  ['ID="opensuse-leap"\nVERSION_ID="15.6"\nPRETTY_NAME="openSUSE Leap 15.6"\n', 'openSUSE:Leap 15.6'],
  ['ID="opensuse-tumbleweed"\nVERSION_ID="20241110"\nPRETTY_NAME="openSUSE Tumbleweed"\n', 'openSUSE:Tumbleweed'],
  ['ID=azurelinux\nVERSION_ID="3.0"\nPRETTY_NAME="Microsoft Azure Linux 3.0"\n', 'Azure Linux:3'],
  ['ID=mariner\nVERSION_ID="2.0"\nPRETTY_NAME="CBL-Mariner/Linux"\n', 'CBL-Mariner:2.0'],
  ['ID=photon\nVERSION_ID=5.0\nPRETTY_NAME="VMware Photon OS/Linux"\n', 'Photon OS:5.0'],
  ['ID="mageia"\nVERSION_ID="9"\nPRETTY_NAME="Mageia 9"\n', 'Mageia:9'],
  [
    'ID="openEuler"\nVERSION_ID="24.03"\nVERSION="24.03 (LTS-SP1)"\nPRETTY_NAME="openEuler 24.03 (LTS-SP1)"\n',
    'openEuler:24.03-LTS-SP1',
  ],
]
for (const [text, ecosystem] of releases) {
  test(`${ecosystem} by its os-release`, () => {
    const { distribution, gaps } = read(text)
    deepEqual([distribution?.ecosystem, gaps], [ecosystem, []])
  })
}

const moving = ['ID=debian\nPRETTY_NAME="Debian GNU/Linux trixie/sid"\n']
for (const text of moving) {
  const name = text.split('"')[1]!
  test(`${name} has no ecosystem, and that is a gap`, () => {
    const { distribution, gaps } = read(text)
    deepEqual(distribution?.ecosystem, undefined)
    deepEqual(gaps, [{ why: `no advisories are kept for this release (${name})`, place: { path } }])
  })
}

test('another distribution is known by its name', () => {
  const distribution = { id: 'nixos', name: 'NixOS 24.05 (Uakari)', version: '24.05' }
  deepEqual(read('ID=nixos\nVERSION_ID="24.05"\nPRETTY_NAME="NixOS 24.05 (Uakari)"\n'), { distribution, gaps: [] })
  equal(read('ID=constructor\n').distribution?.ecosystem, undefined)
})

test('an os-release without ID is a gap', () => {
  deepEqual(read('NAME=x\n'), { distribution: undefined, gaps: [{ why: 'os-release without ID', place: { path } }] })
})

const found = (ecosystem: string, version: string): Package => ({
  ecosystem,
  name: 'a',
  version,
  purl: `pkg:generic/a@${encodeURIComponent(version)}`,
  arch: 'x86_64',
  place: {},
})

test('a distribution’s package gets its ecosystem and its name in the purl; that of another kind stays', () => {
  const named = (osRelease: string, ...packages: Package[]) =>
    ofDistribution(packages, read(osRelease).distribution).map(({ ecosystem, purl }) => `${ecosystem} ${purl}`)
  deepEqual(named('ID=ubuntu\nVERSION_ID=24.04\n', found('Debian', '1+b1'), found('npm', '1'), found('rpm', '1-1')), [
    'Ubuntu pkg:deb/ubuntu/a@1%2Bb1?arch=x86_64&distro=ubuntu-24.04',
    'npm pkg:generic/a@1',
    'rpm pkg:generic/a@1-1',
  ])
  deepEqual(named('ID="rhel"\nVERSION_ID="9.4"\n', found('rpm', '1:2-3.el9')), [
    'Red Hat pkg:rpm/redhat/a@2-3.el9?arch=x86_64&distro=rhel-9.4&epoch=1',
  ])
  deepEqual(named('ID=wolfi\nVERSION_ID=20230201\n', found('Alpine', '1-r0')), [
    'Wolfi pkg:apk/wolfi/a@1-r0?arch=x86_64&distro=wolfi-20230201',
  ])
  deepEqual(named('ID=arch\n', found('Arch Linux', '1-1')), ['Arch Linux pkg:alpm/arch/a@1-1?arch=x86_64&distro=arch'])
  deepEqual(named('ID=kali\n', found('Debian', '1')), ['Debian pkg:deb/kali/a@1?arch=x86_64&distro=kali'])
})

test('a distribution without a list of its packages is a gap, also where a later layer removed the list', () => {
  const debian = namedDistribution({ id: 'debian', name: 'Debian 12', version: '12' })
  const node: Package = { ecosystem: 'npm', name: 'a', version: '1', purl: 'pkg:npm/a@1', place: {} }
  const bash: Package = { ecosystem: 'Debian', name: 'bash', version: '5', purl: 'pkg:deb/debian/bash@5', place: {} }
  const noted = (packages: readonly Package[], distribution = debian): string[] => {
    const gaps = gapList(never, 10)
    noteUnlisted(packages, distribution, gaps.scan)
    return gaps.list().map(({ why }) => why)
  }
  deepEqual(noted([node, bash]), [])
  deepEqual(noted([node]), ['no list of the packages of Debian 12 could be read: what it brought is not judged'])
  deepEqual(noted([node, { ...bash, hiddenBy: 'sha256:2' }]), [
    'a later layer removed the list of the packages of Debian 12: what is left of them is not judged',
  ])
  deepEqual(noted([node], namedDistribution({ id: 'buildroot', name: 'Buildroot' })), [])
})
