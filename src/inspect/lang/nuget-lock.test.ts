import { test } from 'node:test'
import { deepEqual } from 'node:assert/strict'
import { run } from '../testing.ts'
import { nugetLock } from './nuget-lock.ts'

test('every package once, whatever asked for it; projects are none', async () => {
  // The form that NuGet's documentation shows, with two target frameworks.
  const text = JSON.stringify({
    version: 1,
    dependencies: {
      'net6.0': {
        'Newtonsoft.Json': { type: 'Direct', requested: '[13.0.1, )', resolved: '13.0.1', contentHash: 'x' },
        'System.Text.Encodings.Web': { type: 'Transitive', resolved: '4.5.0', contentHash: 'y' },
        shared: { type: 'Project', dependencies: { 'Newtonsoft.Json': '13.0.1' } },
      },
      'net8.0': {
        'Newtonsoft.Json': { type: 'Direct', requested: '[13.0.1, )', resolved: '13.0.1', contentHash: 'x' },
        'System.Text.Encodings.Web': { type: 'CentralTransitive', resolved: '8.0.0', contentHash: 'z' },
        Broken: { type: 'Direct' },
      },
    },
  })
  const { packages, gaps } = await run(nugetLock, 'src/packages.lock.json', text)
  deepEqual(
    packages.map(({ purl, declared }) => [purl, declared]),
    [
      ['pkg:nuget/Newtonsoft.Json@13.0.1', true],
      ['pkg:nuget/System.Text.Encodings.Web@4.5.0', true],
      ['pkg:nuget/System.Text.Encodings.Web@8.0.0', true],
    ],
  )
  const place = { path: 'src/packages.lock.json' }
  deepEqual(gaps, [{ why: 'a package has no resolved version: Broken', place }])
})
