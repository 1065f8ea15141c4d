// Bills of materials, whole; lists of packages' files; what os-release says.

import { rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { distributionOf } from '../../src/inspect/distribution.ts'
import { ownedAmong } from '../../src/inspect/ownership.ts'
import { readSbom } from '../../src/inspect/sbom/read-sbom.ts'
import { UnreadableTarget } from '../../src/inspect/unreadable.ts'
import { checkedScan, hold, holdGaps, never, orRefusalLater, type FuzzTarget } from '../target.ts'
import { realFiles } from './extractors.ts'

const cyclonedx = {
  bomFormat: 'CycloneDX',
  specVersion: '1.6',
  metadata: { component: { type: 'container', name: 'a', version: 'sha256:0' } },
  components: [
    { type: 'operating-system', name: 'debian', version: '12', 'bom-ref': 'os' },
    {
      type: 'library',
      name: 'libc6',
      version: '2.36-9',
      purl: 'pkg:deb/debian/libc6@2.36-9?arch=amd64&distro=debian-12&upstream=glibc',
      licenses: [{ license: { id: 'GPL-2.0-only' } }, { expression: 'MIT OR Apache-2.0' }],
      properties: [{ name: 'syft:location:0:path', value: '/var/lib/dpkg/status' }],
      evidence: { occurrences: [{ location: 'a', line: 3 }] },
      components: [{ type: 'library', name: 'b', version: '1', purl: 'pkg:npm/%40s/b@1' }],
    },
    { type: 'library', group: 'org.a', name: 'c', version: '1', purl: 'pkg:maven/org.a/c@1' },
  ],
}
const spdx = {
  spdxVersion: 'SPDX-2.3',
  SPDXID: 'SPDXRef-DOCUMENT',
  packages: [
    {
      SPDXID: 'SPDXRef-1',
      name: 'libc6',
      versionInfo: '2.36-9',
      primaryPackagePurpose: 'LIBRARY',
      sourceInfo: 'built package from: glibc 2.36-9',
      licenseDeclared: 'GPL-2.0-only',
      externalRefs: [
        {
          referenceCategory: 'PACKAGE-MANAGER',
          referenceType: 'purl',
          referenceLocator: 'pkg:deb/debian/libc6@2.36-9?distro=debian-12',
        },
      ],
    },
    { SPDXID: 'SPDXRef-2', name: 'debian', versionInfo: '12', primaryPackagePurpose: 'OPERATING_SYSTEM' },
  ],
  relationships: [{ spdxElementId: 'SPDXRef-2', relatedSpdxElement: 'SPDXRef-1', relationshipType: 'CONTAINS' }],
}

const sbom: FuzzTarget = {
  id: 'sbom',
  seeds: () => [cyclonedx, spdx].map((document) => Buffer.from(JSON.stringify(document))),
  words: ['pkg:npm/a@1', 'pkg:', '?distro=', '&epoch=1', '%40', '#sub', 'NOASSERTION', '<?xml', 'SPDXVersion: '],
  async run(input) {
    const path = join(tmpdir(), 'sbom.json')
    writeFileSync(path, input)
    try {
      return await orRefusalLater(async () => {
        const read = await readSbom(path, { signal: never })
        holdGaps(read.gaps)
        for (const { name, purl } of read.packages) hold(name !== '' && purl !== '', 'a package without a name or purl')
        return read
      }, UnreadableTarget)
    } finally {
      rmSync(path)
    }
  },
}

const lists: readonly [path: string, seed: string][] = [
  ['var/lib/dpkg/info/libc6:amd64.list', '/.\n/lib\n/lib/a\n/usr/lib/a\n'],
  ['lib/apk/db/installed', 'P:musl\nF:lib\nR:a\nF:usr/lib\nR:a\n\n'],
  ['var/lib/pacman/local/a-1-1/files', '%FILES%\nusr/\nusr/lib/a\n'],
  ['var/lib/rpm/Packages', ''],
]

const ownership: FuzzTarget = {
  id: 'ownership',
  seeds: () => [...lists.map(([, seed]) => Buffer.from(seed)), ...realFiles('rpm')],
  run(input) {
    const paths = new Set(['lib/a', 'usr/lib/a', 'usr/lib64/perl5/Errno.pm'])
    return lists.map(([path]) => {
      const owned = ownedAmong(paths, { path, contents: input })
      for (const file of owned.keys()) hold(paths.has(file), `${file} is owned, and nobody asked for it`)
      return [...owned]
    })
  },
}

const osRelease: FuzzTarget = {
  id: 'os-release',
  seeds: () => [
    Buffer.from('ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n'),
    Buffer.from('ID=\'alpine\'\nVERSION_ID=3.20.3\nID_LIKE="a b"\nCPE_NAME=cpe:/o:x\n'),
  ],
  run(input) {
    const { scan, list } = checkedScan('etc/os-release')
    return { distribution: distributionOf(input.toString('utf8'), 'etc/os-release', scan), gaps: list() }
  },
}

export const documentTargets: readonly FuzzTarget[] = [sbom, ownership, osRelease]
