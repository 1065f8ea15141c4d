// The SDK of .NET that is installed here: its command, and small programs compiled against its own libraries.

import { spawnSync, type SpawnSyncReturns } from 'node:child_process'
import { copyFileSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** Runs `dotnet`; what it writes for a user goes below `home`. Nothing that it says of itself is sent to anybody. */
export function dotnet(args: readonly string[], { home, cwd = home, input }: Place): SpawnSyncReturns<string> {
  const env = {
    ...process.env,
    HOME: home,
    DOTNET_CLI_HOME: home,
    NUGET_PACKAGES: join(home, 'packages'),
    DOTNET_CLI_TELEMETRY_OPTOUT: '1',
    DOTNET_NOLOGO: '1',
    DOTNET_SKIP_FIRST_TIME_EXPERIENCE: '1',
    DOTNET_SYSTEM_GLOBALIZATION_INVARIANT: '1', // it would need the library ICU
    MSBUILDDISABLENODEREUSE: '1', // else a server stays behind, and another of the compiler
    UseSharedCompilation: 'false',
  }
  return spawnSync('dotnet', args, { cwd, env, encoding: 'utf8', maxBuffer: 2 ** 28, ...(input ? { input } : {}) })
}

interface Place {
  home: string
  cwd?: string
  input?: string
}

/** Its folder, of the newest where there are several; the folder of `dotnet` is two above. */
export function installedSdk(home: string): string {
  const [newest] = foldersListed('--list-sdks', /^(\S+) \[(.+)\]$/gm, home)
  if (newest === undefined) throw new Error('dotnet lists no SDK')
  return newest
}

/** Compiles one file of C# against the runtime and one library of the SDK, by file name; the arguments that run it. */
export function compileSharp(source: string, library: string, home: string): string[] {
  const sdk = installedSdk(home)
  const [runtime = ''] = foldersListed('--list-runtimes', /^Microsoft\.NETCore\.App (\S+) \[(.+)\]$/gm, home)
  const folder = join(home, 'compiled')
  mkdirSync(folder, { recursive: true })
  copyFileSync(join(sdk, library), join(folder, library))
  const program = join(folder, 'program.dll')
  const assemblies = readdirSync(runtime).filter((name) => name.endsWith('.dll'))
  const references = [...assemblies.map((name) => join(runtime, name)), join(folder, library)]
  const options = ['-nologo', '-nostdlib', `-out:${program}`, ...references.map((path) => `-r:${path}`), source]
  const { status, stdout, stderr } = dotnet(['exec', join(sdk, 'Roslyn/bincore/csc.dll'), ...options], { home })
  if (status !== 0) throw new Error(`${source} cannot be compiled: ${stdout}${stderr}`)
  return ['exec', '--runtimeconfig', join(sdk, 'dotnet.runtimeconfig.json'), program]
}

/** The folders of what is installed, the newest first. */
function foldersListed(option: string, row: RegExp, home: string): string[] {
  const { stdout } = dotnet([option], { home })
  return Array.from(stdout.matchAll(row), ([, version, folder]) => join(folder!, version!)).toReversed()
}
