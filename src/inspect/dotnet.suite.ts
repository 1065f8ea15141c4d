// .NET against its own SDK: the packages of testdata/dotnet-project are packed into a folder, from which NuGet restores them for
// a program; what is listed of its lock file and of the program in its published forms is what `dotnet list package` says. And
// what is listed of each deps.json that the SDK brings is what its own library reads from it.

import assert from 'node:assert/strict'
import { cpSync, globSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { compileSharp, dotnet, installedSdk } from '../testing/dotnet.ts'
import { withoutPrograms } from '../testing/shared.ts'
import { inspectTarget } from './inspect.ts'
import { dotnetDeps } from './lang/dotnet-deps.ts'
import { nugetLock } from './lang/nuget-lock.ts'
import { defaultLimits } from './limits.ts'
import { nameAndVersion, never, run, workFolder } from './testing.ts'

const skip = withoutPrograms('dotnet')
const folder = skip ? '' : workFolder({ after })

before(() => {
  if (skip) return
  cpSync(fileURLToPath(new URL('testdata/dotnet-project', import.meta.url)), folder, { recursive: true })
  mkdirSync(join(folder, 'feed'))
  sdk('msbuild', 'packages.proj', '-nologo', '-v:quiet', '-restore', '-t:Pack')
})

for (const [project, frameworks] of [
  ['program', 1],
  ['twofold', 2],
] as const) {
  test(`packages.lock.json of a project for ${frameworks} frameworks`, { skip }, async () => {
    sdk('restore', project, '-v:quiet')
    const path = `${project}/packages.lock.json`
    const { packages, gaps } = await run(nugetLock, path, readFileSync(join(folder, path)))
    assert.deepEqual(gaps, [])
    const expected = listed(project)
    assert.ok(expected.length > 2)
    assert.deepEqual(packages.map(nameAndVersion).map(lower).toSorted(), expected)
    assert.ok(packages.every(({ declared }) => declared))
  })
}

interface Form {
  name: string
  options: readonly string[]
  /** Whose contents are listed. */
  file: string
  bringsRuntime?: true
}

let inProgram: string[] | undefined
const single = ['-r', 'linux-x64', '-p:PublishSingleFile=true']
const forms: readonly Form[] = [
  { name: 'a folder', options: [], file: 'Program.deps.json' },
  { name: 'a single file', options: [...single, '--self-contained', 'false'], file: 'Program' },
  {
    name: 'a single file that brings its runtime',
    options: [...single, '--self-contained', 'true'],
    file: 'Program',
    bringsRuntime: true,
  },
]

for (const [number, { name, options, file, bringsRuntime }] of forms.entries()) {
  test(`a program published as ${name}`, { skip }, async () => {
    const published = join(folder, `published-${number}`)
    sdk('publish', 'program', '-nologo', '-v:quiet', '-o', published, ...options)
    const expected = [...(inProgram ??= listed('program')), ...(bringsRuntime ? [lower(runtime())] : [])].toSorted()
    // Held whole, and read as it streams by.
    for (const limits of [{}, { executable: 50_000, executableParts: 1000 }]) {
      const inspected = await inspectTarget(
        { kind: 'rootfs', path: published },
        { signal: never, limits: { ...defaultLimits, ...limits } },
      )
      assert.deepEqual(inspected.gaps, [])
      assert.deepEqual(inspected.packages.map(nameAndVersion).map(lower).toSorted(), expected)
      assert.ok(inspected.packages.every(({ place }) => place.path === file))
      // Its file is for the build alone: nothing of it is published.
      const declared = inspected.packages.filter((one) => one.declared)
      assert.deepEqual(declared.map(nameAndVersion), ['Demo.Tools 4.5.6.7'])
    }
  })
}

test(
  'each deps.json of the SDK and its runtimes, as Microsoft.Extensions.DependencyModel reads it',
  { skip },
  async () => {
    const home = join(folder, 'home')
    const reader = fileURLToPath(new URL('testdata/dotnet-deps/read.cs', import.meta.url))
    const program = compileSharp(reader, 'Microsoft.Extensions.DependencyModel.dll', home)
    const files = globSync(join(installedSdk(home), '../../**/*.deps.json'))
    assert.ok(files.length > 10)
    const { stdout, stderr } = dotnet(program, { home, input: files.map((path) => `${path}\n`).join('') })
    const rows = stdout.split('\n').flatMap((line) => {
      const [path, kind, name = '', version, brings] = line.split('\t')
      // See the next test.
      const isRuntime = /^runtime\..*\.Microsoft\.NETCore\.App$/.test(name)
      return kind === 'package' ? [`${path} ${isRuntime ? runtime() : `${name} ${version}`} ${brings}`] : []
    })
    assert.ok(rows.length > 500, stderr)
    const found: string[] = []
    for (const path of files) {
      const { packages, gaps } = await run(dotnetDeps, path, readFileSync(path))
      assert.deepEqual(gaps, [])
      found.push(...packages.map((one) => `${path} ${nameAndVersion(one)} ${one.declared ? 'False' : 'True'}`))
    }
    assert.deepEqual(
      found.filter((one) => !rows.includes(one)),
      [],
    )
    assert.deepEqual(
      rows.filter((one) => !found.includes(one)),
      [],
    )
  },
)

test('the runtimes of dotnet --list-runtimes, each by the package that advisories name', { skip }, async () => {
  const path = join(installedSdk(join(folder, 'home')), '../../shared')
  const { packages } = await inspectTarget({ kind: 'rootfs', path }, { signal: never })
  const runtimes = packages.filter(({ name }) => /^Microsoft\..*App\.Runtime\./.test(name))
  const installed = Array.from(sdk('--list-runtimes').matchAll(/^(\S+) (\S+)/gm), ([, name, version]) => [
    name,
    version,
  ])
  assert.deepEqual(
    runtimes.map(nameAndVersion).toSorted(),
    installed.map(([name, version]) => `${name}.Runtime.linux-x64 ${version}`).toSorted(),
  )
  assert.ok(runtimes.every(({ declared }) => !declared))
})

/** What NuGet says that a project needs, as `name version`, without the project beside it. */
function listed(project: string): string[] {
  const table = sdk('list', project, 'package', '--include-transitive')
  const rows = Array.from(table.matchAll(/^ +> (\S+) .*?(\S+) *$/gm), ([, name, version]) =>
    lower(`${name} ${version}`),
  )
  return [...new Set(rows)].filter((row) => !row.startsWith('shared ')).toSorted()
}

/** Names are the same in either case, and a project may write another than the package. */
function lower(text: string): string {
  return text.toLowerCase()
}

/** The package that the program takes it from; `dotnet list package` leaves it out. */
function runtime(): string {
  const [, version] = /^Microsoft\.NETCore\.App (\S+)/m.exec(sdk('--list-runtimes'))!
  return `Microsoft.NETCore.App.Runtime.linux-x64 ${version}`
}

function sdk(...args: string[]): string {
  const { status, stdout, stderr } = dotnet(args, { home: join(folder, 'home'), cwd: folder })
  assert.equal(status, 0, `dotnet ${args.join(' ')}: ${stdout}${stderr}`)
  return stdout
}
