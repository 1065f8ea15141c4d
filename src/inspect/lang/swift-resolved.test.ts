// Shapes as Swift's package manager writes them: Sources/PackageGraph/ResolvedPackagesStore.swift.

import { test } from 'node:test'
import { deepEqual } from 'node:assert/strict'
import { run } from '../testing.ts'
import { swiftResolved } from './swift-resolved.ts'

async function read(document: object) {
  const { packages, gaps } = await run(swiftResolved, 'Package.resolved', JSON.stringify(document))
  return { packages: packages.map(({ name, purl }) => [name, purl]), gaps: gaps.map(({ why }) => why) }
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
