// The bills of materials that we write, read by osv-scanner: the packages that were found, each once, and no other.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { workFolder } from '../inspect/testing.ts'
import { zipOf } from '../lib/testing.ts'
import type { Package } from '../model/package.ts'
import type { Result } from '../model/result.ts'
import { scanTarget } from '../run/scan-target.ts'
import { askScanner } from '../testing/osv-scanner.ts'
import { withoutPrograms } from '../testing/shared.ts'
import { cyclonedx } from './cyclonedx.ts'
import { spdx } from './spdx.ts'

/** What is easily lost on the way: epochs, scopes, capitals, plus signs, platforms, source packages. */
const ofLanguages: Readonly<Record<string, string | Buffer>> = {
  'srv/node/package-lock.json': JSON.stringify({
    name: 'shop',
    lockfileVersion: 3,
    packages: {
      '': { name: 'shop', version: '1.0.0' },
      'node_modules/@babel/traverse': { version: '7.23.1' },
      'node_modules/left-pad': { version: '1.3.0' },
      'node_modules/JSONStream': { version: '1.3.5' },
      'node_modules/x/node_modules/left-pad': { version: '1.3.0' },
    },
  }),
  'usr/lib/python3.11/site-packages/Zope.Interface-5.4.0.dist-info/METADATA':
    'Metadata-Version: 2.1\nName: Zope.Interface\nVersion: 5.4.0\n\n',
  'usr/lib/python3.11/site-packages/torch-2.1.0+cpu.dist-info/METADATA':
    'Metadata-Version: 2.1\nName: torch\nVersion: 2.1.0+cpu\n\n',
  'opt/app.jar': zipOf([
    {
      path: 'META-INF/maven/org.apache.logging.log4j/log4j-core/pom.properties',
      contents: 'groupId=org.apache.logging.log4j\nartifactId=log4j-core\nversion=2.14.1\n',
    },
  ]),
  'usr/lib/ruby/gems/3.1.0/specifications/nokogiri-1.15.4-x86_64-linux.gemspec':
    'Gem::Specification.new do |s|\n  s.name = "nokogiri".freeze\n  s.version = "1.15.4"\n  s.platform = "x86_64-linux".freeze\nend\n',
  'srv/rust/Cargo.lock':
    'version = 3\n\n[[package]]\nname = "openssl-src"\nversion = "111.25.0+1.1.1t"\nsource = "registry+https://github.com/rust-lang/crates.io-index"\n',
  'srv/go/go.mod':
    'module example.org/shop\n\ngo 1.21.0\n\nrequire (\n\tgithub.com/BurntSushi/toml v1.2.0\n\tgithub.com/docker/docker v24.0.7+incompatible\n)\n',
}

const systems: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Debian: {
    'etc/os-release': 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12"\n',
    'var/lib/dpkg/status': [
      'Package: bsdutils\nStatus: install ok installed\nArchitecture: amd64\nSource: util-linux (2.38.1-5+deb12u1)\nVersion: 1:2.38.1-5+deb12u1\n',
      'Package: libstdc++6\nStatus: install ok installed\nArchitecture: amd64\nSource: gcc-12\nVersion: 12.2.0-14~rc1\n',
    ].join('\n'),
  },
  Alpine: {
    'etc/os-release': 'ID=alpine\nVERSION_ID=3.19.1\nPRETTY_NAME="Alpine Linux v3.19"\n',
    'lib/apk/db/installed':
      'P:libcrypto3\nV:3.1.4_git20231024-r5\nA:x86_64\no:openssl\n\nP:g++\nV:13.2.1-r0\nA:x86_64\n\n',
  },
}

const skip = withoutPrograms('osv-scanner', 'go')

for (const [system, files] of Object.entries(systems)) {
  test(`CycloneDX 1.6 and SPDX 2.3 that we write are read back by osv-scanner: ${system}`, { skip }, async (t) => {
    const folder = workFolder(t)
    const root = join(folder, 'root')
    for (const [path, contents] of Object.entries({ ...ofLanguages, ...files })) write(join(root, path), contents)
    makeProgram(folder, join(root, 'usr/bin/hello'))
    const signal = new AbortController().signal
    const result = await scanTarget(`dir:${root}`, { dataFolder: folder, signal, offline: true, progress: () => {} })
    const types = new Set(result.packages.map(({ purl }) => purl.split('/', 1)[0]))
    assert.equal(types.size, 7, [...types].join(' '))
    for (const format of [cyclonedx, spdx]) {
      const file = join(folder, `bom.${format.extension}`)
      writeFileSync(file, [...format.render(result)].join(''))
      const read = await askScanner([file], folder)
      const texts = read.map(({ ecosystem, name, version }) => `${ecosystem} ${name} ${version}`)
      assert.deepEqual(texts.toSorted(), expected(result), format.id)
    }
  })
}

function write(path: string, contents: string | Buffer): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, contents)
}

function makeProgram(folder: string, program: string): void {
  const source = join(folder, 'source')
  write(join(source, 'go.mod'), 'module example.org/hello\n\ngo 1.19\n')
  write(join(source, 'main.go'), 'package main\n\nfunc main() {}\n')
  const env = { ...process.env, CGO_ENABLED: '0', GOTOOLCHAIN: 'local', GOFLAGS: '-mod=mod' }
  execFileSync('go', ['build', '-o', program, '.'], { cwd: source, env })
}

/** Each package once, wherever it lies, as its purl has it: names of Go and npm in lower case, Alpine's with the release. */
function expected({ packages, distribution }: Result): string[] {
  const ecosystemOf = ({ ecosystem }: Package): string =>
    ecosystem === 'Alpine' ? (distribution?.ecosystem ?? ecosystem) : ecosystem
  const nameOf = ({ ecosystem, name }: Package): string =>
    ecosystem === 'Go' || ecosystem === 'npm' ? name.toLowerCase() : name
  const texts = packages.map((found) => `${ecosystemOf(found)} ${nameOf(found)} ${found.version}`)
  return [...new Set(texts)].toSorted()
}
