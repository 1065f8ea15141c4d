// The suite over every extractor: registered under its own name, and none falls over bad input.

import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { test } from 'node:test'
import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { zipOf } from '../lib/testing.ts'
import { singleFile } from './dotnet/testing.ts'
import { extractors, languageExtractors, osExtractors } from './extractors.ts'
import type { Extractor } from './extractor.ts'
import { auditableList, elfWith, inlineBuildInfo } from './programs/testing.ts'
import { run } from './testing.ts'

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

/** A small real-looking file of each, to be cut and repeated. */
const samples: Record<string, string | Uint8Array> = {
  'alpine-apk': 'P:musl\nV:1.2.5-r0\nA:x86_64\n\n',
  'debian-dpkg': 'Package: a\nStatus: install ok installed\nVersion: 1\n\n',
  pacman: '%NAME%\na\n\n%VERSION%\n1-1\n\n',
  rpm: gunzipSync(readFileSync(new URL('testdata/rpm/one-package.db.gz', import.meta.url))),
  'node-package': '{"name":"a","version":"1.0.0"}',
  'bun-lock': '{"lockfileVersion":1,"packages":{"a":["a@1.0.0"]}}',
  'conda-meta': '{"name":"a","version":"1.0","build":"0"}',
  'npm-lock': '{"lockfileVersion":3,"packages":{"node_modules/a":{"version":"1.0.0"}}}',
  'pdm-lock': '[[package]]\nname = "a"\nversion = "1.0"\n',
  'pipfile-lock': '{"_meta":{},"default":{"a":{"version":"==1.0"}}}',
  'pnpm-lock': "lockfileVersion: '9.0'\npackages:\n  a@1.0.0:\n",
  'poetry-lock': '[[package]]\nname = "a"\nversion = "1.0"\n',
  'python-metadata': 'Name: a\nVersion: 1.0\n',
  'python-pylock': '[[packages]]\nname = "a"\nversion = "1.0"\n',
  'python-requirements': 'a==1.0\n',
  'uv-lock': '[[package]]\nname = "a"\nversion = "1.0"\n',
  'yarn-lock': '# yarn lockfile v1\n\na@^1:\n  version "1.0.0"\n',
  'cargo-lock': '[[package]]\nname = "a"\nversion = "1.0.0"\nsource = "registry+https://example.org"\n',
  'composer-installed': '{"packages":[{"name":"a/b","version":"1.0.0"}]}',
  'composer-lock': '{"packages":[{"name":"a/b","version":"1.0.0"}]}',
  'gemfile-lock': 'GEM\n  specs:\n    a (1.0.0)\n',
  'go-binary': elfWith('.go.buildinfo', inlineBuildInfo('go1.22.3', 'path\tcommand-line-arguments\n')),
  'go-mod': 'module example.org/a\n\nrequire example.org/b v1.0.0\n',
  'known-program': elfWith('.rodata', Buffer.from('\0node.js/v20.1.0\0')),
  'mix-lock': '%{\n  "a": {:hex, :a, "1.0.0", "0", [:mix], [], "hexpm", "0"},\n}\n',
  'pub-lock': 'packages:\n  a:\n    source: hosted\n    version: "1.0.0"\n',
  'ruby-gem': '# stub: a 1.0.0 ruby lib\n',
  'rust-binary': elfWith('.dep-v0', auditableList([{ name: 'a', version: '1.0.0', source: 'crates.io' }])),
  'dotnet-bundle': singleFile(6),
  'dotnet-deps': '{"libraries":{"a/1.0.0":{"type":"package"}}}',
  'gradle-lock': 'a:b:1.0=runtimeClasspath\n',
  'java-archive': zipOf([{ path: 'META-INF/maven/a/b/pom.properties', contents: 'version=1.0\n', packed: true }]),
  'maven-pom': '<project><groupId>a</groupId><artifactId>b</artifactId><version>1</version></project>',
  'nuget-lock': '{"dependencies":{"net8.0":{"a":{"type":"Direct","resolved":"1.0.0"}}}}',
  'swift-resolved': '{"pins":[{"location":"https://example.org/a/b.git","state":{"version":"1.0.0"}}],"version":2}',
}

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

for (const extractor of extractors) {
  const path = exampleOf(extractor)
  ok(samples[extractor.id], `${extractor.id} needs a sample in this file`)
  const sample = Buffer.from(samples[extractor.id]!)

  test(`${extractor.id} reads its sample`, async () => {
    const { packages, gaps } = await run(extractor, path, sample)
    deepEqual([packages.length, gaps], [1, []])
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

test('a line beyond the limit ends the file with a gap', async () => {
  const [extractor] = osExtractors
  const { gaps } = await run(extractor!, 'x', `P:a\n${'y'.repeat(200)}\n`, { line: 100 })
  equal(gaps[0]?.why, 'a line is longer than 100 bytes; the rest was not read')
})

function exampleOf({ files }: Extractor): string {
  if (files[0] === undefined) return 'usr/bin/node'
  return files[0].replace('**/', 'srv/').replaceAll('*', 'a')
}
