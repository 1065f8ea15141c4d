// The files of testdata/dotnet-deps were published by others: Python.Runtime.deps.json of pythonnet 3.0.3 as it is, and
// Microsoft.NETCore.App.deps.json of the .NET runtime 3.1.23, without hashes and with two files of each kind.

import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { deepEqual } from 'node:assert/strict'
import { run } from '../testing.ts'
import { dotnetDeps } from './dotnet-deps.ts'

async function found(name: string): Promise<{ shipped: string[]; declared: number; gaps: unknown[] }> {
  const contents = readFileSync(new URL(`../testdata/dotnet-deps/${name}`, import.meta.url))
  const { packages, gaps } = await run(dotnetDeps, `srv/${name}`, contents)
  const shipped = packages.filter(({ declared }) => !declared).map(({ purl }) => purl)
  return { shipped, declared: packages.length - shipped.length, gaps }
}

test('a published library: packages that bring files are installed, those that only build it are not', async () => {
  deepEqual(await found('Python.Runtime.deps.json'), {
    shipped: [
      'pkg:nuget/Microsoft.CSharp@4.7.0',
      'pkg:nuget/System.Reflection.Emit@4.3.0',
      'pkg:nuget/System.Reflection.Emit.ILGeneration@4.3.0',
    ],
    declared: 15,
    gaps: [],
  })
})

test('the shared framework of .NET Core 3, as the package that advisories name', async () => {
  deepEqual(await found('Microsoft.NETCore.App.deps.json'), {
    shipped: [
      'pkg:nuget/Microsoft.NETCore.App.Runtime.linux-x64@3.1.23',
      'pkg:nuget/runtime.linux-x64.Microsoft.NETCore.DotNetHostPolicy@3.1.23',
    ],
    declared: 11,
    gaps: [],
  })
})

test('a program that brings its framework; the program itself and plain references are no packages', async () => {
  const text = JSON.stringify({
    runtimeTarget: { name: '.NETCoreApp,Version=v8.0/linux-x64' },
    targets: {
      '.NETCoreApp,Version=v8.0/linux-x64': {
        'App/1.0.0': { runtime: { 'App.dll': {} } },
        'runtimepack.Microsoft.NETCore.App.Runtime.linux-x64/8.0.1': { runtime: { 'System.Runtime.dll': {} } },
        'Only.Placeholder/1.0.0': { runtime: { 'lib/netstandard2.0/_._': {} } },
        'Native/2.0.0': { runtimeTargets: { 'runtimes/linux-x64/native/a.so': { rid: 'linux-x64' } } },
      },
    },
    libraries: {
      'App/1.0.0': { type: 'project' },
      'runtimepack.Microsoft.NETCore.App.Runtime.linux-x64/8.0.1': { type: 'runtimepack' },
      'Only.Placeholder/1.0.0': { type: 'package' },
      'Native/2.0.0': { type: 'package' },
      'Other.Reference/1.0.0.0': { type: 'reference' },
      'no version': { type: 'package' },
    },
  })
  const { packages, gaps } = await run(dotnetDeps, 'app.deps.json', text)
  deepEqual(
    packages.map(({ purl, declared }) => [purl, declared]),
    [
      ['pkg:nuget/Microsoft.NETCore.App.Runtime.linux-x64@8.0.1', undefined],
      ['pkg:nuget/Only.Placeholder@1.0.0', true],
      ['pkg:nuget/Native@2.0.0', undefined],
    ],
  )
  deepEqual(gaps, [{ why: 'a library is malformed: no version', place: { path: 'app.deps.json' } }])
})

test('another JSON is a gap', async () => {
  for (const text of ['[]', '{"libraries":[]}', 'null', '{']) {
    const { packages, gaps } = await run(dotnetDeps, 'a.deps.json', text)
    deepEqual([packages.length, gaps.length], [0, 1])
  }
})
