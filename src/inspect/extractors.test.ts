// The suite over every extractor: registered under its own name, and none falls over bad input.

import { randomBytes } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { test } from 'node:test'
import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { exampleOf, samples } from './extractor-samples.testing.ts'
import { extractors, languageExtractors, osExtractors } from './extractors.ts'
import type { Extractor } from './extractor.ts'
import { nodePackage } from './lang/node-package.ts'
import { nugetLock } from './lang/nuget-lock.ts'
import { nameAndVersion, run } from './testing.ts'

for (const [folder, list] of [
  ['os', osExtractors],
  ['lang', languageExtractors],
] as const) {
  test(`every file of ${folder}/ is registered under its own name`, async () => {
    const files = readdirSync(new URL(folder, import.meta.url)).filter((name) => /^[a-z-]+\.ts$/.test(name))
    deepEqual(list.map(({ id }) => `${id}.ts`).toSorted(), files.toSorted())
    for (const { id } of list) {
      const exported = (await import(`./${folder}/${id}.ts`)) as Record<string, unknown>
      const name = id.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
      equal(
        exported[name],
        list.find((extractor) => extractor.id === id),
      )
    }
  })
}

test('extractors of operating systems read only fixed places', () => {
  for (const { files } of osExtractors) for (const glob of files) ok(!glob.includes('**'), glob)
})

const long = 2 * 1024 * 1024
const hostile: [name: string, contents: (sample: Buffer) => string | Uint8Array][] = [
  ['empty', () => ''],
  ['random bytes', () => randomBytes(100_000)],
  ['NULs', () => Buffer.alloc(100_000)],
  ['invalid UTF-8', (sample) => Buffer.concat([sample, Buffer.from([0xff, 0xfe, 0xc0, 0x0a])])],
  ['one endless line', (sample) => Buffer.concat([sample.subarray(0, 1), Buffer.alloc(long, 'x')])],
  ['nothing but line feeds', () => '\n'.repeat(50_000)],
  ['nothing but brackets', () => '['.repeat(long)],
  ['nothing but colons', () => ':'.repeat(1000) + '\n'.repeat(1000)],
]

/** What no file of an extractor tells is a gap of each. */
const neverTold: Readonly<Record<string, string>> = {
  'ubuntu-chisel': 'does not tell the source packages of its 1 packages, by which most advisories name them',
}

for (const extractor of extractors) {
  const path = exampleOf(extractor)
  ok(samples[extractor.id], `${extractor.id} needs a sample in extractor-samples.testing.ts`)
  const sample = Buffer.from(samples[extractor.id]!)

  test(`${extractor.id} reads its sample`, async () => {
    const { packages, gaps } = await run(extractor, path, sample)
    const whys = neverTold[extractor.id] === undefined ? [] : [neverTold[extractor.id]]
    deepEqual([packages.length, gaps.map(({ why }) => why)], [1, whys])
    equal(packages[0]?.ecosystem, extractor.ecosystem)
    match(packages[0]?.purl ?? '', /^pkg:[a-z]+\/[^@]+@[^@]+$/)
  })

  for (const [name, contents] of hostile) {
    test(`${extractor.id} survives ${name}`, async () => {
      const { packages, gaps } = await run(extractor, path, contents(sample))
      ok(packages.length <= 1)
      for (const gap of gaps) equal(gap.place?.path, path)
    })
  }

  test(`${extractor.id} survives a cut at every byte`, async () => {
    for (let length = 0; length < sample.length; length++) {
      const { packages, gaps } = await run(extractor, path, sample.subarray(0, length))
      ok(packages.length + gaps.length <= 2)
    }
  })

  test(`${extractor.id} that throws, hangs or floods is a gap with its path`, async () => {
    const failing = (extract: Extractor['extract']): Extractor => ({ ...extractor, extract })
    const throwing = await run(
      failing(() => {
        throw new Error('boom')
      }),
      path,
      sample,
    )
    deepEqual(throwing.gaps, [{ why: `could not be read as ${extractor.id}: boom`, place: { path } }])

    const [first] = (await run(extractor, path, sample)).packages
    function* endless() {
      for (;;) yield first!
    }
    const flooding = await run(failing(endless), path, sample, { packagesPerFile: 10 })
    equal(flooding.packages.length, 10)
    deepEqual(flooding.gaps, [{ why: 'lists more than 10 packages', place: { path } }])
    const slow = await run(failing(endless), path, sample, { extractTime: 5, packagesPerFile: Infinity })
    deepEqual(slow.gaps, [
      { why: `could not be read as ${extractor.id}: it took longer than 0.005 s`, place: { path } },
    ])
  })
}

test('what has no name is a gap, and no package', async () => {
  const contents =
    '{"dependencies":{"net8.0":{"":{"type":"Direct","resolved":"1.0.0"},"b":{"type":"Direct","resolved":"1.0.0"}}}}'
  const { packages, gaps } = await run(nugetLock, 'srv/packages.lock.json', contents)
  deepEqual(packages.map(nameAndVersion), ['b 1.0.0'])
  deepEqual(gaps, [{ why: 'lists a package without a name or a version', place: { path: 'srv/packages.lock.json' } }])
  const slash = await run(nodePackage, 'node_modules/a/package.json', '{"name":"/","version":"1.0.0"}')
  deepEqual([slash.packages.length, slash.gaps.length], [0, 1])
})

test('a line beyond the limit ends the file with a gap', async () => {
  const [extractor] = osExtractors
  const { gaps } = await run(extractor!, 'x', `P:a\n${'y'.repeat(200)}\n`, { line: 100 })
  equal(gaps[0]?.why, 'a line is longer than 100 bytes; the rest was not read')
})
