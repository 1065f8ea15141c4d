// Real programs: ../binaries.suite.ts.

import { test } from 'node:test'
import { deepEqual } from 'node:assert/strict'
import { elfWith, inlineBuildInfo } from '../programs/testing.ts'
import { run } from '../testing.ts'
import { goBinary } from './go-binary.ts'

async function read(goVersion: string, ...lines: string[]) {
  const modules = lines.map((line) => `${line}\n`).join('')
  const { packages, gaps } = await run(goBinary, 'app', elfWith('.go.buildinfo', inlineBuildInfo(goVersion, modules)))
  return { packages: packages.map(({ name, version }) => `${name} ${version}`), gaps: gaps.map(({ why }) => why) }
}

test('the standard library, the program’s own module and those that it needs', async () => {
  deepEqual(
    await read('go1.22.3', 'path\texample.org/a', 'mod\texample.org/a\tv1.0.0\th1:x=', 'dep\trsc.io/quote\tv1.5.2'),
    {
      packages: ['stdlib 1.22.3', 'example.org/a v1.0.0', 'rsc.io/quote v1.5.2'],
      gaps: [],
    },
  )
})

test('a version that was set by the linker’s flags', async () => {
  const { packages, gaps } = await read('go1.22.3', 'mod\ta.org/a\t(devel)', 'build\t-ldflags="-X main.version=1.2.3"')
  deepEqual([packages, gaps], [['stdlib 1.22.3', 'a.org/a v1.2.3'], []])
})

test('what has no version is a gap', async () => {
  const { packages, gaps } = await read(
    'devel go1.23-4f2a',
    'mod\ta.org/a\t(devel)',
    'dep\tb.org/b\tv1.0.0',
    '=>\t../b\t',
  )
  deepEqual(packages, [])
  deepEqual(gaps, [
    'was built by a Go that is no release (devel go1.23-4f2a)',
    'its own module a.org/a has no version: it was built from a checkout',
    'holds the module ../b without a version: it was replaced by a folder',
  ])
})

test('a program that was built without modules is a gap beside its standard library', async () => {
  deepEqual(await read('go1.12.17'), {
    packages: ['stdlib 1.12.17'],
    gaps: ['was built without modules: which ones are in it cannot be read'],
  })
})
