// The files of testdata/swift-resolved are Swift 6.0.3's own: v1, v2 and v3 .resolved are what it wrote for a package of tools
// version 5.3, 5.8 and 6.0; `shown` is what `swift package show-dependencies` said of each; `commits`, of those that it calls
// unspecified there, is what `git rev-parse` said.

import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { deepEqual } from 'node:assert/strict'
import { nameAndVersion, run } from '../testing.ts'
import { swiftResolved } from './swift-resolved.ts'

async function read(document: object) {
  const { packages, gaps } = await run(swiftResolved, 'Package.resolved', JSON.stringify(document))
  return { packages: packages.map(({ name, purl }) => [name, purl]), gaps: gaps.map(({ why }) => why) }
}

const given = (name: string): string =>
  readFileSync(new URL(`../testdata/swift-resolved/${name}`, import.meta.url), 'utf8')

const commits = new Map(
  Array.from(given('commits').matchAll(/^(\S+) (\S+)$/gm), ([, name, commit]) => [name!, commit!]),
)

/** `├── swift-tagged<https://git.example.org/o/swift-tagged.git@1.4.0>`; all but the last two are of one host. */
const shown = [...given('shown').matchAll(/── (?<identity>[^<]+)<.*?(?<name>[^/]+?)(?:\.git)?@(?<version>[^@>]+)>$/gm)]
const ofHost = shown.slice(0, -2).map(({ groups }) => {
  const { identity, name, version } = groups!
  return `git.example.org/o/${name} ${commits.get(identity!) ?? version}`
})

for (const version of ['v1', 'v2', 'v3']) {
  test(`${version} as Swift wrote it has what Swift shows, but for a repository in a folder`, async () => {
    const { packages, gaps } = await run(swiftResolved, 'Package.resolved', given(`${version}.resolved`))
    deepEqual(ofHost.length, 6)
    deepEqual(packages.map(nameAndVersion).toSorted(), ofHost.toSorted())
    deepEqual(gaps, [{ why: 'a pin of a repository on no host', place: { path: 'Package.resolved' } }])
  })
}

const nio = ['github.com/apple/swift-nio', 'pkg:swift/github.com/apple/swift-nio@2.65.0']

test('version 1', async () => {
  const pin = {
    package: 'swift-nio',
    repositoryURL: 'https://github.com/apple/swift-nio.git',
    state: { branch: null, revision: '4f2a', version: '2.65.0' },
  }
  deepEqual(await read({ object: { pins: [pin] }, version: 1 }), { packages: [nio], gaps: [] })
})

for (const location of [
  'https://github.com/apple/swift-nio.git',
  'git@github.com:apple/swift-nio.git',
  'ssh://user:word@GitHub.com:22/apple/swift-nio',
]) {
  test(`version 3, ${location}`, async () => {
    const pin = {
      identity: 'swift-nio',
      kind: 'remoteSourceControl',
      location,
      state: { revision: '4f2a', version: '2.65.0' },
    }
    deepEqual(await read({ pins: [pin], version: 3 }), { packages: [nio], gaps: [] })
  })
}

test('a branch has the commit as its version; without a location a pin is a gap', async () => {
  const state = { branch: 'main', revision: '4f2a' }
  deepEqual(await read({ pins: [{ location: 'https://example.org/a/b', state }, { state }], version: 2 }), {
    packages: [['example.org/a/b', 'pkg:swift/example.org/a/b@4f2a']],
    gaps: ['a pin without a location and a version'],
  })
  deepEqual((await read({})).gaps, ['Package.resolved without pins'])
})
