import { test } from 'node:test'
import { deepEqual, ok } from 'node:assert/strict'
import * as fc from 'fast-check'
import { singleFile } from '../dotnet/testing.ts'
import { run } from '../testing.ts'
import { dotnetBundle } from './dotnet-bundle.ts'

for (const version of [1, 2, 6]) {
  test(`a bundle of version ${version}`, async () => {
    const { packages, gaps } = await run(dotnetBundle, 'app/run', singleFile(version))
    deepEqual(gaps, [])
    deepEqual(
      packages.map(({ purl, place }) => [purl, place.path]),
      [['pkg:nuget/Newtonsoft.Json@13.0.1', 'app/run']],
    )
  })
}

test('a bundle of version 1 by a later SDK', async () => {
  const { packages, gaps } = await run(dotnetBundle, 'app/run', singleFile(1, { kind: 3 }))
  deepEqual([packages.length, gaps], [1, []])
})

test('the host without a bundle, and any other program', async () => {
  deepEqual(await run(dotnetBundle, 'apphost', singleFile(6, { header: 0 })), { packages: [], gaps: [] })
  deepEqual(await run(dotnetBundle, 'bin/true', Buffer.from('\x7fELF...')), { packages: [], gaps: [] })
})

const lies: [lie: Parameters<typeof singleFile>[1], version: number, why: RegExp][] = [
  [{ header: 1e9 }, 6, /its header lies outside of what is kept of the file/],
  [{ header: -5 }, 6, /its header is damaged/],
  [{ deps: 1e9 }, 6, /deps.json was not kept/],
  [{ size: 1e12 }, 1, /deps.json was not kept/],
  [{ size: 0 }, 6, /without deps.json/],
  [{}, 9, /version 9, which is not known/],
]
for (const [lie, version, why] of lies) {
  test(`a bundle of version ${version} with ${JSON.stringify(lie)} is a gap`, async () => {
    const { packages, gaps } = await run(dotnetBundle, 'app/run', singleFile(version, lie))
    deepEqual([packages.length, gaps.length], [0, 1])
    ok(why.test(gaps[0]!.why), gaps[0]!.why)
  })
}

test('any edit of the header gives at most the packages of the file', async () => {
  const good = singleFile(1)
  const edits = fc.array(fc.tuple(fc.nat({ max: 400 }), fc.integer({ min: 0, max: 255 })), { maxLength: 6 })
  await fc.assert(
    fc.asyncProperty(edits, async (changes) => {
      const bytes = Buffer.from(good)
      for (const [back, value] of changes) bytes[bytes.length - 1 - back] = value
      const { packages, gaps } = await run(dotnetBundle, 'app/run', bytes)
      ok(packages.length + gaps.length <= 2)
    }),
    { numRuns: 1000 },
  )
})
