import { test } from 'node:test'
import { deepEqual } from 'node:assert/strict'
import { nameAndVersion, run } from '../testing.ts'
import { nugetConfig } from './nuget-config.ts'

const path = 'inetpub/wwwroot/packages.config'

test('packages of a project', async () => {
  const text = `\uFEFF<?xml version="1.0" encoding="utf-8"?>
<packages>
  <!-- chosen by hand -->
  <package id="Newtonsoft.Json" version="6.0.4" targetFramework="net45" />
  <package id="jQuery" version="1.10.2" targetFramework="net45" developmentDependency="true"></package>
  <package id="jQuery" version="1.10.2" targetFramework="net46" />
  <package id="a" />
</packages>`
  const { packages, gaps } = await run(nugetConfig, path, text)
  deepEqual(packages.map(nameAndVersion), ['Newtonsoft.Json 6.0.4', 'jQuery 1.10.2'])
  deepEqual(packages[0], {
    ecosystem: 'NuGet',
    name: 'Newtonsoft.Json',
    version: '6.0.4',
    purl: 'pkg:nuget/Newtonsoft.Json@6.0.4',
    declared: true,
    place: { path },
  })
  deepEqual(gaps, [{ why: 'a package without an id and a version', place: { path } }])
})

test('other XML is passed over, and what is none is a gap', async () => {
  deepEqual(await run(nugetConfig, path, '<configuration><package/></configuration>'), { packages: [], gaps: [] })
  const { gaps } = await run(nugetConfig, path, 'a = 1')
  deepEqual(gaps[0]?.why, 'could not be read as nuget-config: is no XML: it has no element')
})
